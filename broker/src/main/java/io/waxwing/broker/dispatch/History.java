package io.waxwing.broker.dispatch;

import io.waxwing.broker.intake.TopicState;
import io.waxwing.broker.intake.Topics;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.ErasedRow;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.OrderBlock;
import io.waxwing.broker.store.SegmentRecord;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.EventVoidException;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.VerdictLeaf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reading back in the order in which this node delivered. Reads the disk: for pools, never for event loops or the core
 * thread. Has no state of its own but a count, so any number of threads may read.
 */
public final class History implements EventReader {
    /** Most positions one scan looks at, so that a filter that matches little does not hold a thread. */
    public static final int MAX_SCANNED = 8192;

    private static final int MAX_PAGE = 1000;

    private final EventJournal journal;
    private final DeliveryIndex index;
    private final Topics topics;
    private final LongSupplier nextPosition;
    private final LongAdder missed = new LongAdder();
    // Set before anybody reads.
    private volatile @Nullable PastGaps gaps;

    /** Reads what {@code nextPosition} says is there; it must never run ahead of the index. */
    public History(EventJournal journal, DeliveryIndex index, Topics topics, LongSupplier nextPosition) {
        this.journal = journal;
        this.index = index;
        this.topics = topics;
        this.nextPosition = nextPosition;
    }

    @Override
    public @Nullable Event find(EventId eventId) {
        EventJournal.Reader reader = journal.reader();
        for (SegmentRecord segment : index.findSegments(eventId.topicHash(), eventId.topicSeq())) {
            if (segment.height() == eventId.height()) {
                requireNotVoid(segment, eventId);
                int at = segment.indexOf(eventId.topicSeq());
                requireNotErased(segment, at, reader);
                StoredEvent stored = Verdicts.requireGranted(index, reader.read(segment.journalSeqs()[at]));
                Verdicts.requireContent(stored, eventId.toString());
                return event(stored, eventId, segment.orderTimeMs(), segment.positions()[at]);
            }
        }
        return null;
    }

    /** Events by the references of their deliveries, in that order; null for what is not there. */
    List<@Nullable Event> find(List<Long> references) {
        EventJournal.Reader reader = journal.reader();
        List<@Nullable Event> found = new ArrayList<>(references.size());
        for (long reference : references) {
            OrderBlock block = reference > 0 ? index.orderBlockAt(reference) : null;
            long journalSeq = reference < 0 ? -reference : 0;
            if (block != null && reference >= block.firstPosition()) {
                journalSeq = block.journalSeq(reference);
            }
            if (journalSeq == 0 || index.voids().isEvent(journalSeq)) {
                found.add(null);
            } else if (reader.read(journalSeq).expired()) {
                missed.increment();
                found.add(null);
            } else {
                found.add(
                        block == null ? eventOf(reader, journalSeq) : event(reader.read(journalSeq), block, reference));
            }
        }
        return found;
    }

    /** Told to those alone who might have read it. */
    private void requireNotErased(SegmentRecord segment, int at, EventJournal.Reader reader) {
        ErasedRow row = index.erased().of(new ErasedRow.Place(segment.leafIndex(), at));
        if (row != null && row.progress() != ErasedRow.Progress.ASKED) {
            String topic = reader.read(segment.journalSeqs()[at]).topic();
            throw new EventVoidException(row.refusal(), List.of(topic));
        }
    }

    private void requireNotVoid(SegmentRecord segment, EventId eventId) {
        VerdictLeaf verdict = index.voids().of(segment.batchLeafIndex());
        if (verdict != null) {
            Refusal refusal = new Refusal(
                    FailureCode.EVENT_VOID,
                    "event " + eventId + ": origin " + verdict.lane().originId() + " and the holders of batch "
                            + verdict.batchSeq() + " withheld it; leaf " + segment.leafIndex()
                            + " proves that it was ordered");
            // The payload with the name may never have come.
            List<String> names = topics.all().stream()
                    .map(TopicState::name)
                    .filter(name -> EventId.hashOf(name) == eventId.topicHash())
                    .toList();
            throw new EventVoidException(refusal, names);
        }
    }

    @Override
    public @Nullable Event findByIdentity(String source, String id) {
        EventJournal.Identity identity = journal.findIdentity(EventJournal.identityKey(source, id));
        if (identity == null) {
            return null;
        }
        if (index.voids().isEvent(identity.journalSeq())) {
            String topic = journal.reader().read(identity.journalSeq()).topic();
            throw new EventVoidException(Verdicts.of(index, identity.journalSeq()), List.of(topic));
        }
        EventJournal.Reader reader = journal.reader();
        StoredEvent stored = reader.read(identity.journalSeq());
        if (stored.isErased()) {
            throw new EventVoidException(
                    new Refusal(FailureCode.EVENT_ERASED, "the ledger has ordered that its content goes everywhere"),
                    List.of(stored.topic()));
        }
        Verdicts.requireContent(stored, "with this source and id");
        return eventOf(reader, identity.journalSeq());
    }

    /** How many events readers came by whose content was gone. */
    public long missed() {
        return missed.sum();
    }

    @Override
    public Page read(TopicFilter filter, StartFrom from, int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new RefusedException(FailureCode.PARAMETER, "limit " + limit + ", want 1 to " + MAX_PAGE);
        }
        long position = resolve(filter, from);
        List<Event> events = new ArrayList<>();
        long gone = 0;
        boolean atEnd = false;
        while (events.size() < limit && !atEnd) {
            Chunk chunk = scan(position, nextPosition.getAsLong(), filter::matches, limit - events.size());
            events.addAll(chunk.events());
            gone += chunk.missed().size();
            position = chunk.nextPosition();
            atEnd = chunk.atEnd();
        }
        return new Page(events, position - 1, atEnd, gone);
    }

    @Override
    public void requireKept(TopicFilter filter, StartFrom from) {
        new KeptFrom(this, index, topics).require(filter, from);
    }

    long nextPosition() {
        return nextPosition.getAsLong();
    }

    void pastGaps(PastGaps past) {
        gaps = past;
    }

    @Override
    public Beyond beyond(TopicFilter filter, @Nullable StartFrom after, int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new RefusedException(FailureCode.PARAMETER, "limit " + limit + ", want 1 to " + MAX_PAGE);
        }
        PastGaps past = gaps;
        return past == null ? new Beyond(List.of(), true) : past.beyond(filter, after, limit);
    }

    /**
     * What one scan found.
     *
     * @param events in order
     * @param missed in order, without their content: it is not kept any more
     * @param nextPosition where to go on, inclusive
     * @param atEnd nothing was delivered beyond it when this was read
     */
    record Chunk(List<Event> events, List<Event> missed, long nextPosition, boolean atEnd) {}

    /**
     * Reads up to {@code limit} events in {@code [from, end)} whose topic passes, looking at no more than
     * {@link #MAX_SCANNED} positions.
     */
    Chunk scan(long from, long end, Predicate<String> topic, int limit) {
        long position = from;
        List<Event> events = new ArrayList<>();
        List<Event> gone = new ArrayList<>();
        EventJournal.Reader reader = journal.reader();
        OrderBlock block = null;
        while (position < end && events.size() < limit && position - from < MAX_SCANNED) {
            if (block == null || position >= block.endPosition()) {
                block = index.orderBlockAt(position);
                if (block == null) {
                    throw new RefusedException(FailureCode.DATA_DAMAGED, "no order block at position " + position);
                }
                position = Math.max(position, block.firstPosition());
            }
            StoredEvent stored = reader.read(block.journalSeq(position));
            boolean matches = topic.test(stored.topic()) && !index.voids().isEvent(stored.journalSeq());
            if (matches && stored.expired()) {
                missed.increment();
            }
            if (matches && !stored.isErased()) {
                (stored.expired() ? gone : events).add(event(stored, block, position));
            }
            position++;
        }
        return new Chunk(events, gone, position, position >= end);
    }

    long resolve(TopicFilter filter, StartFrom from, boolean refusesMissing) {
        if (refusesMissing) {
            requireKept(filter, from);
        }
        return resolve(filter, from);
    }

    /** The first position to be read for a start; throws WXW-1203 if the start names something that is not there. */
    long resolve(TopicFilter filter, StartFrom from) {
        if (from instanceof StartFrom.First) {
            return 1;
        }
        if (from instanceof StartFrom.Next) {
            return nextPosition.getAsLong();
        }
        if (from instanceof StartFrom.Last) {
            return lastMatching(filter);
        }
        if (from instanceof StartFrom.AfterPosition after) {
            if (after.position() < 0 || after.position() >= nextPosition.getAsLong()) {
                throw new RefusedException(FailureCode.POSITION_GONE, "position is not of this node");
            }
            return after.position() + 1;
        }
        if (from instanceof StartFrom.After after) {
            return positionAfter(after.eventId());
        }
        if (from instanceof StartFrom.AtTopicSeq at) {
            return positionOf(filter, at.topicSeq());
        }
        if (from instanceof StartFrom.AtTime at) {
            return firstAt(at.timeMs());
        }
        throw new RefusedException(
                FailureCode.POSITION_GONE, "a place behind missing events is one for who passes them: onWithheld=gap");
    }

    private long positionAfter(EventId eventId) {
        for (SegmentRecord segment : index.findSegments(eventId.topicHash(), eventId.topicSeq())) {
            long position = segment.positions()[segment.indexOf(eventId.topicSeq())];
            if (segment.height() == eventId.height() && position > 0) {
                return position + 1;
            }
        }
        throw new RefusedException(FailureCode.POSITION_GONE, "event " + eventId + " is not known here");
    }

    private long positionOf(TopicFilter filter, long topicSeq) {
        TopicState topic = topics.get(filter.toString());
        if (filter.hasWildcard() || topicSeq < 1) {
            throw new RefusedException(FailureCode.PARAMETER, "a topicSeq from 1 needs a topic without wildcards");
        }
        if (topic == null || topicSeq > topic.lastTopicSeq()) {
            return nextPosition.getAsLong();
        }
        for (SegmentRecord segment : index.findSegments(topic.topicHash(), topicSeq)) {
            long position = segment.positions()[segment.indexOf(topicSeq)];
            if (position > 0) {
                return position;
            }
        }
        throw new RefusedException(FailureCode.POSITION_GONE, "topicSeq " + topicSeq + " is not here any more");
    }

    private long lastMatching(TopicFilter filter) {
        long end = nextPosition.getAsLong();
        long floor = 0;
        EventJournal.Reader reader = journal.reader();
        OrderBlock block = null;
        for (long position = end - 1; position >= 1; position--) {
            if (block == null || position < block.firstPosition()) {
                block = index.orderBlockAt(position);
            }
            if (block == null) {
                break;
            }
            StoredEvent stored = reader.read(block.journalSeq(position));
            if (!stored.expired() && filter.matches(stored.topic())) {
                return position;
            }
            if (end - position == MAX_SCANNED) {
                // Not near the end: what the topics themselves know bounds the rest of the search.
                floor = lastIndexed(filter);
            }
            if (position <= floor) {
                break;
            }
        }
        return end;
    }

    /** A position at or behind which the last match is; Long.MAX_VALUE if nothing can match at all. */
    private long lastIndexed(TopicFilter filter) {
        long last = -1;
        for (TopicState topic : topics.all()) {
            if (!filter.matches(topic.name())) {
                continue;
            }
            SegmentRecord segment = index.lastSegment(topic.topicHash(), topic.topicTag());
            if (segment != null) {
                last = Math.max(last, segment.positions()[segment.positions().length - 1]);
            } else if (topic.policy().deliveryClass() != DeliveryClass.ORDERED) {
                last = Math.max(last, 0);
            }
        }
        return last < 0 ? Long.MAX_VALUE : last;
    }

    long firstAt(long timeMs) {
        return new OrderTimes(index).firstAt(timeMs, nextPosition.getAsLong(), journal.reader());
    }

    private Event event(StoredEvent stored, OrderBlock block, long position) {
        if (block.height() > 0) {
            TopicState topic = topics.get(stored.topic());
            int topicHash = topic == null ? EventId.hashOf(stored.topic()) : topic.topicHash();
            EventId eventId = new EventId(topicHash, block.topicSeq(position), block.height());
            return event(stored, eventId, block.orderTimeMs(), position);
        }
        DeliveryIndex.Final sealed =
                stored.deliveryClass() == DeliveryClass.SEALED ? index.findFinal(stored.journalSeq()) : null;
        return sealed == null
                ? event(stored, null, 0, position)
                : event(stored, sealed.eventId(), sealed.orderTimeMs(), position);
    }

    static Event event(StoredEvent stored, @Nullable EventId eventId, long orderTimeMs, long position) {
        return new Event(
                stored.topic(),
                stored.attributes(),
                stored.payload(),
                stored.qos(),
                stored.deliveryClass(),
                eventId,
                orderTimeMs,
                position,
                stored.publisher());
    }

    /** Retained values and others that are known by journalSeq. */
    Event eventOf(EventJournal.Reader reader, long journalSeq) {
        StoredEvent stored = reader.read(journalSeq);
        DeliveryIndex.Final found = index.findFinal(journalSeq);
        return found == null ? event(stored, null, 0, 0) : event(stored, found.eventId(), found.orderTimeMs(), 0);
    }

    /** True if the event is one that the ledger orders or seals. */
    boolean isOnTheLedger(long journalSeq) {
        EventJournal.Reader reader = journal.reader();
        return reader.read(journalSeq).deliveryClass() != DeliveryClass.LOCAL;
    }

    boolean isTopic(String name) {
        return topics.get(name) != null;
    }

    @Nullable TopicState topicByTag(Hash topicTag) {
        return topics.byTag(topicTag);
    }

    EventJournal.Reader reader() {
        return journal.reader();
    }
}
