package io.waxwing.testkit.liar;

import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.SimNode;
import org.jspecify.annotations.Nullable;

/** Proposes two valid blocks in one view, each to some of the others, and votes for both. */
final class Equivocator extends Liar {
    private @Nullable Block second;

    Equivocator(Chance chance) {
        super(chance);
    }

    @Override
    void lie(SimNode self, int to, Message message) {
        Block twin = second;
        if (message instanceof Proposal proposal) {
            twin = later(proposal.block());
            second = twin;
            SignedVote statement = self.sign(Vote.Type.PROPOSE, proposal.view(), twin.blockId());
            split(self, to, proposal, new Proposal(statement, twin));
        } else if (message instanceof SignedVote vote
                && vote.type() != Vote.Type.NULLIFY
                && twin != null
                && twin.header().view() == vote.view()) {
            split(self, to, vote, self.sign(vote.type(), vote.view(), twin.blockId()));
        } else {
            self.send(to, message);
        }
    }

    /** The same a millisecond later. */
    static Block later(Block block) {
        BlockHeader header = block.header();
        BlockHeader other = new BlockHeader(
                header.ledgerId(),
                header.epoch(),
                header.view(),
                header.height(),
                header.parentId(),
                header.parentView(),
                header.proposer(),
                header.timeMs() + 1,
                header.batchesRoot(),
                header.batchCount(),
                header.evidenceRoot(),
                header.parentTreeSize(),
                header.parentTreeRoot());
        return new Block(other, block.justify(), block.batches(), block.configs(), block.evidence());
    }
}
