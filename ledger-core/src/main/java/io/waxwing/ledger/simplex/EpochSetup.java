package io.waxwing.ledger.simplex;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.sign.Signer;
import org.jspecify.annotations.Nullable;

/**
 * What the cores of all epochs have in common.
 *
 * @param keys the vote keys this node has: which one, and whether any, depends on the epoch's registry
 */
public record EpochSetup(VoteKeys keys, VotingRules rules, Timing timing, Chain chain) {
    /** This node's vote keys. */
    @FunctionalInterface
    public interface VoteKeys {
        /** Signs under that public key; null if this node does not have it. */
        @Nullable Signer find(ByteString publicKey);
    }

    /** What a core of that epoch is made of: a seat for the first of these keys that is a validator's, or none. */
    Setup in(Validators validators) {
        for (int index = 0; index < validators.size(); index++) {
            Signer key = keys.find(validators.voteKey(index));
            if (key != null) {
                return new Setup(validators, index, key, rules, timing, chain);
            }
        }
        return new Setup(validators, Setup.OBSERVER, null, rules, timing, chain);
    }
}
