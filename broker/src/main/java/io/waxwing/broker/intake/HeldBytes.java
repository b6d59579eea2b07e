package io.waxwing.broker.intake;

import io.waxwing.anchor.availability.HeldBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of events between admission and the batches of the ledger, so that memory is bounded by size and not only by
 * number. Any thread. What is in batches has its own bound there.
 */
public final class HeldBytes {
    /** What an event takes in memory besides its bytes, about: 64 MiB of tiny ones would be far more than 64 MiB. */
    private static final int EVENT_BYTES = HeldBatch.EVENT_BYTES;

    private final AtomicLong held = new AtomicLong();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private volatile long limit;

    /** Holds up to {@code limit} bytes (limits.intake); at least one event of any size. */
    public HeldBytes(long limit) {
        this.limit = limit;
    }

    /** What an event counts with these bytes of topic, headers and payload. */
    public static long of(int sizeBytes) {
        return (long) sizeBytes + EVENT_BYTES;
    }

    /** False if there is no room: nothing was counted. */
    boolean take(long bytes) {
        long before = held.getAndAdd(bytes);
        if (before > 0 && before + bytes > limit) {
            held.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    /** What was taken has left, or was refused. */
    public void release(long bytes) {
        held.addAndGet(-bytes);
    }

    /** True if a quarter is free. */
    boolean hasRoom() {
        return held.get() <= limit - limit / 4;
    }

    /** Another limit from now on; what is held stays. */
    void limit(long now) {
        limit = now;
    }

    /** Somebody found no room. */
    void await(Runnable resume) {
        waiting.add(resume);
    }

    /** Calls back those who found no room, if a quarter is free now. */
    void releaseWaiting() {
        if (waiting.isEmpty() || !hasRoom()) {
            return;
        }
        // Those who wait now: who finds no room again waits for the next time.
        List<Runnable> all = new ArrayList<>();
        for (Runnable resume = waiting.poll(); resume != null; resume = waiting.poll()) {
            all.add(resume);
        }
        all.forEach(Runnable::run);
    }

    public long bytes() {
        return held.get();
    }
}
