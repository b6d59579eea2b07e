package io.waxwing.broker.dispatch;

import io.waxwing.anchor.batch.ClosedBatch;
import io.waxwing.anchor.batch.OpenBatch;
import io.waxwing.broker.intake.HeldBytes;
import io.waxwing.broker.intake.JournaledEvent;
import io.waxwing.broker.intake.StoredBatches;
import io.waxwing.broker.store.BatchRow;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.hash.Hash;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The events of batches that are not dispatched yet: recent ones are in memory, the others are read from the journal.
 * Belongs to the core thread.
 */
public final class BatchContents {
    private static final Logger LOG = LoggerFactory.getLogger(BatchContents.class);

    /** Bytes of one lane's batches of another node that are kept in memory until they are final. */
    static final long KEPT_BYTES_EACH = 4L << 20;
    /** The same of all lanes. */
    static final long KEPT_BYTES = 32L << 20;

    private final StoredBatches stored;
    private final DeliveryIndex index;
    private final Map<Place, Kept> kept = new HashMap<>();
    private final Map<Lane, Long> taken = new HashMap<>();
    private final Map<Lane, Long> keptOf = new HashMap<>();
    private long keptBytes;
    private long seenJournalSeq;

    private record Place(Lane lane, long batchSeq) {}

    private record Kept(Hash batchId, List<List<JournaledEvent>> segments, long bytes) {}

    public BatchContents(StoredBatches stored, DeliveryIndex index) {
        this.stored = stored;
        this.index = index;
        this.seenJournalSeq = stored.lastJournalSeq();
    }

    /** The core thread has dispatched the journal up to here. What is behind it is on the disk, but not here yet. */
    void seen(long journalSeq) {
        seenJournalSeq = Math.max(seenJournalSeq, journalSeq);
    }

    /** A batch of this node. Its publishers wait with its events, so it is kept whatever its size. */
    void keepOwn(ClosedBatch<JournaledEvent> closed) {
        index.putBatch(new BatchRow(false, closed.header(), closed.firstJournalSeq(), closed.lastJournalSeq()));
        put(closed.header(), closed.segments(), 0);
    }

    /** One that was closed before a restart. */
    void keepResumed(ClosedBatch<JournaledEvent> closed) {
        BatchRow row = index.batch(closed.header().lane(), closed.batchSeq());
        if (row == null || !row.header().equals(closed.header())) {
            // It was not forced, and a loss of power took it.
            keepOwn(closed);
        } else {
            put(closed.header(), closed.segments(), 0);
        }
    }

    /** A batch of another node, which is in the journal too. */
    void keepHeld(BatchHeader header, List<JournaledEvent> events) {
        long bytes = events.stream()
                .mapToLong(event -> HeldBytes.of(event.sizeBytes()))
                .sum();
        boolean done = header.batchSeq() <= taken.getOrDefault(header.lane(), 0L);
        // A lane of its own share: one origin whose batches never become final must not make the disk read for all.
        boolean full =
                keptBytes + bytes > KEPT_BYTES || keptOf.getOrDefault(header.lane(), 0L) + bytes > KEPT_BYTES_EACH;
        if (done || full) {
            return;
        }
        OpenBatch<JournaledEvent> open = new OpenBatch<>();
        events.forEach(open::add);
        put(header, open.segments(), bytes);
    }

    private void put(BatchHeader header, List<List<JournaledEvent>> segments, long bytes) {
        Kept before =
                kept.put(new Place(header.lane(), header.batchSeq()), new Kept(header.batchId(), segments, bytes));
        count(header.lane(), bytes - (before == null ? 0 : before.bytes()));
    }

    private void count(Lane lane, long bytes) {
        keptBytes += bytes;
        if (bytes != 0) {
            keptOf.merge(lane, bytes, Long::sum);
        }
    }

    /** Bytes of other nodes' batches that are in memory. */
    long keptBytes() {
        return keptBytes;
    }

    /** True if the events of a final batch are here. */
    boolean isHere(BatchReference batch) {
        Kept found = kept.get(new Place(batch.lane(), batch.batchSeq()));
        if (found != null && found.batchId().equals(batch.batchId())) {
            return true;
        }
        BatchRow row = index.batch(batch.lane(), batch.batchSeq());
        return row != null
                && row.lastJournalSeq() <= seenJournalSeq
                && row.header().batchId().equals(batch.batchId());
    }

    /** The events of a batch that {@link #isHere}, by segment; forgets what was kept of it. */
    List<List<JournaledEvent>> take(BatchReference batch, LongSupplier nextPosition) {
        taken.merge(batch.lane(), batch.batchSeq(), Math::max);
        Kept found = kept.remove(new Place(batch.lane(), batch.batchSeq()));
        if (found != null) {
            count(batch.lane(), -found.bytes());
            if (found.batchId().equals(batch.batchId())) {
                return found.segments();
            }
        }
        @Nullable BatchRow row = index.batch(batch.lane(), batch.batchSeq());
        if (row == null) {
            throw new IllegalStateException(
                    "batch " + batch.batchSeq() + " of lane " + batch.lane() + " was here a moment ago");
        }
        List<List<JournaledEvent>> segments = stored.read(row).segments();
        restorePositions(segments, nextPosition);
        return segments;
    }

    /** The journalSeqs of a batch's events, as far as they are here. */
    List<Long> journalSeqs(Lane lane, long batchSeq, Hash batchId) {
        Kept found = kept.get(new Place(lane, batchSeq));
        if (found != null && found.batchId().equals(batchId)) {
            return journalSeqs(found.segments());
        }
        BatchRow row = index.batch(lane, batchSeq);
        if (row == null || !row.header().batchId().equals(batchId)) {
            return List.of();
        }
        try {
            return journalSeqs(stored.read(row).segments());
        } catch (RefusedException e) {
            LOG.atWarn()
                    .addKeyValue("code", e.refusal().code().text())
                    .log("batch {} of lane {} is void, and damaged here: {}", batchSeq, lane, e.getMessage());
            return List.of();
        }
    }

    private static List<Long> journalSeqs(List<List<JournaledEvent>> segments) {
        return segments.stream()
                .flatMap(List::stream)
                .map(JournaledEvent::journalSeq)
                .toList();
    }

    /** The batch is void: whoever published its events here and waits is told. */
    void drop(Lane lane, long batchSeq, Refusal refusal) {
        taken.merge(lane, batchSeq, Math::max);
        Kept found = kept.remove(new Place(lane, batchSeq));
        if (found != null) {
            count(lane, -found.bytes());
            found.segments().forEach(segment -> segment.forEach(event -> event.refuse(refusal)));
        }
    }

    /** What was delivered at once has its position in the order only. */
    private void restorePositions(List<List<JournaledEvent>> segments, LongSupplier nextPosition) {
        @Nullable AtOncePositions positions = null;
        for (List<JournaledEvent> segment : segments) {
            for (JournaledEvent event : segment) {
                if (event.stored().deliveryClass() == DeliveryClass.SEALED) {
                    positions = positions == null ? new AtOncePositions(index, nextPosition) : positions;
                    event.position(positions.positionOf(event.journalSeq()));
                }
            }
        }
    }
}
