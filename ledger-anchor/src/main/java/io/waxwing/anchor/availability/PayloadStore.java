package io.waxwing.anchor.availability;

import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.dispute.ErasedEvents;
import io.waxwing.ledger.hash.Hash;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where payloads are kept that others entrust to this node, and its own. */
public interface PayloadStore {
    /** What is held under that number, or null. Core thread. */
    @Nullable BatchHeader held(Lane lane, long batchSeq);

    /**
     * Stores a batch in the place of anything else under its number. False: no room now, nothing was taken. Otherwise
     * {@code done} runs on the core thread when it is on the disk (true) or was refused (false). Core thread.
     *
     * @param wanted it is final or this node's own, so no bound of what an origin may have here refuses it
     */
    boolean hold(HeldBatch batch, boolean wanted, Done done);

    /** Hears how it ended. */
    @FunctionalInterface
    interface Done {
        void stored(boolean held);
    }

    /** Which events of a final batch with so many segments the ledger has erased. Any thread. */
    default ErasedEvents erased(long batchLeafIndex, long segments) {
        return ErasedEvents.NONE;
    }

    /** The indexes of the ERASE leaves that say so. */
    default List<Long> erasures(long batchLeafIndex, long segments) {
        return List.of();
    }

    /** The batch as it goes to another member, or null if it is not held. Reads the disk: for pools. */
    PayloadFrame.@Nullable Push read(Lane lane, long batchSeq, Hash batchId);
}
