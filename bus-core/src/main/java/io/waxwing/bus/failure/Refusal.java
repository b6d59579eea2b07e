package io.waxwing.bus.failure;

/**
 * Why something was not done, for whoever asked.
 *
 * @param code stable code
 * @param detail one sentence with the evidence (what was got, what was wanted); never payload bytes or secrets
 */
public record Refusal(FailureCode code, String detail) {
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
