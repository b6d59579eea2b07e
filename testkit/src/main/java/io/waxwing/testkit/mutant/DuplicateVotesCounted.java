package io.waxwing.testkit.mutant;

import io.waxwing.ledger.simplex.VotingRules;

/** Fault 6: counts a vote each time it is heard. */
final class DuplicateVotesCounted extends VotingRules {
    @Override
    public boolean countsVote(boolean countedBefore) {
        return true;
    }
}
