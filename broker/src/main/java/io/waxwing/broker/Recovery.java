package io.waxwing.broker;

import io.waxwing.anchor.batch.BatchBuilder;
import io.waxwing.anchor.batch.ClosedBatch;
import io.waxwing.anchor.batch.OpenBatch;
import io.waxwing.anchor.runtime.AnchorAgent;
import io.waxwing.broker.dispatch.AtOncePositions;
import io.waxwing.broker.dispatch.Dispatcher;
import io.waxwing.broker.intake.JournaledEvent;
import io.waxwing.broker.intake.StoredBatches;
import io.waxwing.broker.intake.TopicState;
import io.waxwing.broker.intake.Topics;
import io.waxwing.broker.store.BatchRow;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.simplex.VoteRecord;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Brings the broker's state together after a stop of any kind, before any thread runs: the index learns what the ledger
 * made final, batches that were bound to a number but are not final are made again from the journal, byte for byte, and
 * the events behind them go to the anchor as if they had just come in.
 */
final class Recovery {
    /**
     * What the ledger side knows.
     *
     * @param height of the last final block
     * @param appliedAt what a final block did
     * @param lastFinalBatchSeq of this node's lane; 0 if none
     * @param lastFinalOriginSeq of this node's lane; 0 if none
     * @param recorded batches that the vote log binds this node to
     * @param amongSeveral there are members who may have what is lost here
     * @param search is asked for the payloads of final batches that are not here
     */
    record LedgerSide(
            long height,
            LongFunction<Applied> appliedAt,
            long lastFinalBatchSeq,
            long lastFinalOriginSeq,
            List<VoteRecord.BatchSeq> recorded,
            boolean amongSeveral,
            Consumer<BatchReference> search) {}

    private final Lane lane;
    private final EventJournal journal;
    private final StoredBatches batches;
    private final DeliveryIndex index;
    private final Topics topics;
    private final Dispatcher dispatcher;
    private final LedgerSide ledger;
    private final AtOncePositions atOnce;
    private final TreeMap<Long, VoteRecord.BatchSeq> recorded = new TreeMap<>();

    Recovery(
            Lane lane,
            EventJournal journal,
            DeliveryIndex index,
            Topics topics,
            Dispatcher dispatcher,
            LedgerSide ledger) {
        this.lane = lane;
        this.journal = journal;
        this.batches = new StoredBatches(journal, topics);
        this.index = index;
        this.topics = topics;
        this.dispatcher = dispatcher;
        this.ledger = ledger;
        this.atOnce = new AtOncePositions(index, dispatcher::nextPosition);
        ledger.recorded().forEach(record -> {
            if (record.lane().equals(lane)) {
                recorded.put(record.batchSeq(), record);
            }
        });
    }

    /**
     * Batches of this node's lane that its vote log binds it to and whose events are lost with the data folder. They
     * are asked for at the members; until each is final or found, no new number is given.
     */
    private List<BatchHeader> lost() {
        long last = journal.lastJournalSeq();
        return recorded.tailMap(ledger.lastFinalBatchSeq(), false).values().stream()
                .filter(record -> record.lastJournalSeq() > last)
                .map(VoteRecord.BatchSeq::header)
                .toList();
    }

    /** Does it all; returns how many events were taken up again. */
    long run(BatchBuilder<JournaledEvent> builder, AnchorAgent<JournaledEvent> anchor, CoreIntake coreIntake) {
        restoreTopicSeqs();
        catchUpAtOnce();
        dispatcher.catchUp(ledger.height(), ledger.appliedAt(), ledger.search());
        List<BatchHeader> lost = lost();
        if (ledger.amongSeveral() && !lost.isEmpty()) {
            anchor.awaitLost(lost, ledger.lastFinalBatchSeq(), ledger.lastFinalOriginSeq());
            return 0;
        }
        long resumed = 0;
        long batchSeq = ledger.lastFinalBatchSeq();
        long originSeq = ledger.lastFinalOriginSeq();
        for (Long end = lastJournalSeqOf(batchSeq + 1); end != null; end = lastJournalSeqOf(batchSeq + 1)) {
            ClosedBatch<JournaledEvent> closed = boundAgain(batchSeq + 1);
            if (closed == null) {
                break;
            }
            anchor.resume(closed);
            dispatcher.onResumed(closed);
            batchSeq++;
            originSeq += closed.header().statement().eventCount();
            resumed += closed.header().statement().eventCount();
        }
        builder.restore(batchSeq, originSeq);
        Long bound = batchSeq == 0 ? Long.valueOf(0) : lastJournalSeqOf(batchSeq);
        long from = Objects.requireNonNull(bound, "a batch says what it took") + 1;
        coreIntake.resume(behind(from));
        return resumed + journal.lastJournalSeq() - from + 1;
    }

    private void restoreTopicSeqs() {
        for (TopicState topic : topics.all()) {
            var last = index.lastSegment(topic.topicHash(), topic.topicTag());
            if (last != null) {
                topic.lastTopicSeq(last.topicSeqFirst() + last.journalSeqs().length - 1);
            }
        }
    }

    /** Events of class sealed and local that were durable but perhaps not indexed. */
    private void catchUpAtOnce() {
        long last = journal.lastJournalSeq();
        EventJournal.Reader reader = journal.reader();
        for (long seq = dispatcher.atOnceJournalSeq() + 1; seq <= last; seq++) {
            StoredEvent stored = reader.read(seq);
            if (stored.deliveryClass() != DeliveryClass.ORDERED) {
                dispatcher.onDurable(List.of(batches.recovered(stored)));
            }
        }
    }

    /** A batch that this node is bound to; null if its number was prepared but never recorded and can be given anew. */
    private @Nullable ClosedBatch<JournaledEvent> boundAgain(long batchSeq) {
        VoteRecord.BatchSeq record = recorded.get(batchSeq);
        if (record == null) {
            if (recorded.higherKey(batchSeq) != null) {
                throw new RefusedException(
                        FailureCode.DATA_DAMAGED,
                        "the vote log has no record of batch " + batchSeq + " of lane " + lane
                                + " but one of a later batch: numbers could be given twice");
            }
            return null;
        }
        long from = batchSeq == 1 ? 0 : Objects.requireNonNull(lastJournalSeqOf(batchSeq - 1), "batches are gapless");
        OpenBatch<JournaledEvent> open = batches.read(lane, from + 1, record.lastJournalSeq());
        StoredBatches.requireSigned(open, record.header());
        open.segments().forEach(segment -> segment.forEach(this::restorePosition));
        long originSeqFirst = record.header().statement().originSeqFirst();
        return new ClosedBatch<>(
                record.header(),
                open.parts(lane.originId(), originSeqFirst),
                open.segments(),
                open.firstJournalSeq(),
                open.lastJournalSeq());
    }

    /** The vote log knows best; the index row is there for batches whose record was pruned. */
    private @Nullable Long lastJournalSeqOf(long batchSeq) {
        VoteRecord.BatchSeq record = recorded.get(batchSeq);
        if (record != null) {
            return record.lastJournalSeq();
        }
        BatchRow stored = index.batch(lane, batchSeq);
        return stored == null ? null : stored.lastJournalSeq();
    }

    /** Everything behind the last bound batch, read as it is asked for: there may be more than memory should hold. */
    private Iterator<JournaledEvent> behind(long from) {
        EventJournal.Reader reader = journal.reader();
        return LongStream.rangeClosed(from, journal.lastJournalSeq())
                .mapToObj(reader::read)
                .filter(stored -> StoredBatches.isOf(lane, stored))
                .map(this::recovered)
                .iterator();
    }

    private JournaledEvent recovered(StoredEvent stored) {
        JournaledEvent event = batches.recovered(stored);
        restorePosition(event);
        return event;
    }

    private void restorePosition(JournaledEvent event) {
        if (event.stored().deliveryClass() == DeliveryClass.SEALED) {
            event.position(atOnce.positionOf(event.journalSeq()));
        }
    }
}
