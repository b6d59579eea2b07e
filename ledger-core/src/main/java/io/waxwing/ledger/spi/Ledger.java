package io.waxwing.ledger.spi;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.simplex.VoteRecord;

/** The way into the ledger. All methods take any thread and never wait. */
public interface Ledger {
    /**
     * Hands over a certified batch for ordering. False: the inbox is full, try again later. Submitting a batch again is
     * safe: a repeat is dropped.
     */
    boolean submit(BatchReference reference);

    /**
     * Says something about a missing payload. False: too much waits. What may not stand in the next block is dropped,
     * and lost frames are repeated, so whoever wants it says it again until the ledger shows it.
     */
    default boolean submit(Dispute dispute) {
        return false;
    }

    /**
     * Writes a BATCHSEQ or AVAIL record to the vote log; {@code forced} runs on the ledger thread after the force.
     * False: the inbox is full, nothing was taken.
     */
    boolean record(VoteRecord record, Runnable forced);
}
