package io.waxwing.broker.audit;

/**
 * Which of many refusals are kept, so that nobody fills the disk by being refused: a few at once, then one every so
 * often. Not safe for several threads.
 */
final class Sparing {
    private final int most;
    private final long nanosEach;
    private double left;
    private long seenNanos;
    private long passedOver;

    Sparing(int most, long nanosEach, long nowNanos) {
        this.most = most;
        this.nanosEach = nanosEach;
        this.left = most;
        this.seenNanos = nowNanos;
    }

    /** Whether the next one is kept. */
    boolean keeps(long nowNanos) {
        left = Math.min(most, left + (double) (nowNanos - seenNanos) / nanosEach);
        seenNanos = nowNanos;
        if (left < 1) {
            passedOver++;
            return false;
        }
        left--;
        return true;
    }

    /** How many were not kept since this was asked. */
    long takePassedOver() {
        long taken = passedOver;
        passedOver = 0;
        return taken;
    }
}
