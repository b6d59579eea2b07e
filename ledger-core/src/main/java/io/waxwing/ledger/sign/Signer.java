package io.waxwing.ledger.sign;

import io.waxwing.ledger.hash.ByteString;

/** One Ed25519 key that can sign. Implementations are safe for any thread. */
public interface Signer {
    /** The 64-byte signature of the message (RFC 8032, pure Ed25519). */
    byte[] sign(byte[] message);

    /** The 32-byte public key. */
    ByteString publicKey();
}
