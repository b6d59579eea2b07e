package io.waxwing.broker.runtime;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A bounded queue from many threads to one. {@link #put} waits for room and is only for threads that may wait (journal,
 * pools), {@link #offer} is for event loops.
 */
public final class Inbox<T> {
    private final LinkedBlockingQueue<T> queue;
    private final Runnable wake;

    /** An inbox for {@code capacity} items; {@code wake} makes the owner look. */
    public Inbox(int capacity, Runnable wake) {
        this.queue = new LinkedBlockingQueue<>(capacity);
        this.wake = wake;
    }

    /** Puts an item in, waiting for room. @throws InterruptedException if interrupted while waiting */
    public void put(T item) throws InterruptedException {
        queue.put(item);
        wake.run();
    }

    /** Puts an item in if there is room. */
    public boolean offer(T item) {
        boolean taken = queue.offer(item);
        if (taken) {
            wake.run();
        }
        return taken;
    }

    /** Takes up to {@code limit} items and gives each to {@code each}; only the owner. */
    public int drain(Consumer<T> each, int limit) {
        int taken = 0;
        while (taken < limit) {
            @Nullable T item = queue.poll();
            if (item == null) {
                break;
            }
            each.accept(item);
            taken++;
        }
        return taken;
    }

    public int size() {
        return queue.size();
    }

    public boolean isEmpty() {
        return queue.isEmpty();
    }
}
