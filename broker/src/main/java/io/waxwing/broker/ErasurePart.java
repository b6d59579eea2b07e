package io.waxwing.broker;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.broker.erase.Destruction;
import io.waxwing.broker.erase.ErasedPlaces;
import io.waxwing.broker.erase.Erasing;
import io.waxwing.broker.intake.StoredBatches;
import io.waxwing.broker.store.Database;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.ErasedRow.Place;
import io.waxwing.broker.store.ErasedRow.Progress;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.SegmentRecord;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.EventErasure;
import io.waxwing.ledger.control.Registry;
import io.waxwing.node.store.StoredDisputes;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** Everything that erases events, and the way in for those who want it. */
final class ErasurePart implements EventErasure {
    /** Runs on the core thread. */
    final Erasing erasing;
    /** Runs on the keeper's. */
    final Destruction destruction;

    private final LedgerPart part;
    private final DeliveryIndex index;
    private final EventJournal events;
    private final Executor core;
    private final AudiencePart audience;
    // Made later, of what needs this.
    private volatile Runnable wake = () -> {};

    ErasurePart(
            LedgerPart part,
            AudiencePart audience,
            DeliveryIndex index,
            StoredBatches batches,
            EventJournal events,
            Database database,
            Executor readers,
            Executor core,
            MeterRegistry metrics) {
        this.part = part;
        this.audience = audience;
        this.index = index;
        this.events = events;
        this.core = core;
        ErasedPlaces places = new ErasedPlaces(part.store::leaf, index, batches, audience.audiences::contains);
        destruction = new Destruction(index.erased(), places, new EventJournal(database), database::purge);
        erasing = new Erasing(new Erasing.Parts(
                index,
                places,
                part.self.originId(),
                part.originKey,
                part.ledgerId(),
                part.agent,
                new StoredDisputes(part.store),
                readers,
                core,
                System::currentTimeMillis,
                this::destroy));
        register(metrics);
    }

    private void register(MeterRegistry metrics) {
        FunctionCounter.builder("waxwing.erasure.events", destruction, Destruction::destroyed)
                .description("Erased events whose content no file of this node has any more, since the start")
                .register(metrics);
        for (Progress progress : new Progress[] {Progress.ASKED, Progress.ORDERED, Progress.REWRITTEN}) {
            Gauge.builder(
                            "waxwing.erasure.open",
                            index.erased(),
                            rows -> rows.open(progress).size())
                    .description("Events to be erased: asked for, ordered with the content not found here, or with"
                            + " bytes in files")
                    .tag("progress", progress.name().toLowerCase(java.util.Locale.ROOT))
                    .register(metrics);
        }
    }

    void wakes(Runnable keeper) {
        wake = keeper;
    }

    /** Something was ordered, or a batch came that may have it. Any thread. */
    void destroy() {
        destruction.wake();
        wake.run();
    }

    /** A batch of a member is on the disk: what was erased of it before goes. */
    void onHeld() {
        if (!index.erased().isEmpty(Progress.ORDERED)) {
            destroy();
        }
    }

    @Override
    public @Nullable Found find(EventId eventId) {
        for (SegmentRecord segment : index.findSegments(eventId.topicHash(), eventId.topicSeq())) {
            if (segment.height() == eventId.height() && segment.hasEvents()) {
                int position = segment.indexOf(eventId.topicSeq());
                var stored = events.reader().read(segment.journalSeqs()[position]);
                int originId = stored.lane().originId();
                return new Found(
                        eventId,
                        stored.topic(),
                        segment.leafIndex(),
                        position,
                        audience.institutionOf(originId),
                        isOurs(originId));
            }
        }
        return null;
    }

    private boolean isOurs(int originId) {
        Registry registry = part.registry();
        Registry.Origin origin = registry.origin(originId);
        return originId == part.self.originId()
                || (origin != null && origin.institutionId() == part.self.institutionId());
    }

    @Override
    public void erase(Found event, Told told) {
        if (!event.isOurs()) {
            throw new RefusedException(
                    FailureCode.ERASE_FOREIGN,
                    "event " + event.eventId() + " came from " + event.institution() + ": ask there");
        }
        try {
            core.execute(() -> erasing.ask(new Place(event.leafIndex(), event.position()), told));
        } catch (RejectedExecutionException full) {
            throw new RefusedException(FailureCode.NODE_BUSY, "too much waits to be done");
        }
    }
}
