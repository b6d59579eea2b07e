package io.waxwing.bus.failure;

import org.jspecify.annotations.Nullable;

/**
 * Why something was not done, for whoever asked.
 *
 * @param code stable code
 * @param detail one sentence with the evidence (what was got, what was wanted); never payload bytes or secrets
 * @param pointer the place in an event's data that is wrong (RFC 6901); null if it is not about one
 */
public record Refusal(
        FailureCode code, String detail, @Nullable String pointer) {
    /** One that is not about a place in data. */
    public Refusal(FailureCode code, String detail) {
        this(code, detail, null);
    }

    /** {@code WXW-1001 topic name is not legal: …}. */
    @Override
    public String toString() {
        return code.text() + " " + code.title() + ": " + detail;
    }

    /** The same as an exception, for places that validate deep inside a parser. */
    public RefusedException asException() {
        return new RefusedException(this);
    }
}
