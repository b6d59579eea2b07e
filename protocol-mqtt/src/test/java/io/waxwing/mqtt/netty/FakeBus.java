package io.waxwing.mqtt.netty;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.event.SessionMark;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Absence;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.SessionStore;
import io.waxwing.bus.spi.Standing;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A bus in memory with one thread for everything, true to the contracts of {@code bus.spi}: order per topic, retained
 * values, a place remembered for each slow subscriber. Acknowledgements can be withheld and publishing can be full.
 */
final class FakeBus implements EventBus, AutoCloseable {
    /** Every event taken, in order. */
    final List<EventDraft> taken = new CopyOnWriteArrayList<>();

    final List<Hold> holds = new CopyOnWriteArrayList<>();
    final MemorySessions sessions = new MemorySessions();

    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> new Thread(task, "fake-bus"));
    private final Map<String, Event> retained = new LinkedHashMap<>();
    private final Map<String, Long> topicSeqs = new LinkedHashMap<>();
    private final Set<String> identities = new HashSet<>();
    private final List<Event> log = new ArrayList<>();
    private final List<Runnable> waitingForRoom = new ArrayList<>();
    private final List<Runnable> withheld = new ArrayList<>();
    private volatile boolean full;
    private volatile boolean withhold;
    private volatile @Nullable Refusal refuseWith;
    private volatile AckPolicy policy = AckPolicy.DURABLE;

    void policy(AckPolicy other) {
        policy = other;
    }

    /** From now on acknowledgements wait for {@link #releaseAcks}. */
    void withholdAcks() {
        withhold = true;
    }

    /** Gives all acknowledgements held so far, the newest first: the order is the session's to restore. */
    void releaseAcks() {
        run(() -> {
            withhold = false;
            for (int i = withheld.size() - 1; i >= 0; i--) {
                withheld.get(i).run();
            }
            withheld.clear();
        });
    }

    void refuseWith(@Nullable Refusal refusal) {
        refuseWith = refusal;
    }

    void fill() {
        full = true;
    }

    /** The process ends: nobody waits for room any more, and there is some. */
    void forgetWaiting() {
        run(() -> {
            waitingForRoom.clear();
            full = false;
        });
    }

    void makeRoom() {
        run(() -> {
            full = false;
            List<Runnable> all = List.copyOf(waitingForRoom);
            waitingForRoom.clear();
            all.forEach(Runnable::run);
        });
    }

    @Override
    public boolean publish(EventDraft draft, long token, AckSink sink) {
        if (full) {
            return false;
        }
        run(() -> take(draft, token, sink));
        return true;
    }

    @Override
    public void whenRoom(String topic, Runnable resume) {
        run(() -> {
            if (full) {
                waitingForRoom.add(resume);
            } else {
                resume.run();
            }
        });
    }

    @Override
    public Attachment attach(Subscriber subscriber, StartFrom start) {
        Hold hold = new Hold(subscriber);
        holds.add(hold);
        return hold;
    }

    @Override
    public Standing attach(Absence absence, long position) {
        Hold hold = new Hold(absence, position);
        holds.add(hold);
        return hold;
    }

    @Override
    public void find(List<Long> references, FoundEvents answer) {
        run(() -> {
            List<@Nullable Event> found = new ArrayList<>();
            references.forEach(reference -> found.add(log.get((int) Math.abs(reference) - 1)));
            answer.found(found);
        });
    }

    @Override
    public SessionStore sessions() {
        return sessions;
    }

    @Override
    public void close() {
        thread.shutdown();
        TestServer.eventually("the fake bus ends", thread::isTerminated);
    }

    private void run(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException closed) {
            withheld.clear(); // The test is over; late words find nobody.
        }
    }

    private void take(EventDraft draft, long token, AckSink sink) {
        Refusal refusal = refuseWith;
        if (refusal != null) {
            sink.refused(token, refusal);
            return;
        }
        SessionMark mark = draft.mark();
        if (mark != null && !sessions.mark(mark)) {
            sink.acknowledged(token, new Acknowledgement(AckPolicy.DURABLE, null, true));
            return;
        }
        String identity =
                draft.attributes().get("source") + " " + draft.attributes().get("id");
        if (draft.identified() && !identities.add(identity)) {
            sink.acknowledged(token, new Acknowledgement(AckPolicy.DURABLE, null, true));
            return;
        }
        long topicSeq = topicSeqs.merge(draft.topic(), 1L, Long::sum);
        boolean ordered = (draft.ackWanted() == null ? policy : draft.ackWanted()) == AckPolicy.ORDERED;
        EventId eventId = ordered ? new EventId(EventId.hashOf(draft.topic()), topicSeq, 1) : null;
        Event event = new Event(
                draft.topic(),
                draft.attributes(),
                draft.payload(),
                draft.qos(),
                DeliveryClass.ORDERED,
                eventId,
                1,
                log.size() + 1L,
                draft.publisher());
        taken.add(draft);
        log.add(event);
        if (draft.retain()) {
            if (draft.payload().size() == 0) {
                retained.remove(draft.topic());
            } else {
                retained.put(draft.topic(), event);
            }
        }
        holds.forEach(Hold::catchUp);
        Acknowledgement ack = eventId == null ? Acknowledgement.DURABLE : Acknowledgement.ordered(eventId);
        if (withhold) {
            withheld.add(() -> sink.acknowledged(token, ack));
        } else {
            sink.acknowledged(token, ack);
        }
    }

    /** One subscriber's place. */
    final class Hold implements Standing {
        private final @Nullable Absence absence;
        private @Nullable Subscriber subscriber;
        private final Map<TopicFilter, Subscription> subscriptions = new LinkedHashMap<>();
        private final Map<TopicFilter, Long> since = new LinkedHashMap<>();
        private int next = -1;
        private int awayUntil;
        private boolean starved;
        final AtomicInteger refusedOffers = new AtomicInteger();

        Hold(Subscriber subscriber) {
            this.subscriber = subscriber;
            this.absence = null;
        }

        Hold(Absence absence, long position) {
            this.absence = absence;
            this.next = position < 0 ? -1 : (int) position - 1;
        }

        @Override
        public void subscribe(Subscription subscription, long token) {
            run(() -> {
                Subscriber to = subscriber;
                next = next < 0 ? log.size() : next;
                boolean isNew = subscriptions.put(subscription.filter(), subscription) == null;
                if (isNew) {
                    since.put(subscription.filter(), log.size() + 1L);
                }
                if (to == null) {
                    return;
                }
                to.onSubscribed(token, log.size() + 1L);
                boolean send = subscription.retained() == Subscription.RetainedValues.SEND
                        || (isNew && subscription.retained() == Subscription.RetainedValues.SEND_IF_NEW);
                for (Event event : send ? List.copyOf(retained.values()) : List.<Event>of()) {
                    if (subscription.filter().matches(event.topic())) {
                        to.offer(new Delivery(event, List.of(subscription), true, false, -event.position()));
                    }
                }
                to.onTurnEnd();
            });
        }

        @Override
        public void unsubscribe(TopicFilter filter, long token) {
            run(() -> {
                boolean existed = subscriptions.remove(filter) != null;
                if (subscriber != null) {
                    subscriber.onUnsubscribed(token, existed);
                }
            });
        }

        @Override
        public void restore(Subscription subscription, long from) {
            run(() -> {
                subscriptions.put(subscription.filter(), subscription);
                since.put(subscription.filter(), from);
            });
        }

        @Override
        public void pause(long position) {
            run(() -> {
                subscriber = null;
                starved = false;
                next = position < 0 ? next : Math.min(next, (int) position - 1);
            });
        }

        @Override
        public void resume(Subscriber newcomer) {
            run(() -> {
                subscriber = newcomer;
                awayUntil = log.size();
                catchUp();
            });
        }

        @Override
        public void resume() {
            run(() -> {
                starved = false;
                catchUp();
            });
        }

        @Override
        public void detach() {
            run(() -> holds.remove(this));
        }

        private void catchUp() {
            Subscriber to = subscriber;
            if (to == null) {
                return;
            }
            while (!starved && next >= 0 && next < log.size()) {
                Event event = log.get(next);
                List<Subscription> matched = subscriptions.values().stream()
                        .filter(subscription -> subscription.filter().matches(event.topic()))
                        .filter(subscription -> since.getOrDefault(subscription.filter(), 0L) <= event.position())
                        .toList();
                boolean kept = absence == null || next >= awayUntil || absence.keeps(event, matched);
                if (matched.isEmpty() || !kept || to.offer(new Delivery(event, matched, false, false))) {
                    next++;
                } else {
                    starved = true;
                    refusedOffers.incrementAndGet();
                }
            }
            to.onTurnEnd();
        }
    }
}
