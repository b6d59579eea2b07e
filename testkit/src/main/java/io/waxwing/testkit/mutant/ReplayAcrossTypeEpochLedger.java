package io.waxwing.testkit.mutant;

import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.ledger.simplex.VotingRules;

/** Fault 11: a signature covers view and block, but not type, epoch and ledger. */
final class ReplayAcrossTypeEpochLedger extends VotingRules {
    @Override
    public byte[] signedMessage(Vote vote) {
        return new ByteWriter(40).u63(vote.view()).hash(vote.blockId()).toBytes();
    }
}
