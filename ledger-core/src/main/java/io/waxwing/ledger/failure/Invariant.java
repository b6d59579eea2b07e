package io.waxwing.ledger.failure;

/** Checks that stay on in production. A broken one means that this program is wrong: the agent stops. */
public final class Invariant {
    private Invariant() {}

    /** Throws {@link IllegalStateException} with the text if the condition does not hold. */
    public static void check(boolean holds, String text) {
        if (!holds) {
            throw new IllegalStateException("invariant broken: " + text);
        }
    }

    /** As {@link #check(boolean, String)}, with the two numbers that disagree. */
    public static void check(boolean holds, String text, long got, long want) {
        if (!holds) {
            throw new IllegalStateException("invariant broken: " + text + " (got " + got + ", want " + want + ")");
        }
    }
}
