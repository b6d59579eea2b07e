package io.waxwing.broker.dispatch;

import io.micrometer.core.instrument.Timer;
import io.waxwing.broker.grant.RightsGate;
import io.waxwing.broker.intake.JournaledEvent;
import io.waxwing.broker.intake.TopicState;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.OrderBlock;
import io.waxwing.broker.store.SegmentRecord;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.Invariant;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts the events of final batches into the index and gives them their names. Belongs to the core thread. */
final class FinalBatches {
    private final DeliveryIndex index;
    private final Function<Hash, @Nullable TopicState> byTag;
    private final RightsGate rights;

    /** {@code byTag} knows the topics that have been seen here. */
    FinalBatches(DeliveryIndex index, Function<Hash, @Nullable TopicState> byTag, RightsGate rights) {
        this.index = index;
        this.byTag = byTag;
        this.rights = rights;
    }

    /**
     * One event that became final.
     *
     * @param journaled what this node keeps of it
     * @param eventId its name
     * @param event as it is delivered
     * @param gone it was erased before it was delivered, or is ungranted: it keeps its position, and nobody is shown it
     * @param ungranted its institution had no right to publish it there
     */
    record FinalEvent(JournaledEvent journaled, EventId eventId, Event event, boolean gone, boolean ungranted) {
        void acknowledge(long nowNanos, Timer orderedDuration) {
            if (ungranted) {
                if (journaled.wanted() == AckPolicy.ORDERED) {
                    journaled.refuse(Verdicts.UNGRANTED);
                }
                return;
            }
            if (journaled.receivedNanos() != 0) {
                orderedDuration.record(nowNanos - journaled.receivedNanos(), TimeUnit.NANOSECONDS);
            }
            if (journaled.wanted() == AckPolicy.ORDERED) {
                journaled.acknowledge(Acknowledgement.ordered(eventId));
            }
        }
    }

    /**
     * What a block made final.
     *
     * @param all in ledger order
     * @param ordered those of class ordered, which are delivered now; their positions are consecutive
     */
    record Result(List<FinalEvent> all, List<FinalEvent> ordered) {
        /** Those of class ordered that have their content. */
        List<FinalEvent> shown() {
            return ordered.stream().filter(event -> !event.gone()).toList();
        }
    }

    /**
     * Adds a final block to the index write under way. {@code contents} gives null for batches of other audiences and
     * void ones.
     */
    Result index(
            Applied applied,
            long firstPosition,
            Function<Applied.AppliedBatch, @Nullable List<List<JournaledEvent>>> contents) {
        List<FinalEvent> all = new ArrayList<>();
        List<FinalEvent> ordered = new ArrayList<>();
        for (Applied.AppliedBatch batch : applied.batches()) {
            List<List<JournaledEvent>> segments = contents.apply(batch);
            if (segments == null) {
                addVoid(applied, batch);
                continue;
            }
            Invariant.equal(segments.size(), batch.segments().size(), "segments of a batch");
            for (int i = 0; i < batch.segments().size(); i++) {
                Segment segment = new Segment(applied, batch, batch.segments().get(i), segments.get(i));
                addSegment(segment, firstPosition, all, ordered);
            }
        }
        if (!ordered.isEmpty()) {
            OrderBlock block =
                    OrderBlock.create(firstPosition, applied.height(), applied.orderTimeMs(), ordered.size());
            for (int i = 0; i < ordered.size(); i++) {
                FinalEvent event = ordered.get(i);
                block.set(i, event.journaled().journalSeq(), event.eventId().topicSeq());
            }
            index.addOrder(block);
        }
        return new Result(all, ordered);
    }

    /** The leaves of a void batch keep their place: whoever asks for its events is told why there are none. */
    private void addVoid(Applied applied, Applied.AppliedBatch batch) {
        if (!index.voids().contains(batch.batchLeafIndex())) {
            return;
        }
        for (Applied.AppliedSegment segment : batch.segments()) {
            TopicState topic = byTag.apply(segment.leaf().topicTag());
            if (topic != null) {
                index.addSegment(
                        topic.topicHash(), topic.topicTag(), SegmentRecord.withoutEvents(applied, batch, segment));
                topic.lastTopicSeq(segment.leaf().topicSeqLast());
            }
        }
    }

    private record Segment(
            Applied applied, Applied.AppliedBatch batch, Applied.AppliedSegment segment, List<JournaledEvent> events) {}

    private void addSegment(Segment of, long firstPosition, List<FinalEvent> all, List<FinalEvent> ordered) {
        TopicState topic = of.events().get(0).topic();
        Invariant.check(topic.topicTag().equals(of.segment().leaf().topicTag()), "a segment's events are of its topic");
        long topicSeqFirst = of.segment().leaf().topicSeqFirst();
        int count = of.events().size();
        long[] journalSeqs = new long[count];
        long[] positions = new long[count];
        boolean stands = rights.stands(
                of.batch().reference().lane().audienceId(),
                of.segment().leaf().originPart().originId(),
                topic.name(),
                of.segment().leafIndex());
        for (int i = 0; i < count; i++) {
            JournaledEvent journaled = of.events().get(i);
            boolean deliveredNow = journaled.stored().deliveryClass() == DeliveryClass.ORDERED;
            if (deliveredNow) {
                journaled.position(firstPosition + ordered.size());
            }
            journalSeqs[i] = journaled.journalSeq();
            positions[i] = journaled.position();
            EventId eventId = new EventId(
                    topic.topicHash(), topicSeqFirst + i, of.applied().height());
            long orderTimeMs = of.applied().orderTimeMs();
            Event event = History.event(journaled.stored(), eventId, orderTimeMs, positions[i]);
            boolean gone = !stands
                    || journaled.stored().expired()
                    || index.erased().isGone(of.segment().leafIndex(), i);
            FinalEvent named = new FinalEvent(journaled, eventId, event, gone, !stands);
            all.add(named);
            if (deliveredNow) {
                ordered.add(named);
            }
            if (!stands) {
                index.addUngranted(journaled.journalSeq());
            } else if (!deliveredNow
                    || journaled.isRepeatable()
                    || journaled.stored().retain()) {
                index.addFinal(journaled.journalSeq(), eventId, orderTimeMs);
            }
        }
        index.addSegment(
                topic.topicHash(),
                topic.topicTag(),
                new SegmentRecord(
                        topicSeqFirst,
                        of.segment().leafIndex(),
                        of.batch().batchLeafIndex(),
                        of.applied().blockLeafIndex(),
                        of.applied().height(),
                        of.applied().orderTimeMs(),
                        journalSeqs,
                        positions));
        topic.lastTopicSeq(topicSeqFirst + count - 1);
    }
}
