package io.waxwing.broker.dispatch;

import java.util.ArrayDeque;
import java.util.Deque;

/** Knows up to which height blocks have been final for a while. Belongs to the core thread. */
final class GapClock {
    /** How much finer than the wait itself it looks. */
    private static final int STEPS = 16;

    private static final long LEAST_STEP_NANOS = 10_000_000;

    private final long waitNanos;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private long oldHeight;

    private record Sample(long nanos, long height) {}

    GapClock(long waitNanos) {
        this.waitNanos = waitNanos;
    }

    /** Nothing waits. */
    void reset() {
        if (!samples.isEmpty()) {
            samples.clear();
            oldHeight = 0;
        }
    }

    /** The ledger is at that height now. */
    void tick(long nowNanos, long height) {
        Sample last = samples.peekLast();
        boolean due = last == null || (last.height() < height && nowNanos - last.nanos() >= stepNanos());
        if (due) {
            samples.add(new Sample(nowNanos, height));
        }
        for (Sample first = samples.peekFirst();
                first != null && nowNanos - first.nanos() >= waitNanos;
                first = samples.peekFirst()) {
            oldHeight = first.height();
            if (samples.size() == 1) {
                // Kept: it says that what comes next is later.
                return;
            }
            samples.removeFirst();
        }
    }

    /** The last height that was reached so long ago; 0 if there is none. */
    long oldHeight() {
        return oldHeight;
    }

    /** How often to tick. */
    long stepNanos() {
        return Math.max(LEAST_STEP_NANOS, waitNanos / STEPS);
    }
}
