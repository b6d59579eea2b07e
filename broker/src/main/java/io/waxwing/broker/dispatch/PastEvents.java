package io.waxwing.broker.dispatch;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.Missed;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives one subscriber what was read back for it. What it came by in vain is told to it run by run, and to the log once
 * it has caught up. Belongs to the core thread, but for {@link #read}.
 */
final class PastEvents {
    private static final Logger LOG = LoggerFactory.getLogger(PastEvents.class);
    /** Events read from the store at once for one subscriber. */
    static final int CHUNK_EVENTS = 256;
    /** Topics that a line of the log names. */
    private static final int NAMED = 3;

    private final DispatchMetrics metrics;
    private final Set<String> topics = new TreeSet<>();
    private long count;

    PastEvents(DispatchMetrics metrics) {
        this.metrics = metrics;
    }

    /** Reads the disk: for pools. */
    static History.Chunk read(History history, List<Subscription> wanted, long from, long end) {
        return history.scan(
                from, end, topic -> wanted.stream().anyMatch(s -> s.filter().matches(topic)), CHUNK_EVENTS);
    }

    /** Offers all of it in order. @return the position that there was no room for, to go on at; -1: all was taken */
    long give(History.Chunk chunk, AttachedSubscriber to) {
        Deque<Event> gone = new ArrayDeque<>(chunk.missed());
        for (Event event : chunk.events()) {
            long stopped = tellMissed(gone, event.position(), to);
            if (stopped >= 0 || !offer(event, to)) {
                return stopped >= 0 ? stopped : event.position();
            }
        }
        return tellMissed(gone, chunk.nextPosition(), to);
    }

    private static boolean offer(Event event, AttachedSubscriber to) {
        List<Subscription> matched = to.matching(event);
        return !isWanted(event, matched, to) || to.offer(new Delivery(event, matched, false, true));
    }

    private static boolean isWanted(Event event, List<Subscription> matched, AttachedSubscriber to) {
        AwayPlace away = to.place();
        return !matched.isEmpty() && (away == null || away.kept(event, matched));
    }

    /** Says what was missed before {@code end}: each run of one topic once, whatever there is room for. */
    private long tellMissed(Deque<Event> gone, long end, AttachedSubscriber to) {
        Deque<Event> run = new ArrayDeque<>();
        while (!gone.isEmpty() && gone.element().position() < end) {
            Event event = gone.remove();
            if (!to.subscriber().isReader() || !isWanted(event, to.matching(event), to)) {
                continue;
            }
            if (!run.isEmpty() && !run.element().topic().equals(event.topic()) && !tellRun(run, to)) {
                return run.element().position();
            }
            run.add(event);
        }
        return run.isEmpty() || tellRun(run, to) ? -1 : run.element().position();
    }

    private boolean tellRun(Deque<Event> run, AttachedSubscriber to) {
        Missed told = runs(run).get(0);
        if (!to.subscriber().offerMissed(told)) {
            return false;
        }
        add(told);
        run.clear();
        return true;
    }

    /** One for each topic. */
    static List<Missed> runs(Collection<Event> events) {
        Map<String, Missed> byTopic = new LinkedHashMap<>();
        for (Event event : events) {
            byTopic.compute(
                    event.topic(),
                    (topic, run) -> run == null
                            ? new Missed(topic, 1, event.eventId(), event.eventId())
                            : run.and(event.eventId()));
        }
        return new ArrayList<>(byTopic.values());
    }

    void add(Missed missed) {
        count += missed.count();
        metrics.missed.increment((double) missed.count());
        if (topics.size() < NAMED) {
            topics.add(missed.topic());
        }
    }

    /** Writes the line, if there is one. */
    void log(Collection<TopicFilter> filters) {
        if (count > 0) {
            LOG.warn(
                    "{} a subscriber of {} missed {} events that are not kept any more, of topics {}{}",
                    FailureCode.EVENTS_MISSED.text(),
                    filters,
                    count,
                    topics,
                    topics.size() < NAMED ? "" : " and perhaps others");
        }
        count = 0;
        topics.clear();
    }
}
