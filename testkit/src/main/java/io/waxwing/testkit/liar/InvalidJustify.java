package io.waxwing.testkit.liar;

import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.SimNode;
import io.waxwing.testkit.sim.Workload;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Proposes what must not be voted for: a sibling of a block that is notarized and about to become final, with nothing
 * between (the gap), a wrong parent, a wrong tree, a batch that nobody made, a time far off.
 */
final class InvalidJustify extends Liar {
    InvalidJustify(Chance chance) {
        super(chance);
    }

    @Override
    void lie(SimNode self, int to, Message message) {
        if (message instanceof Proposal proposal && !chance.oneIn(3)) {
            Block block = changed(self, proposal.block());
            self.send(to, new Proposal(self.sign(Vote.Type.PROPOSE, proposal.view(), block.blockId()), block));
        } else {
            self.send(to, message);
        }
    }

    private Block changed(SimNode self, Block block) {
        Block sibling = sibling(self, block);
        if (sibling != null && !chance.oneIn(4)) {
            return sibling;
        }
        return switch (chance.below(5)) {
            case 0 -> with(block, block.header().timeMs() + chance.between(-100_000, 100_000), block.justify());
            case 1 -> with(block, block.header().timeMs(), fewer(block.justify()));
            case 2 ->
                misplaced(block, block.header().height() + 1, block.header().parentTreeSize());
            case 3 -> misplaced(block, block.header().height(), block.header().parentTreeSize() + 1);
            default -> forged(self, block);
        };
    }

    /** A block on the same parent as the one before, which a quorum has notarized: its view is the gap. */
    private @Nullable Block sibling(SimNode self, Block block) {
        var before = proposals().lowerEntry(block.header().view());
        if (before == null || before.getValue().statement().voter() == self.identity()) {
            return null;
        }
        Block elder = before.getValue().block();
        BlockHeader header = elder.header();
        BlockHeader mine = new BlockHeader(
                header.ledgerId(),
                header.epoch(),
                block.header().view(),
                header.height(),
                header.parentId(),
                header.parentView(),
                block.header().proposer(),
                header.timeMs() + 1,
                header.batchesRoot(),
                header.batchCount(),
                header.evidenceRoot(),
                header.parentTreeSize(),
                header.parentTreeRoot());
        return new Block(mine, elder.justify(), elder.batches(), elder.configs(), elder.evidence());
    }

    private List<Certificate> fewer(List<Certificate> justify) {
        List<Certificate> fewer = new ArrayList<>(justify);
        if (!fewer.isEmpty()) {
            fewer.remove(chance.below(fewer.size()));
        }
        return fewer;
    }

    private static Block with(Block block, long timeMs, List<Certificate> justify) {
        BlockHeader header = block.header();
        BlockHeader other = new BlockHeader(
                header.ledgerId(),
                header.epoch(),
                header.view(),
                header.height(),
                header.parentId(),
                header.parentView(),
                header.proposer(),
                Math.max(0, timeMs),
                header.batchesRoot(),
                header.batchCount(),
                header.evidenceRoot(),
                header.parentTreeSize(),
                header.parentTreeRoot());
        return new Block(other, justify, block.batches(), block.configs(), block.evidence());
    }

    private static Block misplaced(Block block, long height, long treeSize) {
        BlockHeader header = block.header();
        BlockHeader other = new BlockHeader(
                header.ledgerId(),
                header.epoch(),
                header.view(),
                height,
                header.parentId(),
                header.parentView(),
                header.proposer(),
                header.timeMs(),
                header.batchesRoot(),
                header.batchCount(),
                header.evidenceRoot(),
                treeSize,
                header.parentTreeRoot());
        return new Block(other, block.justify(), block.batches(), block.configs(), block.evidence());
    }

    private static Block forged(SimNode self, Block block) {
        BlockHeader header = block.header();
        var batches = List.of(Workload.forged(self.identity(), self.ledger().applied(self.identity()) + 1L));
        BlockHeader other = new BlockHeader(
                header.ledgerId(),
                header.epoch(),
                header.view(),
                header.height(),
                header.parentId(),
                header.parentView(),
                header.proposer(),
                header.timeMs(),
                Block.batchesRoot(batches),
                batches.size(),
                Block.evidenceRoot(List.of()),
                header.parentTreeSize(),
                header.parentTreeRoot());
        return new Block(other, block.justify(), batches, List.of());
    }
}
