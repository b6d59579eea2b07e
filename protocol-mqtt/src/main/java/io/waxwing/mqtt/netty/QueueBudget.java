package io.waxwing.mqtt.netty;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Room for events that wait for one connection, taken by the bus' thread and given back by the event loop. Once
 * refused, a taker is told when half of it is free again and what was refused fits.
 */
final class QueueBudget {
    private final int eventsMax;
    private final int bytesMax;
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicInteger bytes = new AtomicInteger();
    private final AtomicBoolean starved = new AtomicBoolean();
    // What the taker was refused; written by it before it says that it starves.
    private volatile int wantedBytes;

    QueueBudget(int eventsMax, int bytesMax) {
        this.eventsMax = eventsMax;
        this.bytesMax = bytesMax;
    }

    /** Takes room for one event; false if there is none. An empty queue takes an event of any size. */
    boolean take(int sizeBytes) {
        int waiting = events.get();
        if (waiting >= eventsMax || (waiting > 0 && bytes.get() + sizeBytes > bytesMax)) {
            return false;
        }
        events.incrementAndGet();
        bytes.addAndGet(sizeBytes);
        return true;
    }

    /** As {@link #take} without taking. Any thread. */
    boolean hasRoom(int sizeBytes) {
        int waiting = events.get();
        return waiting == 0 || (waiting < eventsMax && bytes.get() + sizeBytes <= bytesMax);
    }

    /** Takes room for an event even if there is none. Any thread. */
    void charge(int sizeBytes) {
        events.incrementAndGet();
        bytes.addAndGet(sizeBytes);
    }

    /**
     * After {@link #take} said no: whether the taker must wait for {@link #give} to say yes. False if room has come in
     * the meantime, so that the word is never lost between the two threads: then {@link #take} says yes.
     */
    boolean starve(int sizeBytes) {
        wantedBytes = sizeBytes;
        starved.set(true);
        return !(isFree() && starved.compareAndSet(true, false));
    }

    /** Gives room back. True if somebody waits for it and should be told now. */
    boolean give(int sizeBytes) {
        bytes.addAndGet(-sizeBytes);
        events.decrementAndGet();
        return starved.get() && isFree() && starved.compareAndSet(true, false);
    }

    int events() {
        return events.get();
    }

    /** Half of it is free and what was refused fits; an empty queue takes an event of any size. */
    private boolean isFree() {
        int waiting = events.get();
        int held = bytes.get();
        return waiting == 0 || (waiting <= eventsMax / 2 && held <= bytesMax / 2 && held + wantedBytes <= bytesMax);
    }
}
