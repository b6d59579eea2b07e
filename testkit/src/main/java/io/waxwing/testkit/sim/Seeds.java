package io.waxwing.testkit.sim;

import java.util.function.LongConsumer;

/** Runs a test once per seed; {@code -Dseed=n} runs that one alone. A failure names its seed. */
public final class Seeds {
    private Seeds() {}

    /** Calls {@code test} with 0, 1, 2 … {@code count - 1}, or with the one seed asked for. */
    public static void forEach(int count, LongConsumer test) {
        Long only = Long.getLong("seed");
        if (only != null) {
            run(only, test);
            return;
        }
        for (long seed = 0; seed < count; seed++) {
            run(seed, test);
        }
    }

    private static void run(long seed, LongConsumer test) {
        try {
            test.accept(seed);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + " (replay with -Dseed=" + seed + "): " + e.getMessage(), e);
        }
    }
}
