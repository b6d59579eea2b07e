package io.waxwing.anchor.runtime;

import io.waxwing.ledger.batch.BatchHeader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Batches of one lane that this node is bound to and whose events it lost. Until each of them is final or found at a
 * member the lane takes no events: a number given twice would be a lie. One thread.
 */
final class LostBatches {
    private final Deque<BatchHeader> waiting = new ArrayDeque<>();
    private long batchSeq;
    private long originSeq;

    /** By rising number; what of the lane is final here counts as bound too. */
    void await(List<BatchHeader> headers, long finalBatchSeq, long finalOriginSeq) {
        waiting.addAll(headers);
        bound(finalBatchSeq, finalOriginSeq);
        headers.forEach(this::bound);
    }

    List<BatchHeader> waiting() {
        return List.copyOf(waiting);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** False if it is not waited for. */
    boolean found(BatchHeader header) {
        return waiting.removeIf(lost -> lost.batchId().equals(header.batchId()));
    }

    /** The lane is final up to that batch, whoever said so. False if nothing was waited for. */
    boolean onFinal(BatchHeader done) {
        if (waiting.isEmpty()) {
            return false;
        }
        bound(done);
        waiting.removeIf(lost -> lost.batchSeq() <= done.batchSeq());
        return true;
    }

    private void bound(BatchHeader header) {
        bound(
                header.batchSeq(),
                header.statement().originSeqFirst() + header.statement().eventCount() - 1);
    }

    private void bound(long batch, long origin) {
        batchSeq = Math.max(batchSeq, batch);
        originSeq = Math.max(originSeq, origin);
    }

    /** The last number that must not be given again. */
    long lastBatchSeq() {
        return batchSeq;
    }

    long lastOriginSeq() {
        return originSeq;
    }
}
