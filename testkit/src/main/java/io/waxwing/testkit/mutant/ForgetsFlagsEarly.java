package io.waxwing.testkit.mutant;

import io.waxwing.ledger.simplex.VotingRules;

/** Fault 1 by the side door: forgets what it has said in a view as soon as it has left it. */
final class ForgetsFlagsEarly extends VotingRules {
    @Override
    public boolean mayForget(long view, long settledView, long currentView) {
        return view < currentView;
    }

    @Override
    public boolean stopsAtUnknownOwnVote() {
        return false;
    }
}
