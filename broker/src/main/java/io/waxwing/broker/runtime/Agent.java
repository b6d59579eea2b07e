package io.waxwing.broker.runtime;

import java.util.function.LongSupplier;
import java.util.function.LongToIntFunction;

/** Something with work to do, called by one thread (or, in a test, by the test). */
public interface Agent {
    /** Does what there is to do now, a bounded amount, and returns how much that was; 0 means idle. */
    int doWork(long nowNanos);

    /** One of two functions. */
    static Agent of(LongToIntFunction doWork, LongSupplier nextWorkNanos) {
        return new Agent() {
            @Override
            public int doWork(long nowNanos) {
                return doWork.applyAsInt(nowNanos);
            }

            @Override
            public long nextWorkNanos() {
                return nextWorkNanos.getAsLong();
            }
        };
    }

    /** When it wants to be called even if nothing arrives; Long.MAX_VALUE for never. */
    default long nextWorkNanos() {
        return Long.MAX_VALUE;
    }
}
