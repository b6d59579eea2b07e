package io.waxwing.broker.live;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.topic.DeliveryClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A topic of class {@code live}. Its events are handed to their receivers by the publisher's own thread, unless
 * somebody needs them written. No event overtakes one before it of the same publisher: while one is on the way through
 * the journal, those that need not go there wait until it is delivered.
 *
 * <p>Any thread, except where something else is said.
 */
public final class LiveTopic {
    /** So many written ones in one go, and those that need not be are written too: they would wait for too long. */
    private static final int RUN_MAX = 256;

    private final String name;
    private final LiveTopics all;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final AtomicInteger underWay = new AtomicInteger();
    // Written ones since none was under way.
    private final AtomicInteger run = new AtomicInteger();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    // Null: not known, or not any more.
    private volatile @Nullable Way way;

    /** How events go. {@code receivers} is empty and means nothing where they are written. */
    private record Way(boolean written, boolean once, List<Receiver> receivers, long generation) {}

    /** What became of an event. */
    public enum Given {
        /** Everybody has it who is to have it. */
        TAKEN,
        /** It has to go through the journal. */
        TO_WRITE,
        /** Neither is possible just now: {@link #await}. */
        NOT_YET
    }

    LiveTopic(String name, LiveTopics all) {
        this.name = name;
        this.all = all;
    }

    public String name() {
        return name;
    }

    /** Hands an event to its receivers, if it can. */
    public Given give(EventDraft draft) {
        Way now = way();
        if (now == null) {
            ask();
            return Given.NOT_YET;
        }
        if (now.written()) {
            return Given.TO_WRITE;
        }
        if (underWay.get() > 0) {
            return run.get() < RUN_MAX ? Given.NOT_YET : Given.TO_WRITE;
        }
        List<Receiver> receivers = now.receivers();
        int sizeBytes = draft.sizeBytes();
        for (int i = 0; i < receivers.size(); i++) {
            if (!receivers.get(i).subscriber().hasRoom(sizeBytes)) {
                // Those behind it as well, until it is delivered: one at a time would be slow.
                way = new Way(true, true, List.of(), now.generation());
                return Given.TO_WRITE;
            }
        }
        if (!receivers.isEmpty()) {
            Event event = new Event(
                    draft.topic(),
                    draft.attributes(),
                    draft.payload(),
                    draft.qos(),
                    DeliveryClass.LOCAL,
                    null,
                    0,
                    0,
                    draft.publisher());
            for (int i = 0; i < receivers.size(); i++) {
                Receiver to = receivers.get(i);
                to.subscriber().offerLive(new Delivery(event, to.matched(), false, false));
            }
        }
        return Given.TAKEN;
    }

    /** An event goes through the journal; before it is passed on. */
    public void entered() {
        underWay.incrementAndGet();
        run.incrementAndGet();
    }

    /** It was delivered, or refused. */
    public void left() {
        Way now = way;
        if (now != null && now.once()) {
            way = null;
        }
        if (underWay.decrementAndGet() == 0) {
            run.set(0);
            wake();
        } else if (run.get() >= RUN_MAX && !waiting.isEmpty()) {
            wake();
        }
    }

    /** Runs {@code resume} when what {@link #give} could not do is worth another try; false if it is at once. */
    public boolean await(Runnable resume) {
        if (!isShut()) {
            return false;
        }
        waiting.add(resume);
        if (!isShut()) {
            wake();
        }
        return true;
    }

    /** {@link #give} would answer {@link Given#NOT_YET}. */
    public boolean isShut() {
        Way now = way();
        if (now == null) {
            ask();
            return true;
        }
        return !now.written() && underWay.get() > 0 && run.get() < RUN_MAX;
    }

    private @Nullable Way way() {
        Way now = way;
        return now == null || now.generation() != all.generation() ? null : now;
    }

    private void ask() {
        if (!asked.getAndSet(true)) {
            all.ask(this);
        }
    }

    /** Calls back those who wait now. Who waits again is not called again: he may be the one who is waited for. */
    void wake() {
        List<Runnable> all = new ArrayList<>();
        for (Runnable resume = waiting.poll(); resume != null; resume = waiting.poll()) {
            all.add(resume);
        }
        all.forEach(Runnable::run);
    }

    // ---- on the core thread

    /** Its receivers are these, and nobody needs its events written. */
    public void direct(List<Receiver> receivers) {
        answer(new Way(false, false, List.copyOf(receivers), all.generation()));
    }

    /** Somebody needs its events written. */
    public void written() {
        answer(new Way(true, false, List.of(), all.generation()));
    }

    /** The topic is not there yet: its first event makes it. */
    public void unknown() {
        answer(new Way(true, true, List.of(), all.generation()));
    }

    private void answer(Way found) {
        asked.set(false);
        way = found;
        if (!isShut()) {
            wake();
        }
    }

    /** Who receives it may have changed: whoever publishes from now on asks again. */
    void stale() {
        way = null;
    }
}
