package io.waxwing.bus.quota;

/**
 * What is left of a {@link Quota}: two buckets of tokens, each kept as the time at which it is full again, with a burst
 * of one second's worth. Times are nanoseconds of one clock.
 *
 * @param eventsNanos when the bucket of events is full
 * @param bytesNanos when the bucket of bytes is full
 */
public record Level(long eventsNanos, long bytesNanos) {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** Both are full. */
    public static Level full(long nowNanos) {
        return new Level(nowNanos, nowNanos);
    }

    /** The same now: what is full stays full. */
    public Level at(long nowNanos) {
        return new Level(later(eventsNanos, nowNanos), later(bytesNanos, nowNanos));
    }

    /** After one event of so many bytes; whether there was room for it or not. */
    public Level less(Quota quota, long bytes) {
        return new Level(
                eventsNanos + cost(1, quota.eventsPerSecond()), bytesNanos + cost(bytes, quota.bytesPerSecond()));
    }

    /**
     * Nanoseconds until there is room for one event of so many bytes; 0: now. More than a second's worth needs a full
     * bucket, and the next event waits the longer.
     */
    public long waitNanos(Quota quota, long bytes, long nowNanos) {
        return Math.max(
                missing(eventsNanos, 1, quota.eventsPerSecond(), nowNanos),
                missing(bytesNanos, bytes, quota.bytesPerSecond(), nowNanos));
    }

    /** Nanoseconds until everything that was taken beyond the burst is paid for. */
    public long owedNanos(Quota quota, long nowNanos) {
        return Math.max(
                missing(eventsNanos, 0, quota.eventsPerSecond(), nowNanos),
                missing(bytesNanos, 0, quota.bytesPerSecond(), nowNanos));
    }

    /** True if nothing is taken. */
    public boolean isFull(long nowNanos) {
        return eventsNanos - nowNanos <= 0 && bytesNanos - nowNanos <= 0;
    }

    private static long later(long fullNanos, long nowNanos) {
        return fullNanos - nowNanos > 0 ? fullNanos : nowNanos;
    }

    private static long missing(long fullNanos, long amount, long perSecond, long nowNanos) {
        if (perSecond == 0) {
            return 0;
        }
        return Math.max(0, fullNanos - nowNanos + cost(Math.min(amount, perSecond), perSecond) - NANOS_PER_SECOND);
    }

    private static long cost(long amount, long perSecond) {
        return perSecond == 0 ? 0 : (long) Math.ceil(amount * (double) NANOS_PER_SECOND / perSecond);
    }
}
