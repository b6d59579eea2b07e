package io.waxwing.ledger.simplex;

import io.waxwing.ledger.failure.Invariant;

/** A leader's block, with the certificates that justify it, under the leader's PROPOSE signature. */
public record Proposal(SignedVote statement, Block block) implements Message {
    public Proposal {
        Invariant.check(statement.type() == Vote.Type.PROPOSE, "a proposal is signed as one");
    }

    @Override
    public long epoch() {
        return statement.epoch();
    }

    public long view() {
        return statement.view();
    }
}
