package io.waxwing.ledger.spi;

import io.waxwing.ledger.execute.Applied;

/** Hears what became final. Both methods are called on the ledger thread and must not wait. */
public interface LedgerListener {
    /** In the order of height, after the block is final and stored. */
    void onApplied(Applied applied);

    /** After the checkpoint is stored and readable; sizes rise. Not every block has one under load. */
    void onCheckpoint(PublishedCheckpoint checkpoint);
}
