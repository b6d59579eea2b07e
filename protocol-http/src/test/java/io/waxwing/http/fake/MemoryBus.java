package io.waxwing.http.fake;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.Gap;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.EventVoidException;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.bus.spi.TopicDirectory;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.bus.topic.TopicInfo;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.bus.topic.TopicTerms;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A node in memory. One thread owns everything, as the bus' dispatch thread does; readers ask it and wait. */
public final class MemoryBus implements EventBus, EventReader, TopicDirectory {
    /** Topic by eventId, or by source and id, of events that are void. */
    public final Map<String, String> voids = new ConcurrentHashMap<>();

    public static final TopicPolicy ORDERED = new TopicPolicy(DeliveryClass.ORDERED, AckPolicy.ORDERED);

    private final ExecutorService dispatch = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "dispatch");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, TopicPolicy> policies = new HashMap<>();
    private final Map<String, TopicTerms> terms = new ConcurrentHashMap<>();
    private final Map<String, Long> topics = new TreeMap<>();
    private final Map<String, Event> identities = new HashMap<>();
    private @Nullable Gap beyond;
    private final List<Event> log = new ArrayList<>();
    private final List<Hold> holds = new ArrayList<>();
    private final List<EventDraft> drafts = new ArrayList<>();
    private final List<Runnable> waitingForRoom = new ArrayList<>();
    private volatile boolean full;
    public volatile FailureCode whyVoid = FailureCode.EVENT_VOID;
    private boolean ordering = true;
    private boolean journal = true;
    private long height = 100;
    private int refusedOffers;

    /** From now on {@link #publish} has no room, until it has again. */
    public void setFull(boolean now) {
        full = now;
        run(() -> {
            if (!now) {
                waitingForRoom.forEach(Runnable::run);
                waitingForRoom.clear();
            }
        });
    }

    /** From now on events become durable but not final. */
    public void stopOrdering() {
        run(() -> ordering = false);
    }

    /** From now on nothing is answered at all. */
    public void stopJournal() {
        run(() -> journal = false);
    }

    public void setPolicy(String topic, TopicPolicy policy) {
        run(() -> policies.put(topic, policy));
    }

    /** Forgets everything before the last event. */
    public void trim() {
        run(() -> log.subList(0, log.size() - 1).clear());
    }

    /** Who passes gaps is given this one, and the last event once more as one that came late. */
    public void gap(Gap gap) {
        run(() -> {
            beyond = gap;
            holds.stream().filter(hold -> hold.subscriber.passesGaps()).forEach(hold -> hold.pass(gap));
        });
    }

    @Override
    public Beyond beyond(TopicFilter filter, @Nullable StartFrom after, int limit) {
        return ask(() -> new Beyond(
                List.of(after == null ? new Beyond.Item(null, beyond) : new Beyond.Item(log.get(log.size() - 1), null)),
                true));
    }

    public List<EventDraft> drafts() {
        return ask(() -> List.copyOf(drafts));
    }

    public int openAttachments() {
        return ask(holds::size);
    }

    /** How often a subscriber had no room so far. */
    public int refusedOffers() {
        return ask(() -> refusedOffers);
    }

    @Override
    public boolean publish(EventDraft draft, long token, AckSink sink) {
        if (full) {
            return false;
        }
        if (draft.payload().size() == 13 && draft.topic().equals("refuse/at/once")) {
            sink.refused(token, new Refusal(FailureCode.STORAGE, "disk is full"));
            return true;
        }
        run(() -> accept(draft, token, sink));
        return true;
    }

    private void accept(EventDraft draft, long token, AckSink sink) {
        drafts.add(draft);
        if (!journal) {
            return;
        }
        String identity =
                draft.attributes().get("source") + " " + draft.attributes().get("id");
        Event before = identities.get(identity);
        if (draft.identified() && before != null) {
            if (before.payload().equals(draft.payload()) && before.topic().equals(draft.topic())) {
                AckPolicy reached = before.eventId() == null ? AckPolicy.DURABLE : AckPolicy.ORDERED;
                sink.acknowledged(token, new Acknowledgement(reached, before.eventId(), true));
            } else {
                sink.refused(token, new Refusal(FailureCode.IDENTITY_REUSED, "another payload"));
            }
            return;
        }
        TopicPolicy policy = policies.getOrDefault(draft.topic(), ORDERED);
        boolean named = ordering && policy.deliveryClass() == DeliveryClass.ORDERED;
        long topicSeq = topics.merge(draft.topic(), named ? 1L : 0L, Long::sum);
        EventId eventId = named ? new EventId(EventId.hashOf(draft.topic()), topicSeq, ++height) : null;
        Event event = new Event(
                draft.topic(),
                draft.attributes(),
                draft.payload(),
                draft.qos(),
                policy.deliveryClass(),
                eventId,
                named ? 1_700_000_000_000L + 1000 * topicSeq : 0,
                log.size() + 1L,
                draft.publisher());
        identities.put(identity, event);
        if (named || policy.deliveryClass() != DeliveryClass.ORDERED) {
            log.add(event);
        }
        AckPolicy wanted = draft.ackWanted() == null ? policy.ack() : draft.ackWanted();
        if (wanted == AckPolicy.ORDERED && eventId != null) {
            sink.acknowledged(token, Acknowledgement.ordered(eventId));
        } else if (wanted == AckPolicy.DURABLE) {
            sink.acknowledged(token, Acknowledgement.DURABLE);
        } else if (wanted == AckPolicy.ACCEPTED) {
            sink.acknowledged(token, Acknowledgement.ACCEPTED);
        }
        holds.forEach(Hold::pump);
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
        return new Hold(subscriber, start);
    }

    private final class Hold implements Attachment {
        private final Subscriber subscriber;
        private final StartFrom start;
        private final List<Subscription> subscriptions = new ArrayList<>();
        private long next;
        private boolean paused;

        Hold(Subscriber subscriber, StartFrom start) {
            this.subscriber = subscriber;
            this.start = start;
        }

        @Override
        public void subscribe(Subscription subscription, long token) {
            run(() -> {
                try {
                    next = LogPlaces.first(log, start, subscription.filter());
                } catch (RefusedException gone) {
                    subscriber.onRefused(gone.refusal());
                    return;
                }
                subscriptions.add(subscription);
                holds.add(this);
                subscriber.onSubscribed(token);
                pump();
            });
        }

        @Override
        public void subscribeTogether(List<Subscription> together, long token) {
            run(() -> subscriptions.addAll(together.subList(1, together.size())));
            subscribe(together.get(0), token);
        }

        void pass(Gap gap) {
            boolean unused = subscriber.offerGap(gap)
                    && subscriber.offerLate(
                            new Delivery(log.get(log.size() - 1), List.copyOf(subscriptions), false, true));
            subscriber.onTurnEnd();
        }

        void pump() {
            for (Event event : List.copyOf(log)) {
                if (paused || event.position() < next) {
                    continue;
                }
                boolean wanted = subscriptions.stream().anyMatch(s -> s.filter().matches(event.topic()));
                if (wanted && !subscriber.offer(new Delivery(event, List.copyOf(subscriptions), false, false))) {
                    paused = true;
                    refusedOffers++;
                    continue;
                }
                next = event.position() + 1;
            }
            subscriber.onTurnEnd();
        }

        @Override
        public void unsubscribe(TopicFilter filter, long token) {
            run(() -> subscriber.onUnsubscribed(
                    token, subscriptions.removeIf(s -> s.filter().equals(filter))));
        }

        @Override
        public void resume() {
            run(() -> {
                paused = false;
                pump();
            });
        }

        @Override
        public void detach() {
            run(() -> holds.remove(this));
        }
    }

    private void requireNotVoid(String name) {
        String topic = voids.get(name);
        if (topic != null) {
            throw new EventVoidException(new Refusal(whyVoid, "withheld"), List.of(topic));
        }
    }

    @Override
    public @Nullable Event find(EventId eventId) {
        requireNotVoid(eventId.toString());
        return askNullable(() -> log.stream()
                .filter(event -> eventId.equals(event.eventId()))
                .findFirst()
                .orElse(null));
    }

    @Override
    public @Nullable Event findByIdentity(String source, String id) {
        requireNotVoid(source + " " + id);
        return askNullable(() -> identities.get(source + " " + id));
    }

    @Override
    public Page read(TopicFilter filter, StartFrom from, int limit) {
        return ask(() -> {
            long position = LogPlaces.first(log, from, filter);
            List<Event> found = log.stream()
                    .filter(event -> event.position() >= position && filter.matches(event.topic()))
                    .toList();
            List<Event> page = found.subList(0, Math.min(limit, found.size()));
            long next =
                    page.isEmpty() ? position - 1 : page.get(page.size() - 1).position();
            return new Page(List.copyOf(page), next, page.size() == found.size());
        });
    }

    @Override
    public @Nullable TopicInfo find(String topic) {
        return askNullable(() -> {
            Long last = topics.get(topic);
            return last == null
                    ? null
                    : new TopicInfo(topic, policies.getOrDefault(topic, ORDERED), last, 1_700_000_000_000L)
                            .with(new TopicInfo.Kept(last, 10, 0));
        });
    }

    @Override
    public List<TopicInfo> list(String prefix, String after, int limit) {
        return ask(() -> topics.entrySet().stream()
                .filter(topic ->
                        topic.getKey().startsWith(prefix) && topic.getKey().compareTo(after) > 0)
                .limit(limit)
                .map(topic -> new TopicInfo(
                        topic.getKey(), policies.getOrDefault(topic.getKey(), ORDERED), topic.getValue(), 0))
                .toList());
    }

    @Override
    public boolean create(String topic, TopicPolicy policy) {
        return ask(() -> {
            if (topics.containsKey(topic)) {
                if (!policies.getOrDefault(topic, ORDERED).equals(policy)) {
                    throw new RefusedException(FailureCode.POLICY, "it exists with another policy");
                }
                return false;
            }
            topics.put(topic, 0L);
            policies.put(topic, policy);
            return true;
        });
    }

    @Override
    public TopicPolicy policyOf(String topic) {
        return ask(() -> policies.getOrDefault(topic, ORDERED));
    }

    @Override
    public TopicTerms termsOf(String topic) {
        return terms.getOrDefault(topic, TopicTerms.NONE);
    }

    @Override
    public void putTerms(String topic, TopicTerms said) {
        terms.put(topic, said);
    }

    private void run(Runnable work) {
        dispatch.execute(work);
    }

    private <T> T ask(java.util.concurrent.Callable<T> question) {
        try {
            return dispatch.submit(question).get();
        } catch (java.util.concurrent.ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(failed);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private <T> @Nullable T askNullable(java.util.function.Supplier<@Nullable T> question) {
        List<T> found = new ArrayList<>();
        ask(() -> {
            T value = question.get();
            if (value != null) {
                found.add(value);
            }
            return true;
        });
        return found.isEmpty() ? null : found.get(0);
    }

    /** For tests that want to see something of an event. */
    public void each(Consumer<Event> look) {
        ask(() -> {
            log.forEach(look);
            return true;
        });
    }
}
