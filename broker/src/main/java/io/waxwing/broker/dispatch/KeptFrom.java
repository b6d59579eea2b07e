package io.waxwing.broker.dispatch;

import io.waxwing.broker.intake.TopicState;
import io.waxwing.broker.intake.Topics;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.SegmentRecord;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.bus.delivery.PositionGoneException;
import io.waxwing.bus.delivery.PositionGoneException.Earliest;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether what follows a position is still there, and if not, what is. Reads the disk: for pools. */
final class KeptFrom {
    /** Events with content behind a position that are looked at; what goes later is told as it is come by. */
    private static final int LOOKED_AT = 64;
    /** Erased events in a row that the search for the earliest passes over. */
    private static final int ERASED_PASSED = 64;
    /** Topics that an answer names. */
    private static final int TOPICS_MAX = 100;

    private final History history;
    private final DeliveryIndex index;
    private final Topics topics;

    KeptFrom(History history, DeliveryIndex index, Topics topics) {
        this.history = history;
        this.index = index;
        this.topics = topics;
    }

    /** Throws {@link PositionGoneException} if the start names a place and events behind it are not kept any more. */
    void require(TopicFilter filter, StartFrom from) {
        boolean namesPlace = from instanceof StartFrom.After
                || from instanceof StartFrom.AfterPosition
                || from instanceof StartFrom.AtTopicSeq;
        if (!namesPlace) {
            return;
        }
        long position = history.resolve(filter, from);
        History.Chunk chunk = history.scan(position, history.nextPosition(), filter::matches, LOOKED_AT);
        if (chunk.missed().isEmpty()) {
            return;
        }
        Set<String> names = new LinkedHashSet<>();
        chunk.missed().stream().map(Event::topic).forEach(names::add);
        List<Earliest> earliest = new ArrayList<>();
        names.stream().limit(TOPICS_MAX).forEach(name -> earliest.add(new Earliest(name, earliestOf(name))));
        throw new PositionGoneException(
                new Refusal(
                        FailureCode.POSITION_GONE,
                        "events behind it are not kept any more, of " + names.size()
                                + (names.size() == 1 ? " topic" : " topics")
                                + "; onGone=skip goes on with what is there, from=first begins with it"),
                earliest);
    }

    /** The oldest go first, so the place is found by halving. */
    private @Nullable EventId earliestOf(String name) {
        TopicState topic = topics.get(name);
        if (topic == null || topic.lastTopicSeq() == 0) {
            return null;
        }
        EventJournal.Reader reader = history.reader();
        long low = 1;
        long high = topic.lastTopicSeq() + 1;
        while (low < high) {
            long middle = low + (high - low) / 2;
            if (idIfKept(topic, middle, reader) != null) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low > topic.lastTopicSeq() ? null : idIfKept(topic, low, reader);
    }

    private @Nullable EventId idIfKept(TopicState topic, long topicSeq, EventJournal.Reader reader) {
        // Erased ones say nothing about their neighbours.
        for (long at = topicSeq; at <= topic.lastTopicSeq() && at < topicSeq + ERASED_PASSED; at++) {
            for (SegmentRecord segment : index.findSegments(topic.topicHash(), at)) {
                StoredEvent stored = reader.read(segment.journalSeqs()[segment.indexOf(at)]);
                if (stored.topic().equals(topic.name()) && !stored.isErased()) {
                    return stored.expired() ? null : new EventId(topic.topicHash(), at, segment.height());
                }
            }
        }
        return null;
    }
}
