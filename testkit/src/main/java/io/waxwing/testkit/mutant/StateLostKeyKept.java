package io.waxwing.testkit.mutant;

import io.waxwing.ledger.simplex.VoteHistory;
import io.waxwing.ledger.simplex.VotingRules;

/** Fault 4: votes on with a key whose log is gone or too short. */
final class StateLostKeyKept extends VotingRules {
    @Override
    public boolean mayVote(boolean keyHasHistory, VoteHistory history, long baseView, long appliedView) {
        return true;
    }

    @Override
    public boolean stopsAtUnknownOwnVote() {
        return false;
    }
}
