package io.waxwing.node.snapshot;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.Ending;
import io.waxwing.ledger.snapshot.FinalityWalk;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.LedgerStore.AdoptedBlock;
import io.waxwing.node.snapshot.SnapshotFrame.End;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The way from genesis over the ends of epochs, and who has shown it. Validators of long ago could sign another end of
 * their epoch, so a way on which no point is found is begun again. One thread.
 */
final class Way {
    private final ConfigLeaf genesis;
    private final ConfigLeaf known;
    private final SignatureCheck signatures;
    private final List<AdoptedBlock> ends = new ArrayList<>();
    private final Set<Integer> guides = new TreeSet<>();
    private FinalityWalk walk;

    /** {@code known} is the newest CONFIG that this node has a proof of: the way has to lead through it. */
    Way(ConfigLeaf genesis, ConfigLeaf known, SignatureCheck signatures) {
        this.genesis = genesis;
        this.known = known;
        this.signatures = signatures;
        this.walk = new FinalityWalk(genesis, signatures);
    }

    /** Throws {@link LedgerFailure} WXW-3157 if it is not the end of the epoch that was reached. */
    void pass(End end, int from) {
        Block block = Block.decode(end.block().toBytes(), Byte.SIZE);
        Ending why = Ending.decode(end.why(), walk.validators().size());
        walk.pass(block, why);
        guides.add(from);
        ends.add(new AdoptedBlock(
                new LedgerStore.Body(block.header().height(), block.blockId(), end.block()), 0, why.encode()));
        if (walk.epoch() == known.epoch() && !walk.config().configHash().equals(known.configHash())) {
            restart();
            throw new LedgerFailure(
                    FinalityWalk.UNPROVEN,
                    "epoch " + known.epoch() + " is another than the trust chain of this folder proves");
        }
    }

    /** Forgets it; those who have shown it. */
    Set<Integer> restart() {
        Set<Integer> shown = new TreeSet<>(guides);
        guides.clear();
        ends.clear();
        walk = new FinalityWalk(genesis, signatures);
        return shown;
    }

    /** As far as it has come. */
    FinalityWalk walk() {
        return walk;
    }

    /** The blocks that ended epochs, so far. */
    List<AdoptedBlock> ends() {
        return List.copyOf(ends);
    }
}
