package io.waxwing.ledger.spi;

import io.waxwing.ledger.dispute.Disputes;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.leaf.ConfigLeaf;

/** Hears what became final. All methods are called on the ledger thread and must not wait. */
public interface LedgerListener {
    /** In the order of height, after the block is final and stored. */
    void onApplied(Applied applied);

    /** What is the matter with missing payloads after that block. After {@link #onApplied} of it. */
    default void onDisputes(Disputes disputes, long height, long timeMs) {}

    /**
     * A new epoch has begun: this CONFIG is in force from the next block on. After {@link #onApplied} of the block that
     * carries it.
     */
    default void onEpoch(ConfigLeaf config) {}

    /**
     * After the checkpoint is stored and readable. Not every block has one under load. Sizes rise, but for the one that
     * ends an epoch, which may come after larger ones.
     */
    void onCheckpoint(PublishedCheckpoint checkpoint);
}
