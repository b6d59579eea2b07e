package io.waxwing.broker.jdbc;

/**
 * What became of a row.
 *
 * @param retryMs for {@link Result#AWAY}: when it may be tried again; else 0
 * @param detail why it is not there, for who made the rule; empty if it is
 */
public record Stored(Result result, long retryMs, String detail) {
    static final Stored NEW = new Stored(Result.NEW, 0, "");
    static final Stored THERE = new Stored(Result.THERE, 0, "");

    /** What became of it. */
    public enum Result {
        NEW,
        /** A former try has stored it. */
        THERE,
        /** The database will never take it. */
        NEVER,
        /** It was not taken. */
        FAILED,
        /** Not the row's fault: the database cannot be reached, or has too much to do. */
        AWAY
    }

    static Stored never(String detail) {
        return new Stored(Result.NEVER, 0, detail);
    }

    static Stored failed(String detail) {
        return new Stored(Result.FAILED, 0, detail);
    }

    static Stored away(long retryMs, String detail) {
        return new Stored(Result.AWAY, retryMs, detail);
    }
}
