package io.waxwing.broker.file;

import java.util.concurrent.TimeUnit;

/** So many bytes a second, with a tenth of a second's worth saved at most. One thread; time is an argument. */
final class Pace {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final long bytesPerSecond;
    private double left;
    private long atNanos = Long.MIN_VALUE;

    /** {@code bytesPerSecond} 0: no bound. */
    Pace(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
        this.left = bytesPerSecond / 10.0;
    }

    /** Takes them if there is something left, perhaps on credit; false if it is to be tried again later. */
    boolean take(int bytes, long nowNanos) {
        if (bytesPerSecond == 0) {
            return true;
        }
        long passed = atNanos == Long.MIN_VALUE ? 0 : nowNanos - atNanos;
        left = Math.min(bytesPerSecond / 10.0, left + (double) passed * bytesPerSecond / SECOND);
        atNanos = nowNanos;
        if (left < 0) {
            return false;
        }
        left -= bytes;
        return true;
    }
}
