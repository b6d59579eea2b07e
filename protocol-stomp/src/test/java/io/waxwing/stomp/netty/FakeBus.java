package io.waxwing.stomp.netty;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A bus in memory with one thread; each subscriber has a place in the list of events, as the real one gives it. */
final class FakeBus implements EventBus, AutoCloseable {
    final List<EventDraft> taken = new CopyOnWriteArrayList<>();
    final AtomicInteger refusedOffers = new AtomicInteger();
    final AtomicInteger attachments = new AtomicInteger();

    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> new Thread(task, "fake-bus"));
    private final List<Event> log = new ArrayList<>();
    private final List<Hold> holds = new ArrayList<>();
    private final List<Runnable> waitingForRoom = new ArrayList<>();
    private volatile boolean full;

    void fill() {
        full = true;
    }

    void makeRoom() {
        thread.execute(() -> {
            full = false;
            List<Runnable> all = List.copyOf(waitingForRoom);
            waitingForRoom.clear();
            all.forEach(Runnable::run);
        });
    }

    @Override
    public boolean publish(EventDraft draft, long token, AckSink sink) {
        return publishTogether(List.of(draft), token, sink);
    }

    @Override
    public boolean publishTogether(List<EventDraft> drafts, long token, AckSink sink) {
        if (!full) {
            thread.execute(() -> {
                for (int i = 0; i < drafts.size(); i++) {
                    take(drafts.get(i), token + i, sink);
                }
            });
        }
        return !full;
    }

    private void take(EventDraft draft, long token, AckSink sink) {
        if (draft.topic().startsWith("refused")) {
            sink.refused(token, new Refusal(FailureCode.EVENT_TOO_LARGE, "no"));
            return;
        }
        EventId id = new EventId(EventId.hashOf(draft.topic()), log.size() + 1L, 1);
        taken.add(draft);
        log.add(new Event(
                draft.topic(),
                draft.attributes(),
                draft.payload(),
                draft.qos(),
                DeliveryClass.ORDERED,
                id,
                1,
                log.size() + 1L,
                draft.publisher()));
        List.copyOf(holds).forEach(Hold::catchUp);
        sink.acknowledged(token, Acknowledgement.ordered(id));
    }

    @Override
    public void whenRoom(String topic, Runnable resume) {
        thread.execute(() -> {
            if (full) {
                waitingForRoom.add(resume);
            } else {
                resume.run();
            }
        });
    }

    @Override
    public Attachment attach(Subscriber subscriber, StartFrom start) {
        attachments.incrementAndGet();
        return new Hold(subscriber, start);
    }

    @Override
    public void close() {
        thread.shutdown();
    }

    private final class Hold implements Attachment {
        private final Subscriber subscriber;
        private final StartFrom start;
        private @Nullable Subscription subscription;
        private int next;
        private boolean starved;

        Hold(Subscriber subscriber, StartFrom start) {
            this.subscriber = subscriber;
            this.start = start;
        }

        @Override
        public void subscribe(Subscription wanted, long token) {
            thread.execute(() -> {
                if (start instanceof StartFrom.After) {
                    subscriber.onRefused(new Refusal(FailureCode.POSITION_GONE, "no such event"));
                    return;
                }
                subscription = wanted;
                next = start instanceof StartFrom.First ? 0 : log.size();
                holds.add(this);
                subscriber.onSubscribed(token);
                catchUp();
            });
        }

        @Override
        public void unsubscribe(TopicFilter filter, long token) {
            throw new UnsupportedOperationException("a subscription of STOMP has an attachment of its own");
        }

        @Override
        public void resume() {
            thread.execute(() -> {
                starved = false;
                catchUp();
            });
        }

        @Override
        public void detach() {
            attachments.decrementAndGet();
            thread.execute(() -> holds.remove(this));
        }

        private void catchUp() {
            Subscription wanted = subscription;
            while (wanted != null && !starved && next < log.size()) {
                Event event = log.get(next);
                boolean taken = !wanted.filter().matches(event.topic())
                        || subscriber.offer(new Delivery(event, List.of(wanted), false, false));
                next += taken ? 1 : 0;
                starved = !taken;
                refusedOffers.addAndGet(taken ? 0 : 1);
            }
            subscriber.onTurnEnd();
        }
    }
}
