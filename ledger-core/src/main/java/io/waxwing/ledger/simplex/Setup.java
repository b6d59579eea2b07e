package io.waxwing.ledger.simplex;

import io.waxwing.ledger.failure.Invariant;
import io.waxwing.ledger.sign.Signer;
import org.jspecify.annotations.Nullable;

/**
 * What a core is made of for one epoch.
 *
 * @param self this node's index among the validators, {@link #OBSERVER} for a node that only follows
 * @param voteKey signs this node's votes; null exactly for an observer. Deterministic: the same vote, the same bytes
 */
public record Setup(
        Validators validators, int self, @Nullable Signer voteKey, VotingRules rules, Timing timing, Chain chain) {
    public static final int OBSERVER = -1;

    public Setup {
        Invariant.check((self == OBSERVER) == (voteKey == null), "validators have a key, observers have none");
        Invariant.check(self == OBSERVER || validators.isIndex(self), "this node is one of the validators");
        Invariant.check(
                voteKey == null || voteKey.publicKey().equals(validators.voteKey(self)),
                "the key is the registered one");
    }
}
