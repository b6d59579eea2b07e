package io.waxwing.testkit.mutant;

import io.waxwing.ledger.simplex.VotingRules;

/** Fault 10: a second vote takes the place of the first, which is forgotten. */
final class EquivocatorErasesFirstVote extends VotingRules {
    @Override
    public boolean keepsFirstVote() {
        return false;
    }
}
