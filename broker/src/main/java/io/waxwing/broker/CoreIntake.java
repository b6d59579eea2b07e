package io.waxwing.broker;

import io.waxwing.anchor.runtime.AnchorAgent;
import io.waxwing.broker.dispatch.Dispatcher;
import io.waxwing.broker.intake.DurableSink;
import io.waxwing.broker.intake.HoldRequest;
import io.waxwing.broker.intake.JournaledEvent;
import io.waxwing.broker.intake.StoredBatches;
import io.waxwing.broker.runtime.Agent;
import io.waxwing.broker.runtime.Inbox;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.ledger.batch.Lane;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
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
    private final AnchorAgent<JournaledEvent> anchor;
    private final Lane lane;
    private final LongConsumer taken;
    private final LongConsumer entrusted;
    private final Deque<JournaledEvent> forLedger = new ArrayDeque<>();
    private Iterator<JournaledEvent> backlog = Collections.emptyIterator();

    /**
     * The way from journal to the core thread.
     *
     * @param lane of this node's own events
     * @param taken is told how many held bytes have gone to the anchor, or need not
     * @param entrusted is told how many bytes of another node's batch have left
     */
    CoreIntake(
            Lane lane,
            Dispatcher dispatcher,
            AnchorAgent<JournaledEvent> anchor,
            LongConsumer taken,
            LongConsumer entrusted,
            Runnable wake) {
        this.lane = lane;
        this.entrusted = entrusted;
        this.inbox = new Inbox<>(INBOX_GROUPS, wake);
        this.dispatcher = dispatcher;
        this.anchor = anchor;
        this.taken = taken;
    }

    /** What was durable before a restart and is in no batch yet; goes before everything new, as the anchor has room. */
    void resume(Iterator<JournaledEvent> events) {
        backlog = events;
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
                if (request.batch().lane().equals(lane)) {
                    anchor.onFound(request.batch().header(), events);
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
        long done = 0;
        for (JournaledEvent event : events) {
            if (StoredBatches.isOf(lane, event.stored())) {
                forLedger.add(event);
            } else {
                done += event.heldBytes();
            }
        }
        taken.accept(done);
    }

    @Override
    public int doWork(long nowNanos) {
        int work = feedAnchor(nowNanos);
        // Whatever the anchor has room for: what others entrust to this node comes by the same way and must not wait
        // for
        // this node's own batches, or two institutions could block each other in a circle.
        work += inbox.drain(Runnable::run, GROUPS_PER_TURN);
        return work + feedAnchor(nowNanos);
    }

    private int feedAnchor(long nowNanos) {
        int fed = 0;
        while (backlog.hasNext() && anchor.hasRoom()) {
            anchor.onDurable(backlog.next(), nowNanos);
            fed++;
        }
        long bytes = 0;
        // What waited from before a restart goes first.
        while (!backlog.hasNext() && !forLedger.isEmpty() && anchor.hasRoom()) {
            JournaledEvent event = forLedger.remove();
            anchor.onDurable(event, nowNanos);
            bytes += event.heldBytes();
            fed++;
        }
        if (bytes > 0) {
            taken.accept(bytes);
        }
        return fed;
    }

    /** True if nothing is between journal and the anchor. */
    boolean isEmpty() {
        return inbox.isEmpty() && forLedger.isEmpty() && !backlog.hasNext();
    }
}
