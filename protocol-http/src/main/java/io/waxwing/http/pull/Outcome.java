package io.waxwing.http.pull;

import org.jspecify.annotations.Nullable;

/**
 * What became of an event that was carried somewhere.
 *
 * @param retryMs when it may be tried again; null: as the subscription's terms say
 * @param detail why, empty if it arrived; may be shown to the subscription's owner
 */
public record Outcome(Result result, @Nullable Long retryMs, String detail) {
    public static final Outcome DONE = new Outcome(Result.DONE, null, "");

    /** What became of it. */
    public enum Result {
        DONE,
        /** To be tried again. */
        FAILED,
        /** To be tried again, and so is everything else: it is not the event's fault, and does not count as a try. */
        LATER,
        /** This event will never be taken. */
        UNWANTED,
        /** Nothing will be taken any more. */
        GONE
    }

    /** It is tried again. */
    public static Outcome failed(String detail) {
        return new Outcome(Result.FAILED, null, detail);
    }

    /** Nothing is tried for a while. */
    public static Outcome later(long afterMs, String detail) {
        return new Outcome(Result.LATER, afterMs, detail);
    }

    /** It is not tried again. */
    public static Outcome unwanted(String detail) {
        return new Outcome(Result.UNWANTED, null, detail);
    }
}
