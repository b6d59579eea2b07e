package io.waxwing.testkit.sim;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.Chain;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The least ledger that consensus can be tried with: gapless lanes, and a log whose root is a hash chain over what was
 * ordered. Holds which batches one node has heard of. One thread.
 */
public final class SimLedger implements Chain {
    private static final int BATCHES_PER_BLOCK = 32;

    private final Workload workload;
    private final int[] applied;
    private final BitSet[] known;
    private Tip tip;
    private @Nullable ConfigLeaf approvedConfig;
    private boolean miscomputes;

    public SimLedger(Workload workload, Tip base) {
        this.workload = workload;
        this.tip = base;
        this.applied = new int[workload.lanes()];
        this.known = new BitSet[workload.lanes()];
        Arrays.setAll(known, lane -> new BitSet());
    }

    /** True if the node did not know the batch, which is certified from now on as far as it is concerned. */
    public boolean learn(int lane, int batchSeq) {
        boolean isNew = batchSeq > applied[lane] && !known[lane].get(batchSeq);
        known[lane].set(batchSeq);
        return isNew;
    }

    public boolean knows(int lane, int batchSeq) {
        return batchSeq <= applied[lane] || known[lane].get(batchSeq);
    }

    /** The batchSeq of the lane's last batch that is final here. */
    public int applied(int lane) {
        return applied[lane];
    }

    /** A control transaction waits that ends the epoch. */
    public void approve(ConfigLeaf config) {
        approvedConfig = config;
    }

    /** From now on this node computes other roots than everybody else: a broken execution. */
    public void miscompute() {
        miscomputes = true;
    }

    public Tip tip() {
        return tip;
    }

    /** The block is final. */
    public void apply(Block block) {
        tip = next(tip, block);
        for (BatchReference batch : block.batches()) {
            applied[batch.lane().originId()] = (int) batch.batchSeq();
        }
        if (!block.configs().isEmpty()) {
            approvedConfig = null;
        }
    }

    @Override
    public boolean pending() {
        for (int lane = 0; lane < applied.length; lane++) {
            if (known[lane].get(applied[lane] + 1)) {
                return true;
            }
        }
        return approvedConfig != null;
    }

    @Override
    public @Nullable Content content(List<Block> path) {
        int[] last = lastAfter(path);
        ConfigLeaf config = path.stream().anyMatch(Block::endsEpoch) ? null : approvedConfig;
        List<BatchReference> batches = new ArrayList<>();
        for (int round = 0; round < BATCHES_PER_BLOCK; round++) {
            for (int lane = 0; lane < last.length && batches.size() < BATCHES_PER_BLOCK; lane++) {
                if (known[lane].get(last[lane] + 1)) {
                    last[lane]++;
                    batches.add(workload.batch(lane, last[lane]));
                }
            }
        }
        if (batches.isEmpty() && config == null) {
            return null;
        }
        return new Content(batches, config == null ? List.of() : List.of(config));
    }

    @Override
    public Tip after(List<Block> path) {
        Tip at = tip;
        for (Block block : path) {
            at = next(at, block);
        }
        return at;
    }

    @Override
    public boolean isValid(List<Block> path, Block block) {
        int[] last = lastAfter(path);
        for (BatchReference batch : block.batches()) {
            int lane = batch.lane().originId();
            if (!workload.isGenuine(batch) || batch.batchSeq() != last[lane] + 1L) {
                return false;
            }
            last[lane]++;
        }
        return block.configs().isEmpty() || block.configs().equals(approvedConfigs());
    }

    private List<ConfigLeaf> approvedConfigs() {
        return approvedConfig == null ? List.of() : List.of(approvedConfig);
    }

    private int[] lastAfter(List<Block> path) {
        int[] last = applied.clone();
        for (Block block : path) {
            for (BatchReference batch : block.batches()) {
                last[batch.lane().originId()] = (int) batch.batchSeq();
            }
        }
        return last;
    }

    /** Like the real log: an empty block leaves no leaf, every other one changes size and root. */
    private Tip next(Tip before, Block block) {
        if (block.isEmpty()) {
            return before;
        }
        ByteWriter content = new ByteWriter(128);
        content.hash(before.treeRoot())
                .u63(block.header().height())
                .u63(block.header().timeMs());
        content.u32(block.configs().size()).u32(miscomputes ? 1 : 0);
        for (BatchReference batch : block.batches()) {
            batch.lane().writeTo(content);
            content.u63(batch.batchSeq()).hash(batch.header().statement().segmentsRoot());
        }
        block.evidence().forEach(pair -> content.bytes(pair.encode()));
        Hash root = Sha256.digest(content.toBytes());
        return new Tip(
                before.treeSize()
                        + 1
                        + 2L * block.batches().size()
                        + block.configs().size(),
                root);
    }
}
