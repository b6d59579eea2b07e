package io.waxwing.ledger.execute;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.Conviction;
import java.util.List;

/**
 * What a final block puts in order: its height, proposer's time, transactions, whom its evidence convicts, and
 * disputes. The genesis block carries a CONFIG.
 */
public record Order(
        long height,
        long timeMs,
        List<ConfigLeaf> configs,
        List<BatchReference> batches,
        List<Conviction> convictions,
        List<Dispute> disputes) {
    public Order {
        configs = List.copyOf(configs);
        batches = List.copyOf(batches);
        convictions = List.copyOf(convictions);
        disputes = List.copyOf(disputes);
    }

    /** Without disputes. */
    public Order(
            long height,
            long timeMs,
            List<ConfigLeaf> configs,
            List<BatchReference> batches,
            List<Conviction> convictions) {
        this(height, timeMs, configs, batches, convictions, List.of());
    }

    /** Nobody is convicted. */
    public Order(long height, long timeMs, List<ConfigLeaf> configs, List<BatchReference> batches) {
        this(height, timeMs, configs, batches, List.of());
    }

    /** All of a block. */
    public static Order of(Block block) {
        return new Order(
                block.header().height(),
                block.header().timeMs(),
                block.configs(),
                block.batches(),
                block.evidence().stream().map(Conviction::of).toList(),
                block.disputes());
    }
}
