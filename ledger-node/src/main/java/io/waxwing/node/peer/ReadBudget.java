package io.waxwing.node.peer;

import java.util.concurrent.TimeUnit;

/**
 * How much may be read from a node per second: what was read is spent afterwards, and who has spent too much is not
 * read from until it is made good. Saves up to one second. Not for several threads; time is an argument.
 */
final class ReadBudget {
    /** What a frame costs beside its bytes, so that a flood of empty ones is bounded too. */
    static final int FRAME_COST_BYTES = 256;

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long bytesPerSecond;
    private long left;
    private long atNanos;

    ReadBudget(int bytesPerSecond, long nowNanos) {
        this.bytesPerSecond = bytesPerSecond;
        this.left = bytesPerSecond;
        this.atNanos = nowNanos;
    }

    /** Spends, and says for how many nanoseconds nothing may be read; 0 to read on. */
    long spend(long bytes, long nowNanos) {
        long owed = Math.max(0, -left);
        // Debts are paid in full however long they take; savings end at one second's worth.
        long passed = Math.min(nowNanos - atNanos, SECOND + owed * SECOND / bytesPerSecond);
        long earned = passed * bytesPerSecond / SECOND;
        if (left + earned >= bytesPerSecond) {
            left = bytesPerSecond;
            atNanos = nowNanos;
        } else {
            left += earned;
            // Not to now: what is left of a byte is earned later.
            atNanos += earned * SECOND / bytesPerSecond;
        }
        left -= bytes;
        return left >= 0 ? 0 : Math.max(1, -left * SECOND / bytesPerSecond);
    }
}
