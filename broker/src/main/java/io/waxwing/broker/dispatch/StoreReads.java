package io.waxwing.broker.dispatch;

import io.micrometer.core.instrument.Counter;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** Reads of the store on their way to the pool of readers, in the order of asking. Belongs to the core thread. */
final class StoreReads {
    private final Executor readers;
    private final Counter full;
    // At most a few for each subscriber: what waits for room in the pool.
    private final Queue<Runnable> postponed = new ArrayDeque<>();

    StoreReads(Executor readers, Counter full) {
        this.readers = readers;
        this.full = full;
    }

    /** Runs a read off the core thread. */
    void read(Runnable reading) {
        if (!postponed.isEmpty()) {
            postponed.add(reading);
            return;
        }
        try {
            readers.execute(reading);
        } catch (RejectedExecutionException noRoom) {
            full.increment();
            // A full pool has reads under way; each ends with a command, and the turn that runs it tries these again.
            postponed.add(reading);
        }
    }

    /** Tries those that had no room. */
    void retry() {
        for (Runnable reading = postponed.peek(); reading != null; reading = postponed.peek()) {
            try {
                readers.execute(reading);
            } catch (RejectedExecutionException noRoom) {
                return;
            }
            postponed.remove();
        }
    }
}
