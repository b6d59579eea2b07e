package io.waxwing.node.crypto;

import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.sign.Signer;

/**
 * The origin key of a node: of those it has, the one that the registry in force names. Whoever signs as this origin
 * holds this, and signs with the new key from the moment the registry changes. Any thread.
 */
public final class OriginKey implements Signer {
    private final KeyRing ring;
    private volatile Signer now;

    public OriginKey(KeyRing ring, Registry registry) {
        this.ring = ring;
        this.now = ring.in(registry).origin();
    }

    /** Another registry is in force. */
    public void onRegistry(Registry registry) {
        now = ring.in(registry).origin();
    }

    @Override
    public byte[] sign(byte[] message) {
        return now.sign(message);
    }

    @Override
    public ByteString publicKey() {
        return now.publicKey();
    }
}
