package io.waxwing.ledger.chain;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Certified batches that are not final, by lane. Bounded: per lane the {@value #WINDOW} numbers after the last final
 * one (ledger-runtime.md section 7); the first batch taken for a number stays. One thread.
 */
public final class PendingBatches {
    /** Batches of a lane that may wait. */
    public static final int WINDOW = 64;

    private final NavigableMap<Lane, NavigableMap<Long, BatchReference>> waiting = new TreeMap<>();
    private final NavigableMap<Lane, Head> lastFinal = new TreeMap<>();
    // Lanes whose next batch is here, so that "is anything to do" costs nothing.
    private int ready;

    /** What became of an offered batch. */
    public enum Offer {
        TAKEN,
        /** It is final, or one of its number waits. */
        KNOWN,
        /** Its events do not follow those of the lane's last final batch. */
        MISFIT,
        /** Its number is beyond the window: to be offered again when the lane has moved. */
        TOO_FAR
    }

    private record Head(long batchSeq, long originSeq) {
        static final Head NONE = new Head(0, 0);
    }

    /** Tells how far a lane is final; what waits up to there is dropped, and what does not continue it. */
    public void onFinal(Lane lane, long batchSeq, long originSeq) {
        boolean wasReady = isReady(lane);
        lastFinal.put(lane, new Head(batchSeq, originSeq));
        NavigableMap<Long, BatchReference> batches = waiting.get(lane);
        if (batches != null) {
            batches.headMap(batchSeq, true).clear();
            BatchReference next = batches.get(batchSeq + 1);
            if (next != null && !continues(next)) {
                batches.remove(batchSeq + 1);
            }
            if (batches.isEmpty()) {
                waiting.remove(lane);
            }
        }
        countReady(wasReady, isReady(lane));
    }

    /** False for the batch after the last final one if its events do not follow: it can never stand. */
    private boolean continues(BatchReference batch) {
        Head head = head(batch.lane());
        return batch.batchSeq() != head.batchSeq() + 1
                || batch.header().statement().originSeqFirst() == head.originSeq() + 1;
    }

    /** False if the batch is final, known or beyond the window, so that nobody needs to look at its signatures. */
    public boolean wants(BatchReference batch) {
        long last = head(batch.lane()).batchSeq();
        return batch.batchSeq() > last
                && batch.batchSeq() <= last + WINDOW
                && continues(batch)
                && get(batch.lane(), batch.batchSeq()) == null;
    }

    /** Takes a batch that has passed every check that does not depend on its lane's state. */
    public Offer offer(BatchReference batch) {
        Lane lane = batch.lane();
        long last = head(lane).batchSeq();
        if (batch.batchSeq() <= last) {
            return Offer.KNOWN;
        }
        if (!continues(batch)) {
            return Offer.MISFIT;
        }
        if (batch.batchSeq() > last + WINDOW) {
            return Offer.TOO_FAR;
        }
        boolean wasReady = isReady(lane);
        NavigableMap<Long, BatchReference> batches = waiting.computeIfAbsent(lane, unused -> new TreeMap<>());
        Offer answer = batches.putIfAbsent(batch.batchSeq(), batch) == null ? Offer.TAKEN : Offer.KNOWN;
        countReady(wasReady, isReady(lane));
        return answer;
    }

    /** Takes one out that can never stand: its place is free for another of the same number. */
    public void drop(BatchReference batch) {
        boolean wasReady = isReady(batch.lane());
        NavigableMap<Long, BatchReference> batches = waiting.get(batch.lane());
        if (batches != null) {
            batches.remove(batch.batchSeq(), batch);
        }
        countReady(wasReady, isReady(batch.lane()));
    }

    /** True if some lane's next batch after the last final one is here. */
    public boolean isReady() {
        return ready > 0;
    }

    /** The batch of that number, or null. */
    public @Nullable BatchReference get(Lane lane, long batchSeq) {
        NavigableMap<Long, BatchReference> batches = waiting.get(lane);
        return batches == null ? null : batches.get(batchSeq);
    }

    /** Lanes that have something waiting, in order. */
    public List<Lane> lanes() {
        return List.copyOf(waiting.keySet());
    }

    /** Everything that waits, for a peer that has lost it. */
    public List<BatchReference> all() {
        List<BatchReference> all = new ArrayList<>();
        waiting.values().forEach(batches -> all.addAll(batches.values()));
        return all;
    }

    public int size() {
        return waiting.values().stream().mapToInt(NavigableMap::size).sum();
    }

    private Head head(Lane lane) {
        return lastFinal.getOrDefault(lane, Head.NONE);
    }

    private boolean isReady(Lane lane) {
        NavigableMap<Long, BatchReference> batches = waiting.get(lane);
        return batches != null && batches.containsKey(head(lane).batchSeq() + 1);
    }

    private void countReady(boolean before, boolean after) {
        ready += (after ? 1 : 0) - (before ? 1 : 0);
    }
}
