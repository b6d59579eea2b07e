package io.waxwing.broker.erase;

import io.waxwing.broker.intake.JournaledEvent;
import io.waxwing.broker.intake.StoredBatches;
import io.waxwing.broker.store.BatchRow;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.ErasedRow;
import io.waxwing.broker.store.ErasedRow.Place;
import io.waxwing.broker.store.ErasedRow.Progress;
import io.waxwing.broker.store.ErasedRows;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.BatchLeaf;
import io.waxwing.ledger.leaf.Leaf;
import io.waxwing.ledger.leaf.LeafCodec;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where erased events are: in which batch, by the ledger's leaves, and in the journal, by the batch's row. Any thread.
 */
public final class ErasedPlaces {
    private static final Logger LOG = LoggerFactory.getLogger(ErasedPlaces.class);
    private static final Lane NO_LANE = new Lane(0, 0);

    private final LongFunction<byte @Nullable []> leaves;
    private final DeliveryIndex index;
    private final StoredBatches batches;
    private final LongPredicate audiences;

    /**
     * Finds places.
     *
     * @param leaves gives a leaf by its index; null if it is not here
     * @param audiences says which ones this node is in
     */
    public ErasedPlaces(
            LongFunction<byte @Nullable []> leaves,
            DeliveryIndex index,
            StoredBatches batches,
            LongPredicate audiences) {
        this.leaves = leaves;
        this.index = index;
        this.batches = batches;
        this.audiences = audiences;
    }

    /** The row of an event that somebody here wants to be erased. */
    ErasedRow asked(Place place, long timeMs) {
        return row(place, Progress.ASKED, new When(0, 0, timeMs));
    }

    /** The row of an event that the ledger erases: done, if its content is not here and will never be. */
    ErasedRow ordered(Applied.AppliedErasure erasure, long height) {
        When when = new When(erasure.leafIndex(), height, erasure.leaf().timeMs());
        ErasedRow row = row(ErasedRows.place(erasure.leaf()), Progress.ORDERED, when);
        boolean foreign =
                row.batchId().equals(Hash.ZERO) || !audiences.test(row.lane().audienceId());
        return foreign && index.batch(row.lane(), row.batchSeq()) == null ? row.at(Progress.DONE) : row;
    }

    private record When(long leafIndex, long height, long timeMs) {}

    /** The BATCH leaf stands right before its segments. */
    private ErasedRow row(Place place, Progress progress, When when) {
        BatchHeader header = null;
        long at = place.leafIndex();
        for (boolean known = true; known && header == null && at > 0; ) {
            at--;
            byte[] bytes = leaves.apply(at);
            known = bytes != null;
            Leaf leaf = bytes == null ? null : LeafCodec.decode(bytes);
            header = leaf instanceof BatchLeaf batch ? batch.header() : null;
        }
        return new ErasedRow(
                place,
                progress,
                when.leafIndex(),
                when.height(),
                when.timeMs(),
                header == null ? NO_LANE : header.lane(),
                header == null ? 0 : header.batchSeq(),
                header == null ? Hash.ZERO : header.batchId(),
                header == null ? 0 : (int) (place.leafIndex() - at - 1));
    }

    BirthCopies births(EventJournal journal) {
        return new BirthCopies(journal, index);
    }

    /** journalSeq of the event, or nothing while its batch is not here. */
    List<Long> journalSeqs(ErasedRow row) {
        BatchRow batch = index.batch(row.lane(), row.batchSeq());
        if (batch == null || !batch.header().batchId().equals(row.batchId())) {
            return List.of();
        }
        try {
            List<JournaledEvent> segment = batches.read(batch).segments().get(row.segment());
            return List.of(segment.get((int) row.place().position()).journalSeq());
        } catch (RefusedException e) {
            LOG.atError()
                    .addKeyValue("code", e.refusal().code().text())
                    .log("an erased event is in a batch that is damaged here: {}", e.getMessage());
            return List.of();
        }
    }
}
