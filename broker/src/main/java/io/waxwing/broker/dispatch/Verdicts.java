package io.waxwing.broker.dispatch;

import io.waxwing.broker.intake.JournaledEvent;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.bus.failure.EventVoidException;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.leaf.VerdictLeaf;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * What a verdict, or an erasure, of the ledger changes here: the events of a void batch are not given to anybody any
 * more, who waits for one is told, and who publishes one again publishes a new event. Belongs to the core thread.
 */
final class Verdicts {
    /** What publishers of void events are told. */
    static final Refusal REFUSAL = new Refusal(
            FailureCode.EVENT_VOID, "the other members did not get it in time; publish it again as a new event");

    /** What publishers are told of events that had no right to be where they were ordered. */
    static final Refusal UNGRANTED = new Refusal(
            FailureCode.EVENT_UNGRANTED,
            "the topic is another institution's, whose grants did not allow it where it was ordered: see /v1/grants");

    private final DeliveryIndex index;
    private final BatchContents contents;
    private final DuplicateWaiters duplicates;
    private final Retained retained;
    private final LongConsumer told;
    private Function<Applied, List<Long>> erased = applied -> List.of();
    private Runnable held = () -> {};

    /** {@code told} hears which batches are void, by the index of their BATCH leaf. */
    Verdicts(
            DeliveryIndex index,
            BatchContents contents,
            DuplicateWaiters duplicates,
            Retained retained,
            LongConsumer told) {
        this.told = told;
        this.index = index;
        this.contents = contents;
        this.duplicates = duplicates;
        this.retained = retained;
    }

    /** {@code erasing} says which journalSeqs a block erases; {@code onHeld} hears of batches. Before anything else. */
    void erasing(Function<Applied, List<Long>> erasing, Runnable onHeld) {
        erased = erasing;
        held = onHeld;
    }

    /** Why that event is void. */
    static Refusal of(DeliveryIndex index, long journalSeq) {
        return index.voids().isUngranted(journalSeq) ? UNGRANTED : REFUSAL;
    }

    /** The event, if it had a right to be where it was ordered. */
    static StoredEvent requireGranted(DeliveryIndex index, StoredEvent event) {
        if (index.voids().isUngranted(event.journalSeq())) {
            throw new EventVoidException(UNGRANTED, List.of(event.topic()));
        }
        return event;
    }

    /** Takes the verdicts and erasures of a final block; true if the index has something to be committed. */
    boolean onApplied(Applied applied) {
        boolean changed = retained.onVoid(erased.apply(applied), index);
        for (VerdictLeaf verdict : index.voids().newIn(applied)) {
            List<Long> events = contents.journalSeqs(verdict.lane(), verdict.batchSeq(), verdict.batchId());
            // Before anybody is told: he may publish it again at once.
            index.voids().add(verdict, events, applied.height());
            changed |= retained.onVoid(events, index);
            contents.drop(verdict.lane(), verdict.batchSeq(), REFUSAL);
            events.forEach(event -> duplicates.onVoid(event, REFUSAL));
            told.accept(verdict.batchLeafIndex());
        }
        return changed;
    }

    /** A batch came, perhaps after its verdict. */
    void onHeld(BatchHeader header, List<JournaledEvent> events) {
        held.run();
        if (!index.voids().isEmpty() && index.voids().contains(header.batchId())) {
            List<Long> late = events.stream().map(JournaledEvent::journalSeq).toList();
            index.voids().mark(late);
            late.forEach(event -> duplicates.onVoid(event, REFUSAL));
        }
    }

    /** Throws WXW-1280 for an event whose content is not kept any more, told to those alone who might have read it. */
    static void requireContent(StoredEvent stored, String which) {
        if (stored.expired()) {
            Refusal refusal = new Refusal(
                    FailureCode.EVENT_EXPIRED,
                    "event " + which + " was older or further back than the retention of its topic; its place stays");
            throw new EventVoidException(refusal, List.of(stored.topic()));
        }
    }
}
