package io.waxwing.ledger.execute;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.leaf.ConfigLeaf;
import java.util.List;

/**
 * What a final block puts in order: its height, proposer's time, and transactions. The genesis block carries a CONFIG.
 */
public record Order(long height, long timeMs, List<ConfigLeaf> configs, List<BatchReference> batches) {
    public Order {
        configs = List.copyOf(configs);
        batches = List.copyOf(batches);
    }
}
