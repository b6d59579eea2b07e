package io.waxwing.anchor.runtime;

import io.waxwing.anchor.availability.AudienceNodes;
import io.waxwing.anchor.availability.CertificateCollector;
import io.waxwing.anchor.availability.PayloadFrame;
import io.waxwing.anchor.batch.BatchBuilder;
import io.waxwing.anchor.batch.ClosedBatch;
import io.waxwing.anchor.batch.DurableEvent;
import io.waxwing.anchor.batch.OpenBatch;
import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.CarriedEvent;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.spi.Ledger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes durable events of one lane to the ledger: batch, number, signature, record, payloads to the members,
 * certificate, submission, and follows each batch until it is final. One thread calls everything here.
 *
 * <p>Where the origin alone suffices as holder the certificate is whole as soon as the batch is signed. Nothing leaves
 * the node before the ledger's own force, which covers the batch's record, so the reference is submitted directly
 * behind the record. Payloads are sent by this agent, so they wait for the force.
 */
public final class AnchorAgent<E extends DurableEvent> {
    /** Most batches of a lane that are not final (ledger-runtime.md section 7). */
    public static final int MAX_UNFINAL_BATCHES = 64;

    private static final Logger LOG = LoggerFactory.getLogger(AnchorAgent.class);
    private static final int SMOOTHING = 8;

    private final Lane lane;
    private final BatchBuilder<E> builder;
    private final Ledger ledger;
    private final PayloadOut out;
    private final Function<E, CarriedEvent> carried;
    private final Consumer<ClosedBatch<E>> beforeRecord;
    private final AnchorMetrics metrics;
    private final Deque<ClosedBatch<E>> unrecorded = new ArrayDeque<>();
    // Batches that are recorded, but the record is not on the disk yet: nothing of them may leave.
    private final Set<Hash> unforced = new HashSet<>();
    private final Deque<ClosedBatch<E>> unpushed = new ArrayDeque<>();
    private final Map<Hash, Collecting<E>> collecting = new LinkedHashMap<>();
    private final Deque<BatchReference> unsubmitted = new ArrayDeque<>();
    private final Deque<ClosedBatch<E>> unfinal = new ArrayDeque<>();
    private final LostBatches lost = new LostBatches();
    private AudienceNodes audience;
    private long lastFinal;
    private long uncertified;
    // Written here only; whoever stops the node reads it from another thread.
    private final AtomicLong pendingEvents = new AtomicLong();
    private long turnNanos;
    // What certificates have taken lately, smoothed.
    private long usualNanos;

    private record Collecting<E extends DurableEvent>(
            ClosedBatch<E> closed, ByteString frame, CertificateCollector signatures) {}

    public AnchorAgent(Lane lane, AnchorParts<E> parts, AnchorMetrics metrics) {
        this.lane = lane;
        this.builder = parts.builder();
        this.ledger = parts.ledger();
        this.audience = parts.audience();
        this.out = parts.out();
        this.carried = parts.carried();
        this.beforeRecord = parts.beforeRecord();
        this.metrics = metrics;
    }

    public Lane lane() {
        return lane;
    }

    /** Continues after what this lane is bound to already. Only before the first event. */
    public void restore(long lastBoundBatchSeq, long lastBoundOriginSeq) {
        builder.restore(lastBoundBatchSeq, lastBoundOriginSeq);
    }

    /**
     * The audience has other nodes, asks for another number of holders, or this node's own key is another: what is not
     * final is signed and certified anew, since the ledger dropped what its new registry refuses.
     */
    public void onAudience(AudienceNodes now) {
        audience = now;
        collecting.clear();
        unsubmitted.clear();
        unpushed.clear();
        ClosedBatch<E> oldest = unfinal.peek();
        if (oldest != null && !builder.isSigned(oldest.header())) {
            List<ClosedBatch<E>> signedBefore = List.copyOf(unfinal);
            unfinal.clear();
            unrecorded.clear();
            unforced.clear();
            signedBefore.forEach(this::signAgain);
        } else {
            certifyAgain();
        }
        countUncertified();
    }

    /** The statement stays, so the number is given once; the signature makes it another batch for those who hold it. */
    private void signAgain(ClosedBatch<E> closed) {
        ClosedBatch<E> again = builder.signAgain(closed);
        beforeRecord.accept(again);
        unrecorded.add(again);
        unfinal.add(again);
    }

    private void certifyAgain() {
        ClosedBatch<E> firstUnrecorded = unrecorded.peek();
        long recordedBelow = firstUnrecorded == null ? Long.MAX_VALUE : firstUnrecorded.batchSeq();
        for (ClosedBatch<E> closed : unfinal) {
            if (closed.batchSeq() < recordedBelow
                    && !unforced.contains(closed.header().batchId())) {
                recorded(closed);
            }
        }
    }

    /**
     * Takes up a batch that was recorded before a restart and is not final: the same bytes go out again, or the same
     * statement if this node's key is another since.
     */
    public void resume(ClosedBatch<E> recorded) {
        countPending(recorded.header().statement().eventCount());
        if (builder.isSigned(recorded.header())) {
            unfinal.add(recorded);
            recorded(recorded);
        } else {
            signAgain(recorded);
        }
    }

    /**
     * This node is bound to batches whose events it lost. Until each of them is final or found at a member, no events
     * are taken: a number given twice would be a lie.
     *
     * @param headers by rising number
     * @param finalBatchSeq of the lane here
     * @param finalOriginSeq of the lane here
     */
    public void awaitLost(List<BatchHeader> headers, long finalBatchSeq, long finalOriginSeq) {
        lost.await(headers, finalBatchSeq, finalOriginSeq);
    }

    /** What {@link #awaitLost} waits for. */
    public List<BatchHeader> lost() {
        return lost.waiting();
    }

    /** A batch of this lane was found at a member. */
    public void onFound(BatchHeader header, List<E> events) {
        if (!lost.found(header)) {
            return;
        }
        OpenBatch<E> open = new OpenBatch<>();
        events.forEach(open::add);
        resume(new ClosedBatch<>(
                header,
                open.parts(lane.originId(), header.statement().originSeqFirst()),
                open.segments(),
                open.firstJournalSeq(),
                open.lastJournalSeq()));
        beginAgain();
    }

    private void beginAgain() {
        if (lost.isEmpty()) {
            builder.restore(lost.lastBatchSeq(), lost.lastOriginSeq());
        }
    }

    /** False while too many batches wait for the ledger: whoever brings events must stop taking them. */
    public boolean hasRoom() {
        return lost.isEmpty() && unfinal.size() < MAX_UNFINAL_BATCHES;
    }

    /** True if all that was taken is final. Any thread. */
    public boolean isIdle() {
        return pendingEvents.get() == 0;
    }

    private void countPending(long events) {
        pendingEvents.addAndGet(events);
        metrics.pendingEvents.addAndGet(events);
    }

    private void countUncertified() {
        metrics.uncertified.addAndGet(collecting.size() - uncertified);
        uncertified = collecting.size();
    }

    /** The next durable event of this lane. */
    public void onDurable(E event, long nowNanos) {
        if (builder.mustCloseBefore(event)) {
            close();
        }
        builder.add(event, nowNanos);
        countPending(1);
    }

    /** Closes what should not wait, hands on what had to wait and repeats what got lost. */
    public int doWork(long nowNanos) {
        turnNanos = nowNanos;
        // When nothing is under way there is nothing to wait for; otherwise the ledger's own pace gathers events.
        boolean due = !builder.isEmpty() && (unfinal.isEmpty() || nowNanos - builder.deadlineNanos() >= 0);
        if (due) {
            close();
        }
        return (due ? 1 : 0) + pump() + push(nowNanos) + repeat(nowNanos);
    }

    /** When {@link #doWork} wants to be called even if nothing arrives; Long.MAX_VALUE for never. */
    public long nextWorkNanos() {
        long next = builder.deadlineNanos();
        for (Collecting<E> batch : collecting.values()) {
            next = Math.min(next, batch.signatures().repeatAtNanos());
        }
        return next;
    }

    private void close() {
        ClosedBatch<E> closed = builder.close();
        beforeRecord.accept(closed);
        unrecorded.add(closed);
        unfinal.add(closed);
        metrics.batches.increment();
        metrics.batchEvents.record(closed.header().statement().eventCount());
        pump();
    }

    private int pump() {
        int work = 0;
        while (!unrecorded.isEmpty()) {
            ClosedBatch<E> next = unrecorded.peek();
            if (!ledger.record(new VoteRecord.BatchSeq(next.header(), next.lastJournalSeq()), () -> forced(next))) {
                break;
            }
            unrecorded.remove();
            unforced.add(next.header().batchId());
            if (audience.originSuffices()) {
                unsubmitted.add(reference(next, AvailabilityCertificate.ORIGIN_ONLY));
            }
            work++;
        }
        while (!unsubmitted.isEmpty() && submitted(unsubmitted.peek())) {
            unsubmitted.remove();
            work++;
        }
        return work;
    }

    private void forced(ClosedBatch<E> closed) {
        // Unless it was signed anew in the meantime.
        if (unforced.remove(closed.header().batchId()) && !audience.others().isEmpty()) {
            unpushed.add(closed);
        }
    }

    /** False: no room now. What the ledger refuses waits for the registry under which its certificate is enough. */
    private boolean submitted(BatchReference reference) {
        try {
            return ledger.submit(reference);
        } catch (LedgerFailure e) {
            metrics.refused.increment();
            LOG.atError()
                    .addKeyValue("code", e.code())
                    .log(
                            "the ledger refuses batch {} of lane {} for now: {}",
                            reference.batchSeq(),
                            lane,
                            e.getMessage());
            return true;
        }
    }

    private void recorded(ClosedBatch<E> closed) {
        if (audience.originSuffices()) {
            unsubmitted.add(reference(closed, AvailabilityCertificate.ORIGIN_ONLY));
        }
        if (!audience.others().isEmpty()) {
            unpushed.add(closed);
        }
    }

    private int push(long nowNanos) {
        int pushed = unpushed.size();
        unpushed.removeIf(closed -> closed.batchSeq() <= lastFinal);
        for (ClosedBatch<E> closed = unpushed.poll(); closed != null; closed = unpushed.poll()) {
            byte[] frame = frame(closed);
            audience.others().keySet().forEach(node -> send(node, frame));
            if (!audience.originSuffices()) {
                CertificateCollector signatures = new CertificateCollector(audience, nowNanos, usualNanos);
                collecting.put(closed.header().batchId(), new Collecting<>(closed, ByteString.of(frame), signatures));
            }
        }
        countUncertified();
        return pushed;
    }

    private byte[] frame(ClosedBatch<E> closed) {
        List<CarriedEvent> events = new ArrayList<>(closed.header().statement().eventCount());
        closed.segments().forEach(segment -> segment.forEach(event -> events.add(carried.apply(event))));
        return new PayloadFrame.Push(closed.header(), events).encode();
    }

    private void send(int node, byte[] frame) {
        if (out.send(node, frame)) {
            metrics.pushed.increment();
        } else {
            // The collector says it again; whoever has it then still misses may ask for it.
            metrics.unsent.increment();
        }
    }

    private int repeat(long nowNanos) {
        int repeated = 0;
        for (Collecting<E> batch : collecting.values()) {
            CertificateCollector signatures = batch.signatures();
            if (nowNanos - signatures.repeatAtNanos() >= 0) {
                byte[] frame = batch.frame().toBytes();
                signatures.owing().forEach(node -> send(node, frame));
                signatures.repeated(nowNanos);
                metrics.repeats.increment();
                repeated++;
            }
        }
        return repeated;
    }

    /** A member says that it holds a batch of this lane. The signature is checked. */
    public void onHeld(int from, Hash batchId, ByteString signature) {
        Collecting<E> batch = collecting.get(batchId);
        if (batch != null && batch.signatures().onSigned(from, signature)) {
            collecting.remove(batchId);
            countUncertified();
            long tookNanos = Math.max(0, turnNanos - batch.signatures().pushedNanos());
            usualNanos += (tookNanos - usualNanos) / SMOOTHING;
            metrics.certificateDuration.record(tookNanos, TimeUnit.NANOSECONDS);
            unsubmitted.add(reference(batch.closed(), batch.signatures().certificate()));
            pump();
        }
    }

    private BatchReference reference(ClosedBatch<E> closed, AvailabilityCertificate certificate) {
        return new BatchReference(closed.header(), closed.parts(), certificate);
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
                if (lost.onFinal(batch.reference().header())) {
                    beginAgain();
                }
            }
        }
        Applied.RejectedBatch wrong = applied.wrong(lane);
        if (wrong != null) {
            throw new IllegalStateException("the ledger refused batch "
                    + wrong.reference().batchSeq() + " of this node: " + wrong.reason() + ", " + wrong.detail());
        }
    }

    private void drop(long batchSeq) {
        lastFinal = Math.max(lastFinal, batchSeq);
        while (!unfinal.isEmpty() && unfinal.peek().batchSeq() <= batchSeq) {
            ClosedBatch<E> done = unfinal.remove();
            collecting.remove(done.header().batchId());
            countPending(-done.header().statement().eventCount());
        }
        countUncertified();
    }
}
