package io.waxwing.anchor.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.anchor.batch.BatchBuilder;
import io.waxwing.anchor.batch.ClosedBatch;
import io.waxwing.anchor.batch.DurableEvent;
import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.execute.Rejection;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.spi.Ledger;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Takes durable events to the ledger: batch, number, signature, record, certificate, submission, and follows each batch
 * until it is final. One thread calls everything here.
 *
 * <p>An audience whose only member is this institution needs one holder, the origin itself, so the certificate is whole
 * as soon as the batch is signed. Nothing leaves the node before the ledger's own force, which covers the batch's
 * record, so the reference may be submitted directly behind the record instead of after it was forced.
 */
public final class AnchorAgent<E extends DurableEvent> {
    /** Most batches of a lane that are not final (ledger-runtime.md section 7). */
    public static final int MAX_UNFINAL_BATCHES = 64;

    private final Lane lane;
    private final BatchBuilder<E> builder;
    private final Ledger ledger;
    private final Consumer<ClosedBatch<E>> beforeRecord;
    private final Deque<ClosedBatch<E>> unrecorded = new ArrayDeque<>();
    private final Deque<BatchReference> unsubmitted = new ArrayDeque<>();
    private final Deque<ClosedBatch<E>> unfinal = new ArrayDeque<>();
    private final Counter batches;
    private final DistributionSummary batchEvents;
    // Written here only; the gauge reads it from another thread.
    private final AtomicLong pendingEvents = new AtomicLong();

    /**
     * An agent for one lane.
     *
     * @param beforeRecord is told of each closed batch before its number is bound; stores what the batch took
     */
    public AnchorAgent(
            Lane lane,
            BatchBuilder<E> builder,
            Ledger ledger,
            Consumer<ClosedBatch<E>> beforeRecord,
            MeterRegistry metrics) {
        this.lane = lane;
        this.builder = builder;
        this.ledger = ledger;
        this.beforeRecord = beforeRecord;
        this.batches = Counter.builder("waxwing.anchor.batches")
                .description("Batches closed and signed")
                .register(metrics);
        this.batchEvents = DistributionSummary.builder("waxwing.anchor.batch.events")
                .description("Events of a closed batch")
                .serviceLevelObjectives(1, 10, 100, 1000, 4096)
                .register(metrics);
        Gauge.builder("waxwing.ledger.pending.events", this, agent -> agent.pendingEvents.get())
                .description("Durable events that are not final yet")
                .register(metrics);
    }

    /** Takes up a batch that was recorded before a restart and is not final: the same bytes are submitted again. */
    public void resume(ClosedBatch<E> recorded) {
        unfinal.add(recorded);
        pendingEvents.addAndGet(recorded.header().statement().eventCount());
        unsubmitted.add(reference(recorded));
    }

    /** False while too many batches wait for the ledger: whoever brings events must stop taking them. */
    public boolean hasRoom() {
        return unfinal.size() < MAX_UNFINAL_BATCHES;
    }

    /** True if every event that was taken is final. */
    public boolean isIdle() {
        return pendingEvents.get() == 0;
    }

    /** The next durable event of this lane. */
    public void onDurable(E event, long nowNanos) {
        if (builder.mustCloseBefore(event)) {
            close();
        }
        builder.add(event, nowNanos);
        pendingEvents.incrementAndGet();
    }

    /** Closes what should not wait any longer and hands on what the ledger had no room for. Returns what was done. */
    public int doWork(long nowNanos) {
        int work = 0;
        // When nothing is under way there is nothing to wait for; otherwise the ledger's own pace gathers events.
        if (!builder.isEmpty() && (unfinal.isEmpty() || nowNanos - builder.deadlineNanos() >= 0)) {
            close();
            work++;
        }
        return work + pump();
    }

    /** When {@link #doWork} wants to be called even if nothing arrives. */
    public long nextWorkNanos() {
        return builder.deadlineNanos();
    }

    private void close() {
        ClosedBatch<E> closed = builder.close();
        beforeRecord.accept(closed);
        unrecorded.add(closed);
        unfinal.add(closed);
        batches.increment();
        batchEvents.record(closed.header().statement().eventCount());
        pump();
    }

    private int pump() {
        int work = 0;
        while (!unrecorded.isEmpty()) {
            ClosedBatch<E> next = unrecorded.peek();
            if (!ledger.record(new VoteRecord.BatchSeq(next.header(), next.lastJournalSeq()), () -> {})) {
                break;
            }
            unrecorded.remove();
            unsubmitted.add(reference(next));
            work++;
        }
        while (!unsubmitted.isEmpty() && ledger.submit(unsubmitted.peek())) {
            unsubmitted.remove();
            work++;
        }
        return work;
    }

    private BatchReference reference(ClosedBatch<E> closed) {
        return new BatchReference(closed.header(), closed.parts(), AvailabilityCertificate.ORIGIN_ONLY);
    }

    /**
     * Forgets what became final.
     *
     * @throws IllegalStateException if the ledger refused a batch of ours: it was made wrongly, and going on would
     *     build on it
     */
    public void onApplied(Applied applied) {
        for (Applied.AppliedBatch batch : applied.batches()) {
            if (batch.reference().lane().equals(lane)) {
                drop(batch.reference().batchSeq());
            }
        }
        for (Applied.RejectedBatch rejected : applied.rejected()) {
            if (rejected.reference().lane().equals(lane) && rejected.reason() != Rejection.REPEATED) {
                throw new IllegalStateException("the ledger refused batch "
                        + rejected.reference().batchSeq() + " of this node: " + rejected.reason() + ", "
                        + rejected.detail());
            }
        }
    }

    private void drop(long batchSeq) {
        while (!unfinal.isEmpty() && unfinal.peek().batchSeq() <= batchSeq) {
            pendingEvents.addAndGet(-unfinal.remove().header().statement().eventCount());
        }
    }
}
