package io.waxwing.mqtt.session;

/**
 * A rate with a burst of one second's worth: a bucket of tokens, kept as the time at which it is full again. Takes its
 * time as an argument.
 */
public final class Rate {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final long perSecond;
    private long fullAtNanos = Long.MIN_VALUE;

    /** {@code perSecond} of 0: no bound. */
    public Rate(long perSecond) {
        this.perSecond = perSecond;
    }

    /** Nanoseconds until {@code amount} may be taken; 0: now. More than a second's worth waits for a full bucket. */
    public long waitNanos(long amount, long nowNanos) {
        if (perSecond == 0) {
            return 0;
        }
        long burst = Math.min(amount, perSecond);
        return Math.max(0, full(nowNanos) + cost(burst) - nowNanos - NANOS_PER_SECOND);
    }

    /** Takes it, whether it may be taken or not: what is owed then is waited for later. */
    public void take(long amount, long nowNanos) {
        if (perSecond > 0) {
            fullAtNanos = full(nowNanos) + cost(amount);
        }
    }

    private long full(long nowNanos) {
        return fullAtNanos == Long.MIN_VALUE ? nowNanos : Math.max(fullAtNanos, nowNanos);
    }

    private long cost(long amount) {
        return amount * NANOS_PER_SECOND / perSecond;
    }
}
