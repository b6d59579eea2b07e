package io.waxwing.node.crypto;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.sign.Signer;

/**
 * In the place of a key that a node does not have. Its public key is of small order, so that no registry can name it;
 * it signs nothing.
 */
final class NoKey implements Signer {
    static final NoKey INSTANCE = new NoKey();
    private static final ByteString NONE = ByteString.of(new byte[32]);

    private NoKey() {}

    @Override
    public byte[] sign(byte[] message) {
        throw new IllegalStateException("a node that only follows has no key for this");
    }

    @Override
    public ByteString publicKey() {
        return NONE;
    }
}
