package io.waxwing.bus.failure;

/** Checks of what must hold whatever anybody outside does. They stay on; a broken one stops the agent that found it. */
public final class Invariant {
    private Invariant() {}

    /**
     * Stops this agent unless the condition holds. @throws IllegalStateException with {@code what} if {@code holds} is
     * false
     */
    public static void check(boolean holds, String what) {
        if (!holds) {
            throw new IllegalStateException("invariant broken: " + what);
        }
    }

    /** Stops this agent unless both are equal. @throws IllegalStateException naming both numbers if they differ */
    public static void equal(long got, long want, String what) {
        if (got != want) {
            throw new IllegalStateException("invariant broken: " + what + ": got " + got + ", want " + want);
        }
    }
}
