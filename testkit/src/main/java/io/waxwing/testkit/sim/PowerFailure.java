package io.waxwing.testkit.sim;

/** The process of one node ends here, between two effects or within one. Nothing under test catches it. */
final class PowerFailure extends Error {
    private static final long serialVersionUID = 1L;

    PowerFailure() {
        super("simulated power failure", null, false, false);
    }
}
