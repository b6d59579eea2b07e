package io.waxwing.broker.sim;

/** The process ends at a write of the broker's columns. Not an exception that code under test would catch. */
public final class PowerCut extends Error {
    private static final long serialVersionUID = 1L;

    PowerCut(String where) {
        super("simulated end " + where);
    }
}
