package io.waxwing.broker;

import io.waxwing.anchor.batch.ClosedBatch;
import io.waxwing.anchor.batch.OpenBatch;
import io.waxwing.anchor.runtime.AnchorAgent;
import io.waxwing.anchor.runtime.AnchorLanes;
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
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.simplex.VoteRecord;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
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
     * @param laneHead where a lane of this node stands; null before its first batch
     * @param recorded batches that the vote log binds this node to
     * @param amongSeveral there are members who may have what is lost here
     * @param search is asked for the payloads of final batches that are not here
     */
    record LedgerSide(
            long height,
            LongFunction<Applied> appliedAt,
            Function<Lane, @Nullable OriginHead> laneHead,
            List<VoteRecord.BatchSeq> recorded,
            boolean amongSeveral,
            Consumer<Applied.AppliedBatch> search) {}

    private final EventJournal journal;
    private final StoredBatches batches;
    private final DeliveryIndex index;
    private final Topics topics;
    private final Dispatcher dispatcher;
    private final LedgerSide ledger;
    private final AtOncePositions atOnce;

    Recovery(EventJournal journal, DeliveryIndex index, Topics topics, Dispatcher dispatcher, LedgerSide ledger) {
        this.journal = journal;
        this.batches = new StoredBatches(journal, topics);
        this.index = index;
        this.topics = topics;
        this.dispatcher = dispatcher;
        this.ledger = ledger;
        this.atOnce = new AtOncePositions(index, dispatcher::nextPosition);
    }

    /** Does it all; returns how many events of batches that are not final were taken up again. */
    long run(AnchorLanes<JournaledEvent> anchors, CoreIntake coreIntake) {
        restoreTopicSeqs();
        catchUpAtOnce();
        dispatcher.catchUp(ledger.height(), ledger.appliedAt(), ledger.search());
        long resumed = 0;
        for (AnchorAgent<JournaledEvent> anchor : anchors.all()) {
            resumed += new OneLane(anchor.lane()).run(anchor, coreIntake);
        }
        return resumed;
    }

    /** One lane: what it is bound to, and what no batch of it has taken yet. */
    private final class OneLane {
        private final Lane lane;
        private final long finalBatchSeq;
        private final long finalOriginSeq;
        private final TreeMap<Long, VoteRecord.BatchSeq> recorded = new TreeMap<>();

        OneLane(Lane lane) {
            this.lane = lane;
            OriginHead head = ledger.laneHead().apply(lane);
            finalBatchSeq = head == null ? 0 : head.batchSeq();
            finalOriginSeq = head == null ? 0 : head.originSeq();
            ledger.recorded().forEach(record -> {
                if (record.lane().equals(lane)) {
                    recorded.put(record.batchSeq(), record);
                }
            });
        }

        long run(AnchorAgent<JournaledEvent> anchor, CoreIntake coreIntake) {
            long resumed = 0;
            long taken = lastTaken();
            long batchSeq = finalBatchSeq;
            long originSeq = finalOriginSeq;
            List<BatchHeader> lost = new ArrayList<>();
            for (VoteRecord.BatchSeq record : recorded.tailMap(batchSeq, false).values()) {
                requireNoGap(batchSeq, record);
                BatchStatement statement = record.header().statement();
                ClosedBatch<JournaledEvent> closed = boundAgain(record);
                if (closed == null) {
                    lost.add(record.header());
                } else {
                    dispatcher.onResumed(closed);
                    anchor.resume(closed);
                    taken = Math.max(taken, isHeld(record) ? 0 : closed.lastJournalSeq());
                    resumed += statement.eventCount();
                }
                batchSeq = statement.batchSeq();
                originSeq = statement.originSeqFirst() + statement.eventCount() - 1;
            }
            if (lost.isEmpty()) {
                anchor.restore(batchSeq, originSeq);
            } else {
                anchor.awaitLost(lost, batchSeq, originSeq);
            }
            Iterator<JournaledEvent> behind = behind(Math.max(taken, index.emptyUpTo(lane)) + 1);
            if (behind.hasNext()) {
                coreIntake.resume(lane.audienceId(), behind);
            } else {
                // The next start need not look there again, however rarely this audience has events.
                index.putEmptyUpTo(lane, journal.lastJournalSeq());
            }
            return resumed;
        }

        private boolean isHeld(VoteRecord.BatchSeq record) {
            BatchRow row = index.batch(lane, record.batchSeq());
            return row != null && row.held();
        }

        /** Among several the ledger here may be behind; alone, what it does not have is not final. */
        private void requireNoGap(long before, VoteRecord.BatchSeq record) {
            if (record.batchSeq() != before + 1 && !ledger.amongSeveral()) {
                throw new RefusedException(
                        FailureCode.DATA_DAMAGED,
                        "the vote log has no record of batch " + (before + 1) + " of lane " + lane
                                + " but one of a later batch: numbers could be given twice");
            }
        }

        /**
         * The last event of this journal that is in a batch of this lane. Rows say so, not the vote log: its numbers
         * may be those of a journal that was lost. Rows of numbers that were never recorded do not count.
         */
        private long lastTaken() {
            long highest = recorded.isEmpty() ? 0 : recorded.lastKey();
            BatchRow last = index.lastOwnBatch(lane, Math.max(highest, finalBatchSeq));
            return last == null ? 0 : last.lastJournalSeq();
        }

        /**
         * A batch that this node is bound to; null if its events are lost with the data folder and members may have
         * them.
         */
        private @Nullable ClosedBatch<JournaledEvent> boundAgain(VoteRecord.BatchSeq record) {
            BatchHeader header = record.header();
            BatchRow row = index.batch(lane, record.batchSeq());
            OpenBatch<JournaledEvent> open;
            if (row != null && row.header().batchId().equals(header.batchId())) {
                open = batches.read(row);
            } else {
                // The row is not forced: after a loss of power the record says where the events are.
                open = batches.read(
                        lane,
                        lastOf(record.batchSeq() - 1) + 1,
                        Math.min(record.lastJournalSeq(), journal.lastJournalSeq()));
                if (!StoredBatches.isSigned(open, header)) {
                    if (ledger.amongSeveral()) {
                        return null;
                    }
                    StoredBatches.requireSigned(open, header);
                }
            }
            open.segments().forEach(segment -> segment.forEach(Recovery.this::restorePosition));
            return new ClosedBatch<>(
                    header,
                    open.parts(lane.originId(), header.statement().originSeqFirst()),
                    open.segments(),
                    open.firstJournalSeq(),
                    open.lastJournalSeq());
        }

        private long lastOf(long batchSeq) {
            VoteRecord.BatchSeq record = recorded.get(batchSeq);
            if (record != null) {
                return record.lastJournalSeq();
            }
            BatchRow stored = index.batch(lane, batchSeq);
            return stored == null ? 0 : stored.lastJournalSeq();
        }

        /** What is not in a bound batch, read as it is asked for: there may be more than memory should hold. */
        private Iterator<JournaledEvent> behind(long from) {
            EventJournal.Reader reader = journal.reader();
            return LongStream.rangeClosed(from, journal.lastJournalSeq())
                    .mapToObj(reader::read)
                    .filter(stored -> StoredBatches.isOf(lane, stored))
                    .map(Recovery.this::recovered)
                    .iterator();
        }
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
