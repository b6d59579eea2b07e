package io.waxwing.testkit.liar;

import io.waxwing.ledger.simplex.VotingRules;

/**
 * What makes two honest processes with one key twins: each goes on when it meets a vote of the other, where a real node
 * would stop. Everything else is the protocol.
 */
public final class TwinRules extends VotingRules {
    @Override
    public boolean stopsAtUnknownOwnVote() {
        return false;
    }
}
