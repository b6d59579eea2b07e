package io.waxwing.broker;

import io.waxwing.anchor.runtime.AnchorAgent;
import io.waxwing.anchor.runtime.AnchorLanes;
import io.waxwing.broker.dispatch.Dispatcher;
import io.waxwing.broker.intake.DurableSink;
import io.waxwing.broker.intake.HoldRequest;
import io.waxwing.broker.intake.JournaledEvent;
import io.waxwing.broker.runtime.Agent;
import io.waxwing.broker.runtime.Inbox;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.ledger.batch.Lane;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What journal sends to the core thread: durable groups, to be dispatched at once or taken to the ledger, and repeats.
 * What the anchor has no room for waits here and stays counted as held, so that publishers wait in the end.
 */
final class CoreIntake implements DurableSink, Agent {
    /** Groups between journal and core. */
    static final int INBOX_GROUPS = 64;

    private static final int GROUPS_PER_TURN = 16;

    private final Inbox<Runnable> inbox;
    private final Dispatcher dispatcher;
    private final AnchorLanes<JournaledEvent> anchors;
    private final Runnable taken;
    private final LongConsumer entrusted;
    private final Map<Long, Waiting> waiting = new TreeMap<>();
    private volatile boolean empty = true;

    /** What one lane has no room for. */
    private static final class Waiting {
        final Deque<JournaledEvent> forLedger = new ArrayDeque<>();
        Iterator<JournaledEvent> backlog = Collections.emptyIterator();

        boolean isEmpty() {
            return forLedger.isEmpty() && !backlog.hasNext();
        }
    }

    /**
     * The way from journal to the core thread.
     *
     * @param anchors this node's lanes
     * @param taken is run when held events have gone to the anchor, or need not
     * @param entrusted is told how many bytes of another node's batch have left
     */
    CoreIntake(
            Dispatcher dispatcher,
            AnchorLanes<JournaledEvent> anchors,
            Runnable taken,
            LongConsumer entrusted,
            Runnable wake) {
        this.entrusted = entrusted;
        this.inbox = new Inbox<>(INBOX_GROUPS, wake);
        this.dispatcher = dispatcher;
        this.anchors = anchors;
        this.taken = taken;
    }

    /**
     * What was durable before a restart and is in no batch of that audience yet; goes before everything new, as the
     * anchor has room.
     */
    void resume(long audienceId, Iterator<JournaledEvent> events) {
        of(audienceId).backlog = events;
        empty = false;
    }

    private Waiting of(long audienceId) {
        return waiting.computeIfAbsent(audienceId, unused -> new Waiting());
    }

    @Override
    public void onDurable(List<JournaledEvent> events) throws InterruptedException {
        inbox.put(() -> take(events));
    }

    @Override
    public void onHeld(HoldRequest request, @Nullable List<JournaledEvent> events) throws InterruptedException {
        inbox.put(() -> {
            entrusted.accept(request.batch().sizeBytes());
            if (events != null) {
                dispatcher.onHeld(request.batch().header(), events);
                Lane lane = request.batch().lane();
                AnchorAgent<JournaledEvent> own = anchors.of(lane.audienceId());
                if (own != null && own.lane().equals(lane)) {
                    own.onFound(request.batch().header(), events);
                }
            }
            request.done().stored(events != null);
        });
    }

    @Override
    public void onDuplicate(long journalSeq, AckPolicy wanted, long token, AckSink sink) throws InterruptedException {
        inbox.put(() -> dispatcher.onDuplicate(journalSeq, wanted, token, sink));
    }

    private void take(List<JournaledEvent> events) {
        dispatcher.onDurable(events);
        for (JournaledEvent event : events) {
            if (!event.stored().held() && event.stored().deliveryClass() != DeliveryClass.LOCAL) {
                of(event.stored().lane().audienceId()).forLedger.add(event);
                empty = false;
            } else {
                event.left();
            }
        }
        taken.run();
    }

    @Override
    public int doWork(long nowNanos) {
        int work = feedAnchors(nowNanos);
        // Whatever the anchors have room for: what others entrust to this node comes by the same way and must not wait
        // for this node's own batches, or two institutions could block each other in a circle.
        work += inbox.drain(Runnable::run, GROUPS_PER_TURN);
        return work + feedAnchors(nowNanos);
    }

    private int feedAnchors(long nowNanos) {
        int fed = 0;
        for (Map.Entry<Long, Waiting> lane : waiting.entrySet()) {
            AnchorAgent<JournaledEvent> anchor = anchors.of(lane.getKey());
            // Null: this node left the audience. Its events are durable here and can be certified by nobody.
            if (anchor != null) {
                fed += feed(lane.getValue(), anchor, nowNanos);
            }
        }
        if (!empty) {
            empty = waiting.values().stream().allMatch(Waiting::isEmpty);
        }
        if (fed > 0) {
            taken.run();
        }
        return fed;
    }

    private static int feed(Waiting lane, AnchorAgent<JournaledEvent> anchor, long nowNanos) {
        int fed = 0;
        // What waited from before a restart goes first.
        while (anchor.hasRoom() && lane.backlog.hasNext()) {
            anchor.onDurable(lane.backlog.next(), nowNanos);
            fed++;
        }
        while (anchor.hasRoom() && !lane.forLedger.isEmpty() && !lane.backlog.hasNext()) {
            JournaledEvent event = lane.forLedger.remove();
            anchor.onDurable(event, nowNanos);
            event.left();
            fed++;
        }
        return fed;
    }

    /** True if nothing is between journal and the anchor. Any thread, once journal has ended. */
    boolean isEmpty() {
        return inbox.isEmpty() && empty;
    }
}
