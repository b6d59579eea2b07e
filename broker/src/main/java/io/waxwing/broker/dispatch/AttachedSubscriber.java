package io.waxwing.broker.dispatch;

import io.waxwing.broker.live.Receiver;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.SharedProgress;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.LiveSubscriber;
import io.waxwing.bus.spi.Standing;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.bus.topic.TopicFilter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber and its place in the delivery order. Live: it gets events as they are dispatched. Behind: it had no
 * room or began in the past; what it gets is read from the store, chunk by chunk, until it has caught up; because
 * chunks are offered on the core thread, between two dispatched events, nothing is missed or doubled where both meet.
 *
 * <p>Away: a {@link Standing} subscriber that is not there; it is behind without anything being read, and an
 * {@link AwayPlace} counts what it misses.
 *
 * <p>Methods of {@link Standing} may be called from any thread and put a command into dispatch's inbox; everything else
 * belongs to the core thread.
 */
final class AttachedSubscriber implements Standing, Routes.Target {
    private enum State {
        /** Nothing was subscribed yet, so the start is not resolved. */
        NEW,
        LIVE,
        /** Behind, and a chunk is being read. */
        READING,
        /** Behind, and without room. */
        FULL,
        /** Not there. */
        AWAY,
        ENDED
    }

    private final StartFrom start;
    private final Dispatcher dispatcher;
    private final Map<TopicFilter, Subscription> subscriptions = new LinkedHashMap<>();
    private final RetainedValuesJobs retained;
    private final SharedMemberships shared;
    private final PastEvents past;
    private final @Nullable AwayPlace away;
    private Subscriber subscriber;
    private State state;
    private long position;
    // Of a read that a pause has overtaken nothing is used.
    private int reads;

    AttachedSubscriber(Subscriber subscriber, StartFrom start, Dispatcher dispatcher) {
        this(subscriber, start, null, dispatcher);
    }

    /** A subscriber that is away and goes on at {@code position}. */
    AttachedSubscriber(AwayPlace away, long position, Dispatcher dispatcher) {
        this(AwayPlace.NOBODY, StartFrom.NEXT, away, dispatcher);
        this.position = position;
    }

    private AttachedSubscriber(
            Subscriber subscriber, StartFrom start, @Nullable AwayPlace away, Dispatcher dispatcher) {
        this.subscriber = subscriber;
        this.start = start;
        this.dispatcher = dispatcher;
        this.retained = new RetainedValuesJobs(this, dispatcher);
        this.shared = new SharedMemberships(this, dispatcher.groups());
        this.past = new PastEvents(dispatcher.metrics());
        this.away = away;
        this.state = away == null ? State.NEW : State.AWAY;
    }

    @Override
    public void subscribe(Subscription subscription, long token) {
        subscribeTogether(List.of(subscription), token);
    }

    @Override
    public void subscribeTogether(List<Subscription> together, long token) {
        dispatcher.command(() -> onSubscribe(together, token));
    }

    @Override
    public void unsubscribe(TopicFilter filter, long token) {
        dispatcher.command(() -> onUnsubscribe(filter, token));
    }

    @Override
    public void progress(List<SharedProgress> steps) {
        dispatcher.command(() -> shared.progress(steps));
    }

    @Override
    public void resume() {
        dispatcher.command(this::onResume);
    }

    @Override
    public void detach() {
        dispatcher.command(this::end);
    }

    @Override
    public void restore(Subscription subscription, long since) {
        dispatcher.command(() -> {
            if (state == State.ENDED || away == null) {
                return;
            }
            if (subscription.filter().isShared()) {
                shared.restore(subscription, since);
            } else {
                put(subscription);
                away.since(subscription.filter(), since);
                // What was delivered since the place was made has not been counted for this filter.
                away.begin();
            }
        });
    }

    @Override
    public void pause(long at) {
        dispatcher.command(() -> onPause(at));
    }

    @Override
    public void resume(Subscriber newcomer) {
        dispatcher.command(() -> onResume(newcomer));
    }

    private void onPause(long at) {
        if (state == State.ENDED || state == State.AWAY || away == null) {
            return;
        }
        dispatcher.ended(this);
        boolean hasAll = away.hasTakenAllBefore(at);
        position = !hasAll ? at : state == State.LIVE ? dispatcher.nextPosition() : position;
        subscriber = AwayPlace.NOBODY;
        state = State.AWAY;
        away.begin();
        shared.away();
    }

    private void onResume(Subscriber newcomer) {
        if (state == State.ENDED) {
            newcomer.onRefused(new Refusal(FailureCode.STORAGE, "the session's place in the bus has ended"));
        }
        if (state != State.AWAY || away == null) {
            return;
        }
        subscriber = newcomer;
        position = away.end(position, dispatcher.nextPosition());
        readOn();
        shared.here();
    }

    private void onSubscribe(List<Subscription> together, long token) {
        if (state == State.ENDED) {
            return;
        }
        // What begins in the past is read with all of them.
        together.subList(1, together.size()).forEach(this::put);
        Subscription subscription = together.get(0);
        if (subscription.filter().isShared()) {
            SharedGroup unused = dispatcher.groups().of(subscription.filter()); // Its events are written from here on.
            subscriber.onSubscribed(token, dispatcher.nextPosition());
            dispatcher.touched(this);
            shared.put(subscription);
            return;
        }
        boolean isNew = put(subscription);
        long since = away == null
                ? dispatcher.nextPosition()
                : away.sinceIfNew(subscription.filter(), dispatcher.nextPosition());
        subscriber.onSubscribed(token, since);
        dispatcher.touched(this);
        if (state == State.NEW) {
            begin(subscription.filter());
        }
        boolean wanted = subscription.retained() == Subscription.RetainedValues.SEND
                || (subscription.retained() == Subscription.RetainedValues.SEND_IF_NEW && isNew);
        if (wanted) {
            retained.add(subscription);
        }
    }

    private boolean put(Subscription subscription) {
        boolean isNew = subscriptions.put(subscription.filter(), subscription) == null;
        if (!isNew) {
            dispatcher.routes().remove(this, subscription.filter());
        }
        dispatcher.routes().add(this, subscription);
        return isNew;
    }

    private void begin(TopicFilter filter) {
        if (start instanceof StartFrom.Next) {
            state = State.LIVE;
            position = dispatcher.nextPosition();
            return;
        }
        state = State.READING;
        dispatcher.read(() -> {
            try {
                long resolved = dispatcher.resolve(subscriber, filter, start);
                dispatcher.command(() -> {
                    position = resolved;
                    readOn();
                });
            } catch (RefusedException e) {
                dispatcher.command(() -> refuse(e.refusal()));
            }
        });
    }

    private void onUnsubscribe(TopicFilter filter, long token) {
        if (state == State.ENDED) {
            return;
        }
        boolean existed = filter.isShared() ? shared.remove(filter) : subscriptions.remove(filter) != null;
        if (existed && !filter.isShared()) {
            dispatcher.routes().remove(this, filter);
            retained.forget(filter);
            if (away != null) {
                away.forget(filter);
            }
        }
        subscriber.onUnsubscribed(token, existed);
        dispatcher.touched(this);
    }

    private void onResume() {
        retained.resume();
        if (state == State.FULL) {
            readOn();
        }
        shared.room();
    }

    @Override
    public void deliver(Event event, List<Subscription> matched) {
        if (state != State.LIVE) {
            if (state == State.AWAY && away != null) {
                away.missed(event, matched);
            }
            return;
        }
        dispatcher.touched(this);
        if (!offer(new Delivery(event, matched, false, false))) {
            position = event.position();
            state = State.FULL;
            dispatcher.routes().changed(subscriptions.keySet());
            dispatcher.metrics().slow.increment();
        }
    }

    boolean offer(Delivery delivery) {
        boolean taken = subscriber.offer(delivery);
        if (taken && away != null) {
            away.taken(delivery.reference());
        }
        return taken;
    }

    /** Offers an event of a group that this is a member of; outside of its own order. */
    boolean offerShared(Event event, Subscription subscription) {
        dispatcher.touched(this);
        return subscriber.offer(new Delivery(event, List.of(subscription), false, false));
    }

    int sharedWindow() {
        return subscriber.sharedWindow();
    }

    /** What it keeps while it is away; null for one that does not come back. */
    @Nullable AwayPlace place() {
        return away;
    }

    /** Offers a topic's last value; false if there is no room. */
    boolean offerRetained(Event event, Subscription subscription, long journalSeq) {
        dispatcher.touched(this);
        return state == State.ENDED
                || subscriber.offer(new Delivery(event, List.of(subscription), true, false, -journalSeq));
    }

    /** For events from memory; null if it is behind, or something is kept for it when it goes. */
    @Nullable Receiver receiver(List<Subscription> matched) {
        boolean isOne = state == State.LIVE && away == null;
        return isOne && subscriber instanceof LiveSubscriber live ? new Receiver(live, matched) : null;
    }

    /** It has everything that was dispatched. */
    boolean isLive() {
        return state == State.LIVE;
    }

    boolean isSubscribed(Subscription subscription) {
        return state != State.ENDED && subscription.equals(subscriptions.get(subscription.filter()));
    }

    private void readOn() {
        if (state == State.ENDED) {
            return;
        }
        if (position >= dispatcher.nextPosition() || subscriptions.isEmpty()) {
            state = State.LIVE;
            dispatcher.routes().changed(subscriptions.keySet());
            past.log(subscriptions.keySet());
            retained.resume();
            return;
        }
        state = State.READING;
        List<Subscription> wanted = List.copyOf(subscriptions.values());
        int read = ++reads;
        long from = position;
        // Taken together with the filters: what is delivered later is for filters that come later, too.
        long end = dispatcher.nextPosition();
        dispatcher.read(() -> {
            try {
                History.Chunk chunk = PastEvents.read(dispatcher.history(), wanted, from, end);
                dispatcher.command(() -> onChunk(chunk, read));
            } catch (RefusedException e) {
                dispatcher.command(() -> {
                    if (state == State.READING && read == reads) {
                        refuse(e.refusal());
                    }
                });
            }
        });
    }

    private void onChunk(History.Chunk chunk, int read) {
        if (state != State.READING || read != reads) {
            return;
        }
        dispatcher.touched(this);
        long stopped = past.give(chunk, this);
        if (stopped >= 0) {
            position = stopped;
            state = State.FULL;
            return;
        }
        position = chunk.nextPosition();
        readOn();
    }

    Subscriber subscriber() {
        return subscriber;
    }

    List<TopicFilter> filters() {
        return List.copyOf(subscriptions.keySet());
    }

    List<Subscription> matching(Event event) {
        return subscriptions.values().stream()
                .filter(each -> away == null || away.holds(each.filter(), event.position()))
                .filter(each -> each.filter().matches(event.topic()))
                .toList();
    }

    /** The bus cannot serve it any more. */
    void refuse(Refusal refusal) {
        if (state != State.ENDED) {
            end();
            subscriber.onRefused(refusal);
        }
    }

    private void end() {
        if (state == State.ENDED) {
            return;
        }
        state = State.ENDED;
        past.log(subscriptions.keySet());
        subscriptions.keySet().forEach(filter -> dispatcher.routes().remove(this, filter));
        subscriptions.clear();
        retained.clear();
        shared.end();
        dispatcher.ended(this);
    }

    void turnEnd() {
        if (state != State.ENDED && state != State.AWAY) {
            subscriber.onTurnEnd();
        }
    }
}
