package io.waxwing.ledger.spi;

import io.waxwing.ledger.simplex.VoteHistory;
import io.waxwing.ledger.simplex.VoteRecord;

/**
 * The one file of what this node's keys have bound themselves to. One thread. Appended records are only promised after
 * {@link #force()}; a failed append or force leaves the log as it was at the last force, so that the caller may try
 * again.
 */
public interface VoteLog extends AutoCloseable {
    /** Throws {@link io.waxwing.ledger.failure.LedgerFailure} WXW-3120 if the disk refuses. */
    void append(VoteRecord record);

    /** Returns when everything appended is on the disk. Throws WXW-3120 if it is not. */
    void force();

    /** Everything forced, folded: what was there when the log was opened, and what came after. */
    VoteHistory history();

    @Override
    void close();
}
