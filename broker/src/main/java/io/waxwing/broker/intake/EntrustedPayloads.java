package io.waxwing.broker.intake;

import io.waxwing.anchor.availability.HeldBatch;
import io.waxwing.anchor.availability.PayloadFrame;
import io.waxwing.anchor.availability.PayloadStore;
import io.waxwing.broker.store.BatchRow;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.CarriedEvent;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.dispute.ErasedEvents;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Payloads of all institutions in the one journal: stored through the ring, found by the row of their batch. */
public final class EntrustedPayloads implements PayloadStore {
    private final Intake intake;
    private final DeliveryIndex index;
    private final StoredBatches batches;

    public EntrustedPayloads(Intake intake, DeliveryIndex index, StoredBatches batches) {
        this.intake = intake;
        this.index = index;
        this.batches = batches;
    }

    @Override
    public @Nullable BatchHeader held(Lane lane, long batchSeq) {
        BatchRow row = index.batch(lane, batchSeq);
        return row == null ? null : row.header();
    }

    @Override
    public boolean hold(HeldBatch batch, boolean wanted, Done done) {
        return intake.hold(new HoldRequest(batch, wanted, done));
    }

    @Override
    public ErasedEvents erased(long batchLeafIndex, long segments) {
        return index.erased().ofBatch(batchLeafIndex, segments);
    }

    @Override
    public List<Long> erasures(long batchLeafIndex, long segments) {
        return index.erased().leavesOf(batchLeafIndex, segments);
    }

    @Override
    public PayloadFrame.@Nullable Push read(Lane lane, long batchSeq, Hash batchId) {
        BatchRow row = index.batch(lane, batchSeq);
        if (row == null || !row.header().batchId().equals(batchId)) {
            return null;
        }
        List<CarriedEvent> events = new ArrayList<>(row.header().statement().eventCount());
        boolean expired = false;
        for (List<JournaledEvent> segment : batches.read(row).segments()) {
            for (JournaledEvent event : segment) {
                expired |= event.stored().expired() && !event.stored().isErased();
                events.add(CarriedEvents.of(event));
            }
        }
        if (expired) {
            return null;
        }
        return new PayloadFrame.Push(row.header(), events);
    }
}
