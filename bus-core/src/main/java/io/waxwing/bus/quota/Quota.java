package io.waxwing.bus.quota;

/**
 * A bound of what may be published.
 *
 * @param eventsPerSecond 0: no bound; at most {@link #EVENTS_MAX}
 * @param bytesPerSecond of topic names, headers and payloads; 0: no bound; at most {@link #BYTES_MAX}
 */
public record Quota(long eventsPerSecond, long bytesPerSecond) {
    public static final long EVENTS_MAX = 1_000_000_000L;
    public static final long BYTES_MAX = 1L << 40;

    /** No bound. */
    public static final Quota NONE = new Quota(0, 0);

    /** Throws {@link IllegalArgumentException} outside of the ranges. */
    public Quota {
        if (eventsPerSecond < 0 || eventsPerSecond > EVENTS_MAX || bytesPerSecond < 0 || bytesPerSecond > BYTES_MAX) {
            throw new IllegalArgumentException("a quota is of 0 to " + EVENTS_MAX + " events a second and of 0 to "
                    + BYTES_MAX + " bytes a second");
        }
    }

    public boolean isBound() {
        return eventsPerSecond > 0 || bytesPerSecond > 0;
    }
}
