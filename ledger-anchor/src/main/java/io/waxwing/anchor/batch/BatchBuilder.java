package io.waxwing.anchor.batch;

import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.sign.Signer;
import java.util.List;

/**
 * One lane's batches: gathers events, decides when a batch closes, gives it the next batchSeq and originSeqs and signs
 * it. A number is given once; what was given to it survives in the vote log, so {@link #restore} continues behind it.
 */
public final class BatchBuilder<E extends DurableEvent> {
    private final Lane lane;
    private final BatchLimits limits;
    private final Signer originKey;
    private final Hash ledgerId;

    private OpenBatch<E> open = new OpenBatch<>();
    private long openedNanos;
    private long lastBatchSeq;
    private long lastOriginSeq;

    public BatchBuilder(Lane lane, BatchLimits limits, Signer originKey, Hash ledgerId) {
        this.lane = lane;
        this.limits = limits;
        this.originKey = originKey;
        this.ledgerId = ledgerId;
    }

    /** Continues after what this lane is bound to already. Only before the first event. */
    public void restore(long lastBoundBatchSeq, long lastBoundOriginSeq) {
        if (open.events() > 0 || lastBatchSeq > 0) {
            throw new IllegalStateException("a lane is restored before its first event");
        }
        lastBatchSeq = lastBoundBatchSeq;
        lastOriginSeq = lastBoundOriginSeq;
    }

    /** True if the event does not fit any more and the open batch must be closed first. */
    public boolean mustCloseBefore(E event) {
        return open.events() > 0
                && (open.events() >= limits.maxEvents() || open.bytes() + event.sizeBytes() > limits.maxBytes());
    }

    public void add(E event, long nowNanos) {
        if (open.events() == 0) {
            openedNanos = nowNanos;
        }
        open.add(event);
    }

    public boolean isEmpty() {
        return open.events() == 0;
    }

    /** When the open batch closes whatever happens; Long.MAX_VALUE if there is none. */
    public long deadlineNanos() {
        return isEmpty() ? Long.MAX_VALUE : openedNanos + limits.maxAgeNanos();
    }

    /** True if a batch of this lane is signed by the key of now; the ledger refuses one that is not. */
    public boolean isSigned(BatchHeader header) {
        return header.equals(header.statement().signedBy(originKey, ledgerId));
    }

    /** The same batch, signed by the key of now. */
    public ClosedBatch<E> signAgain(ClosedBatch<E> closed) {
        return new ClosedBatch<>(
                closed.header().statement().signedBy(originKey, ledgerId),
                closed.parts(),
                closed.segments(),
                closed.firstJournalSeq(),
                closed.lastJournalSeq());
    }

    /** Closes the open batch, which must not be empty: numbers it and signs it. */
    public ClosedBatch<E> close() {
        if (isEmpty()) {
            throw new IllegalStateException("an empty batch is never closed");
        }
        OpenBatch<E> closing = open;
        open = new OpenBatch<>();
        List<OriginPart> parts = closing.parts(lane.originId(), lastOriginSeq + 1);
        BatchStatement statement = BatchStatement.over(lane, lastBatchSeq + 1, lastOriginSeq + 1, parts);
        lastBatchSeq++;
        lastOriginSeq += closing.events();
        return new ClosedBatch<>(
                statement.signedBy(originKey, ledgerId),
                parts,
                closing.segments(),
                closing.firstJournalSeq(),
                closing.lastJournalSeq());
    }
}
