package io.waxwing.testkit.liar;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.CertificateRequest;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.SimNode;
import java.util.List;

/** Speaks of views far ahead, with votes and proposals but without a certificate. */
final class HugeViews extends Liar {
    HugeViews(Chance chance) {
        super(chance);
    }

    @Override
    void lie(SimNode self, int to, Message message) {
        self.send(to, message);
        if (message instanceof Proposal proposal && chance.oneIn(2)) {
            self.send(to, ahead(self, proposal));
        }
    }

    private Proposal ahead(SimNode self, Proposal proposal) {
        long turns = chance.oneIn(2) ? 1 : chance.between(1, 1_000_000_000_000L);
        long view = proposal.view() + turns * self.world().validators().size();
        BlockHeader header = proposal.block().header();
        BlockHeader far = new BlockHeader(
                header.ledgerId(),
                header.epoch(),
                view,
                header.height(),
                header.parentId(),
                header.parentView(),
                header.proposer(),
                header.timeMs(),
                header.batchesRoot(),
                header.batchCount(),
                header.evidenceRoot(),
                header.parentTreeSize(),
                header.parentTreeRoot());
        Block block = new Block(
                far,
                List.of(),
                proposal.block().batches(),
                proposal.block().configs(),
                proposal.block().evidence());
        return new Proposal(self.sign(Vote.Type.PROPOSE, view, block.blockId()), block);
    }

    @Override
    public void stir(SimNode self) {
        long near = self.core().view() + chance.between(1, 12);
        long far = chance.next() >>> 1;
        Hash blockId = Sha256.digest(new byte[] {(byte) near});
        Vote.Type[] types = {Vote.Type.NOTARIZE, Vote.Type.FINALIZE};
        Vote.Type type = types[chance.below(types.length)];
        self.send(Outgoing.ALL, self.sign(type, chance.oneIn(2) ? near : far, blockId));
        self.send(Outgoing.ALL, self.sign(Vote.Type.NULLIFY, chance.oneIn(2) ? near : far, Hash.ZERO));
        self.send(Outgoing.ALL, new CertificateRequest(self.world().validators().epoch(), far));
    }
}
