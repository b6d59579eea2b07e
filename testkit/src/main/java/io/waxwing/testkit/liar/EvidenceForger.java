package io.waxwing.testkit.liar;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import io.waxwing.ledger.simplex.Evidence;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.SimNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Accuses honest validators of votes they never gave: their signatures, copied under other statements. */
final class EvidenceForger extends Liar {
    EvidenceForger(Chance chance) {
        super(chance);
    }

    @Override
    void lie(SimNode self, int to, Message message) {
        Evidence forged = message instanceof Proposal && chance.oneIn(2) ? forged() : null;
        if (message instanceof Proposal proposal && forged != null) {
            Block block = with(proposal.block(), forged);
            self.send(to, new Proposal(self.sign(Vote.Type.PROPOSE, proposal.view(), block.blockId()), block));
        } else {
            self.send(to, message);
        }
    }

    @Override
    public void stir(SimNode self) {
        SignedVote vote = anyVote();
        if (vote != null && vote.type() != Vote.Type.NULLIFY) {
            self.send(Outgoing.ALL, contradiction(vote));
        }
    }

    private static SignedVote contradiction(SignedVote vote) {
        Hash other = Sha256.digest(vote.blockId().toBytes());
        return new SignedVote(vote.type(), vote.epoch(), vote.view(), other, vote.voter(), vote.signature());
    }

    private @Nullable Evidence forged() {
        SignedVote vote = anyVote();
        return vote == null || vote.type() == Vote.Type.NULLIFY ? null : Evidence.between(vote, contradiction(vote));
    }

    private static Block with(Block block, Evidence evidence) {
        BlockHeader header = block.header();
        List<Evidence> pairs = List.of(evidence);
        BlockHeader other = new BlockHeader(
                header.ledgerId(),
                header.epoch(),
                header.view(),
                header.height(),
                header.parentId(),
                header.parentView(),
                header.proposer(),
                header.timeMs(),
                header.batchesRoot(),
                header.batchCount(),
                Block.evidenceRoot(block.configs(), pairs),
                header.parentTreeSize(),
                header.parentTreeRoot());
        return new Block(other, block.justify(), block.batches(), block.configs(), pairs);
    }
}
