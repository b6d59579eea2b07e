package io.waxwing.testkit.sim;

/** A law was broken: what a simulation looks for. */
public final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final String law;

    public Violation(String law, String text) {
        super(law + ": " + text);
        this.law = law;
    }

    public Violation(String law, String text, Throwable cause) {
        super(law + ": " + text, cause);
        this.law = law;
    }

    /** The short name of the law. */
    public String law() {
        return law;
    }
}
