package io.waxwing.broker.dispatch;

import io.waxwing.broker.store.GroupRow;
import io.waxwing.bus.delivery.SharedProgress;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import org.jspecify.annotations.Nullable;

/**
 * The subscribers of one shared filter, among whom each event goes to one: a place in the delivery order like that of
 * an {@link AttachedSubscriber}, and a {@link SharedWork} that knows who has what. While a member has room, events are
 * given as they are dispatched. When none has, or something is to be given again, the group is behind: it reads from
 * the store only as many as there is room for. While nobody is here, what comes is counted against the bounds of a
 * member's absence. Belongs to the core thread.
 */
final class SharedGroup implements Routes.Target {
    private enum State {
        LIVE,
        /** Behind, and a chunk is being read. */
        READING,
        /** Behind, and nobody has room. */
        FULL
    }

    private final TopicFilter filter;
    private final Dispatcher dispatcher;
    private final SharedGroups groups;
    private final SharedWork<AttachedSubscriber> work;
    private final Map<AttachedSubscriber, Subscription> subscriptions = new HashMap<>();
    private State state = State.LIVE;
    // If it is behind: nothing from here on has been given.
    private long position;
    // What is before it was dispatched while nobody was here.
    private long alone;
    private @Nullable Backlog backlog;
    private final PastEvents missed;
    private long missedTo;

    SharedGroup(TopicFilter filter, Dispatcher dispatcher, SharedGroups groups) {
        this.filter = filter;
        this.dispatcher = dispatcher;
        this.groups = groups;
        this.missed = new PastEvents(dispatcher.metrics());
        this.work = new SharedWork<>(groups.strategy());
    }

    TopicFilter filter() {
        return filter;
    }

    /** Goes on where the group stood before a restart, or, if that is not known, at {@code since}. */
    void restore(@Nullable GroupRow row, long since) {
        state = State.FULL;
        position = Math.min(row == null ? since : row.position(), dispatcher.nextPosition());
        if (row != null) {
            row.unfinished().forEach(work::restore);
        }
        alone = dispatcher.nextPosition();
    }

    void put(AttachedSubscriber member, Subscription subscription, boolean here) {
        boolean wasAlone = work.nobodyIsHere();
        subscriptions.put(member, subscription);
        if (!work.has(member)) {
            work.join(member, here);
            groups.joined(1);
        }
        arrived(wasAlone);
    }

    void here(AttachedSubscriber member) {
        boolean wasAlone = work.nobodyIsHere();
        work.here(member);
        arrived(wasAlone);
    }

    private void arrived(boolean wasAlone) {
        if (wasAlone && !work.nobodyIsHere()) {
            Backlog counted = backlog;
            backlog = null;
            alone = dispatcher.nextPosition();
            if (counted != null && counted.givenUp()) {
                position = Math.max(position, counted.firstPosition());
            }
        }
        goOn();
    }

    void away(AttachedSubscriber member) {
        work.away(member);
        goOn();
    }

    void room(AttachedSubscriber member) {
        work.room(member);
        goOn();
    }

    void progress(AttachedSubscriber member, SharedProgress step) {
        work.progress(member, step.reference(), step.step());
        if (step.step() == SharedProgress.Step.DECLINED && work.isDeclined(step.reference())) {
            work.drop(step.reference());
            dispatcher.metrics().undeliverable.increment();
        }
        goOn();
    }

    /** {@code ended}: its session is no more; else it only wants no more of this. */
    void remove(AttachedSubscriber member, boolean ended) {
        if (subscriptions.remove(member) == null) {
            return;
        }
        groups.joined(-1);
        if (ended) {
            work.end(member);
        } else {
            work.leave(member);
        }
        if (work.isEmpty()) {
            groups.end(this);
        } else {
            goOn();
        }
    }

    /** Whether something of it has to survive a restart. */
    boolean isDurable() {
        return work.members().stream().anyMatch(each -> each.place() != null);
    }

    GroupRow row() {
        return new GroupRow(
                state == State.LIVE ? dispatcher.nextPosition() : position,
                List.copyOf(work.unfinished(each -> each.place() != null)));
    }

    @Override
    public void deliver(Event event, List<Subscription> matched) {
        groups.changed(this);
        if (state == State.LIVE && !give(event)) {
            position = event.position();
            state = State.FULL;
        }
        if (work.nobodyIsHere()) {
            missed(event);
        }
    }

    private void missed(Event event) {
        AwayPlace place = keeping(event);
        if (place == null) {
            return;
        }
        Backlog counted = backlog;
        if (counted == null) {
            counted = place.newBacklog();
            backlog = counted;
        }
        place.count(event, counted);
    }

    /** A member that wants the event though it is away; null if none does. */
    private @Nullable AwayPlace keeping(Event event) {
        for (AttachedSubscriber member : work.members()) {
            AwayPlace place = member.place();
            Subscription subscription = subscriptions.get(member);
            if (place != null && subscription != null && place.keeps(event, List.of(subscription))) {
                return place;
            }
        }
        return null;
    }

    private boolean give(Event event) {
        String key = groups.strategy() == SharedStrategy.BY_KEY ? SharedStrategy.keyOf(event) : "";
        AttachedSubscriber taker = work.give(event.position(), key, AttachedSubscriber::sharedWindow, member -> {
            Subscription subscription = subscriptions.get(member);
            return subscription != null && member.offerShared(event, subscription);
        });
        return taker != null;
    }

    private void goOn() {
        groups.changed(this);
        if (state == State.LIVE && !work.again().isEmpty()) {
            position = dispatcher.nextPosition();
            state = State.FULL;
        }
        if (state == State.FULL) {
            readOn();
        }
    }

    private void readOn() {
        int room = Math.min(work.room(AttachedSubscriber::sharedWindow), PastEvents.CHUNK_EVENTS);
        state = State.FULL;
        if (!work.again().isEmpty()) {
            if (room > 0) {
                readAgain(room);
            }
        } else if (position >= dispatcher.nextPosition()) {
            state = State.LIVE;
        } else if (room > 0) {
            readBehind(room);
        }
    }

    private void readAgain(int limit) {
        state = State.READING;
        List<Long> wanted = work.again().stream().limit(limit).toList();
        dispatcher.read(() -> {
            try {
                List<@Nullable Event> events = dispatcher.history().find(wanted);
                dispatcher.command(() -> onAgain(wanted, events));
            } catch (RefusedException e) {
                dispatcher.command(() -> refuse(e));
            }
        });
    }

    private void onAgain(List<Long> wanted, List<@Nullable Event> events) {
        if (work.isEmpty()) {
            return; // The group has ended while this was read.
        }
        groups.changed(this);
        NavigableSet<Long> again = work.again();
        for (int i = 0; i < wanted.size(); i++) {
            Event event = events.get(i);
            long at = wanted.get(i);
            if (event == null || work.isDeclined(at)) {
                work.drop(at);
            } else if (again.contains(at) && !give(event)) {
                // Of those who may have it nobody has room: they will say when they have.
                state = State.FULL;
                return;
            }
        }
        readOn();
    }

    private void readBehind(int limit) {
        state = State.READING;
        long from = position;
        long end = dispatcher.nextPosition();
        dispatcher.read(() -> {
            try {
                History.Chunk chunk = dispatcher.history().scan(from, end, filter::matches, limit);
                dispatcher.command(() -> onChunk(chunk));
            } catch (RefusedException e) {
                dispatcher.command(() -> refuse(e));
            }
        });
    }

    private void onChunk(History.Chunk chunk) {
        if (work.isEmpty()) {
            return;
        }
        groups.changed(this);
        // What is read once more, because nobody had room, is not counted again.
        PastEvents.runs(chunk.missed().stream()
                        .filter(event -> event.position() >= missedTo)
                        .toList())
                .forEach(missed::add);
        missedTo = Math.max(missedTo, chunk.nextPosition());
        missed.log(List.of(filter));
        for (Event event : chunk.events()) {
            long at = event.position();
            boolean wanted = !work.isOut(at) && (at >= alone || keeping(event) != null);
            if (wanted && at >= position && !give(event)) {
                position = at;
                state = State.FULL;
                return;
            }
        }
        position = Math.max(position, chunk.nextPosition());
        readOn();
    }

    /** The store cannot be read: the group cannot be served, and so none of its members. */
    private void refuse(RefusedException e) {
        for (AttachedSubscriber member : new ArrayList<>(work.members())) {
            member.refuse(e.refusal());
        }
    }
}
