package io.waxwing.node.crypto;

import io.waxwing.ledger.sign.Signer;

/** The signing keys of one institution's node. No key serves two purposes. */
public record NodeKeys(Signer vote, Signer cosigner, Signer log, Signer origin) {
    /** Those of a further node of an institution: it follows, and has a key only for what it publishes and holds. */
    public static NodeKeys following(Signer origin) {
        return new NodeKeys(NoKey.INSTANCE, NoKey.INSTANCE, NoKey.INSTANCE, origin);
    }

    /** False for a further node, which has no key to vote with. */
    public boolean canVote() {
        return vote != NoKey.INSTANCE;
    }
}
