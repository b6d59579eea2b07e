package io.waxwing.ledger.simplex;

import io.waxwing.ledger.failure.Invariant;

/**
 * How long to wait. D starts at {@code startNanos}, doubles with each view in a row that was not finalized, never
 * passes {@code capNanos}, and is back at the start with the next finalization. A block that was asked for is asked of
 * the next peer after {@code fetchNanos}.
 */
public record Timing(long startNanos, long capNanos, long fetchNanos) {
    public static final long MIN_NANOS = 20_000_000;
    public static final long MAX_NANOS = 10_000_000_000L;

    /** D from 250 ms to 10 s, blocks asked again after 1 s. */
    public static final Timing LAN = new Timing(250_000_000, MAX_NANOS, 1_000_000_000);

    /** D from 1 s to 10 s, blocks asked again after 3 s. */
    public static final Timing WAN = new Timing(1_000_000_000, MAX_NANOS, 3_000_000_000L);

    public Timing {
        Invariant.check(startNanos >= MIN_NANOS, "D is at least 20 ms", startNanos, MIN_NANOS);
        Invariant.check(capNanos >= startNanos && capNanos <= MAX_NANOS, "D is at most 10 s", capNanos, MAX_NANOS);
        Invariant.check(fetchNanos >= MIN_NANOS, "a request waits at least 20 ms", fetchNanos, MIN_NANOS);
    }

    /** D after so many views in a row without progress. */
    public long delayNanos(long doublings) {
        long delay = startNanos;
        for (long left = doublings; left > 0 && delay < capNanos; left--) {
            delay *= 2;
        }
        return Math.min(delay, capNanos);
    }
}
