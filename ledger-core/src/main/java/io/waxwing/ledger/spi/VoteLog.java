package io.waxwing.ledger.spi;

import io.waxwing.ledger.hash.ByteString;
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

    /**
     * Writes beside the log, forced, that this key may not vote any more until it is rotated, and why: the log does not
     * know all that the key has signed. The first verdict of a key stays. A log that does not outlive its process keeps
     * none. Throws WXW-3120 if the disk refuses.
     */
    default void condemn(ByteString voteKey, String why) {}

    /** Why that key may not vote any more, empty if it may. */
    default String verdict(ByteString voteKey) {
        return "";
    }

    @Override
    void close();
}
