package io.waxwing.ledger.sign;

import io.waxwing.ledger.hash.ByteString;

/**
 * Decides whether an Ed25519 signature is valid, the same way everywhere: S below the group order, A and R canonical, A
 * and R not of small order. Implementations are safe for any thread.
 */
public interface SignatureCheck {
    /** True if the 64 bytes are a valid signature of the message under the 32-byte key; false for any other input. */
    boolean verify(byte[] publicKey, byte[] message, byte[] signature);

    /** As {@link #verify(byte[], byte[], byte[])} for values held in records. */
    default boolean verify(ByteString publicKey, byte[] message, ByteString signature) {
        return verify(publicKey.toBytes(), message, signature.toBytes());
    }
}
