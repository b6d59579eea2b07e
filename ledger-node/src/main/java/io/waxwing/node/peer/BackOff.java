package io.waxwing.node.peer;

import java.util.random.RandomGenerator;

/**
 * How long to wait before dialling again: doubles from {@code firstMs} to {@code maxMs}, and the second half of each
 * wait is chance, so that nodes that lost each other together do not come back together. Not for several threads.
 */
final class BackOff {
    private final int firstMs;
    private final int maxMs;
    private final RandomGenerator random;
    private long nextMs;

    BackOff(int firstMs, int maxMs, RandomGenerator random) {
        this.firstMs = firstMs;
        this.maxMs = maxMs;
        this.random = random;
        this.nextMs = firstMs;
    }

    /** The next wait, at least half of what doubling gives and at most all of it. */
    long nextMs() {
        long whole = nextMs;
        nextMs = Math.min(maxMs, 2 * whole);
        return whole - random.nextLong(whole / 2 + 1);
    }

    /** The last attempt was a success that lasted. */
    void reset() {
        nextMs = firstMs;
    }
}
