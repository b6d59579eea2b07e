package io.waxwing.http.fake;

import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.TopicFilter;
import java.util.List;
import java.util.function.Predicate;

/** Where the bus in memory begins to deliver. */
final class LogPlaces {
    private LogPlaces() {}

    static long first(List<Event> log, StartFrom start, TopicFilter filter) {
        long end = log.isEmpty() ? 1 : log.get(log.size() - 1).position() + 1;
        if (start instanceof StartFrom.First) {
            return 1;
        }
        if (start instanceof StartFrom.Last) {
            return last(log, event -> filter.matches(event.topic()), end);
        }
        if (start instanceof StartFrom.After after) {
            return last(log, event -> after.eventId().equals(event.eventId()), -1) + 1;
        }
        if (start instanceof StartFrom.AtTopicSeq at) {
            return last(
                    log,
                    event -> filter.matches(event.topic())
                            && event.eventId() != null
                            && event.eventId().topicSeq() == at.topicSeq(),
                    end);
        }
        if (start instanceof StartFrom.AtTime at) {
            return log.stream()
                    .filter(event -> event.orderTimeMs() >= at.timeMs())
                    .mapToLong(Event::position)
                    .min()
                    .orElse(end);
        }
        return start instanceof StartFrom.AfterPosition after ? after.position() + 1 : end;
    }

    private static long last(List<Event> log, Predicate<Event> wanted, long otherwise) {
        long found = otherwise;
        for (Event event : log) {
            found = wanted.test(event) ? event.position() : found;
        }
        if (found < 0) {
            throw new RefusedException(FailureCode.POSITION_GONE, "the event is not here any more");
        }
        return found;
    }
}
