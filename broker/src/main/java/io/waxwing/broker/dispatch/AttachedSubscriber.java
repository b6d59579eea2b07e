package io.waxwing.broker.dispatch;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One subscriber and its place in the delivery order. Live: it gets events as they are dispatched. Behind: it had no
 * room or began in the past; what it gets is read from the store, chunk by chunk, until it has caught up; because
 * chunks are offered on the core thread, between two dispatched events, nothing is missed or doubled where both meet.
 *
 * <p>Methods of {@link Attachment} may be called from any thread and put a command into dispatch's inbox; everything
 * else belongs to the core thread.
 */
final class AttachedSubscriber implements Attachment {
    /** Events read from the store at once for one subscriber. */
    static final int CHUNK_EVENTS = 256;

    private enum State {
        /** Nothing was subscribed yet, so the start is not resolved. */
        NEW,
        LIVE,
        /** Behind, and a chunk is being read. */
        READING,
        /** Behind, and without room. */
        FULL,
        ENDED
    }

    private final Subscriber subscriber;
    private final StartFrom start;
    private final Dispatcher dispatcher;
    private final Map<TopicFilter, Subscription> subscriptions = new LinkedHashMap<>();
    private final RetainedValuesJobs retained;
    private State state = State.NEW;
    private long position;

    AttachedSubscriber(Subscriber subscriber, StartFrom start, Dispatcher dispatcher) {
        this.subscriber = subscriber;
        this.start = start;
        this.dispatcher = dispatcher;
        this.retained = new RetainedValuesJobs(this, dispatcher);
    }

    @Override
    public void subscribe(Subscription subscription, long token) {
        dispatcher.command(() -> onSubscribe(subscription, token));
    }

    @Override
    public void unsubscribe(TopicFilter filter, long token) {
        dispatcher.command(() -> onUnsubscribe(filter, token));
    }

    @Override
    public void resume() {
        dispatcher.command(this::onResume);
    }

    @Override
    public void detach() {
        dispatcher.command(this::end);
    }

    private void onSubscribe(Subscription subscription, long token) {
        if (state == State.ENDED) {
            return;
        }
        boolean isNew = subscriptions.put(subscription.filter(), subscription) == null;
        if (!isNew) {
            dispatcher.routes().remove(this, subscription.filter());
        }
        dispatcher.routes().add(this, subscription);
        subscriber.onSubscribed(token);
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

    private void begin(TopicFilter filter) {
        if (start instanceof StartFrom.Next) {
            state = State.LIVE;
            position = dispatcher.nextPosition();
            return;
        }
        state = State.READING;
        dispatcher.read(() -> {
            try {
                long resolved = dispatcher.history().resolve(filter, start);
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
        boolean existed = subscriptions.remove(filter) != null;
        if (existed) {
            dispatcher.routes().remove(this, filter);
            retained.forget(filter);
        }
        subscriber.onUnsubscribed(token, existed);
        dispatcher.touched(this);
    }

    private void onResume() {
        retained.resume();
        if (state == State.FULL) {
            readOn();
        }
    }

    /** A dispatched event that matches. */
    void deliver(Event event, List<Subscription> matched) {
        if (state != State.LIVE) {
            return;
        }
        dispatcher.touched(this);
        if (!subscriber.offer(new Delivery(event, matched, false, false))) {
            position = event.position();
            state = State.FULL;
            dispatcher.metrics().slow.increment();
        }
    }

    /** Offers a topic's last value; false if there is no room. */
    boolean offerRetained(Event event, Subscription subscription) {
        dispatcher.touched(this);
        return state == State.ENDED || subscriber.offer(new Delivery(event, List.of(subscription), true, false));
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
        if (position >= dispatcher.nextPosition()) {
            state = State.LIVE;
            retained.resume();
            return;
        }
        state = State.READING;
        List<Subscription> wanted = List.copyOf(subscriptions.values());
        long from = position;
        // Taken together with the filters: what is delivered later is for filters that come later, too.
        long end = dispatcher.nextPosition();
        dispatcher.read(() -> {
            try {
                History.Chunk chunk = dispatcher
                        .history()
                        .scan(
                                from,
                                end,
                                topic ->
                                        wanted.stream().anyMatch(s -> s.filter().matches(topic)),
                                CHUNK_EVENTS);
                dispatcher.command(() -> onChunk(chunk));
            } catch (RefusedException e) {
                dispatcher.command(() -> refuse(e.refusal()));
            }
        });
    }

    private void onChunk(History.Chunk chunk) {
        if (state != State.READING) {
            return;
        }
        dispatcher.touched(this);
        for (Event event : chunk.events()) {
            List<Subscription> matched = matching(event.topic());
            if (!matched.isEmpty() && !subscriber.offer(new Delivery(event, matched, false, true))) {
                position = event.position();
                state = State.FULL;
                return;
            }
        }
        position = chunk.nextPosition();
        readOn();
    }

    private List<Subscription> matching(String topic) {
        List<Subscription> matched = new ArrayList<>(1);
        for (Subscription subscription : subscriptions.values()) {
            if (subscription.filter().matches(topic)) {
                matched.add(subscription);
            }
        }
        return matched;
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
        subscriptions.keySet().forEach(filter -> dispatcher.routes().remove(this, filter));
        subscriptions.clear();
        retained.clear();
        dispatcher.ended(this);
    }

    void turnEnd() {
        if (state != State.ENDED) {
            subscriber.onTurnEnd();
        }
    }
}
