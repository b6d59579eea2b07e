package io.waxwing.broker.dispatch;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Absence;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.bus.topic.TopicFilter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link io.waxwing.bus.spi.Standing} attachment keeps beyond any other: from where each subscription holds, how
 * far its subscriber took what it was offered, and what it missed while it was away. Belongs to the core thread.
 */
final class AwayPlace {
    /** Stands where a subscriber is away. */
    static final Subscriber NOBODY = new Subscriber() {
        @Override
        public void onSubscribed(long token) {}

        @Override
        public void onUnsubscribed(long token, boolean existed) {}

        @Override
        public boolean offer(Delivery delivery) {
            return false;
        }

        @Override
        public void onTurnEnd() {}

        @Override
        public void onRefused(Refusal refusal) {}
    };

    private final Absence absence;
    private final LongSupplier nextPosition;
    private final Map<TopicFilter, Long> since = new HashMap<>();
    private @Nullable Backlog backlog;
    // What was dispatched from here on while the subscriber was away is counted.
    private long countedFrom = Long.MAX_VALUE;
    private long takenTo;
    // What is before it was dispatched while the subscriber was away.
    private long wasAwayUntil;

    /** The place of a subscriber that is away. */
    AwayPlace(Absence absence, LongSupplier nextPosition) {
        this.absence = absence;
        this.nextPosition = nextPosition;
    }

    /** What the subscriber misses is counted from now on. */
    void begin() {
        countedFrom = nextPosition.getAsLong();
        backlog = null;
    }

    void missed(Event event, List<Subscription> matched) {
        if (!absence.keeps(event, matched)) {
            return;
        }
        Backlog counted = backlog;
        if (counted == null) {
            counted = newBacklog();
            backlog = counted;
        }
        if (count(event, counted)) {
            // What was missed before counting began is older still.
            countedFrom = 0;
        }
    }

    boolean keeps(Event event, List<Subscription> matched) {
        return absence.keeps(event, matched);
    }

    Backlog newBacklog() {
        return new Backlog(absence.eventsMax(), absence.bytesMax());
    }

    /** Counts an event that waits; true if the oldest were given up for it. */
    boolean count(Event event, Backlog counted) {
        int sizeBytes = event.topic().length()
                + event.attributes().encoded().length
                + event.payload().size();
        int givenUp = counted.add(event.position(), sizeBytes);
        if (givenUp > 0) {
            absence.onGivenUp(givenUp);
        }
        return givenUp > 0;
    }

    /** The subscriber is back: where it goes on, if it stood at {@code position} when it went. */
    long end(long position, long next) {
        wasAwayUntil = next;
        Backlog counted = backlog;
        backlog = null;
        if (position >= 0 && position < countedFrom) {
            return position;
        }
        return counted == null ? next : Math.max(position, counted.firstPosition());
    }

    /** Whether an event that is read back is one for it: of what came while it was away only what is kept. */
    boolean kept(Event event, List<Subscription> matched) {
        return event.position() >= wasAwayUntil || absence.keeps(event, matched);
    }

    void taken(long reference) {
        takenTo = Math.max(takenTo, reference);
    }

    /** Whether everything that the subscriber took from the bus is before {@code position}. */
    boolean hasTakenAllBefore(long position) {
        return position > takenTo;
    }

    void since(TopicFilter filter, long position) {
        since.put(filter, position);
    }

    /** From where the subscription holds: replacing one leaves that as it is. */
    long sinceIfNew(TopicFilter filter, long position) {
        Long before = since.putIfAbsent(filter, position);
        return before == null ? position : before;
    }

    void forget(TopicFilter filter) {
        since.remove(filter);
    }

    boolean holds(TopicFilter filter, long position) {
        Long from = since.get(filter);
        return from != null && position >= from;
    }
}
