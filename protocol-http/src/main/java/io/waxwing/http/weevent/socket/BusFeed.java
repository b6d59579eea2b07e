package io.waxwing.http.weevent.socket;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.http.weevent.LiveSubscriptions;
import io.waxwing.http.weevent.ShownEvent;
import io.waxwing.http.weevent.session.Feed;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One subscription as the bus sees it: a bounded queue that the connection empties. What finds no room is read from the
 * store later, but for what is ephemeral, which is lost.
 */
final class BusFeed implements Subscriber, LiveSubscriptions.Live {
    private static final int QUEUE_EVENTS = 64;
    private static final int QUEUE_BYTES = 256 << 10;

    private final Feed feed;
    private final StompConnection connection;
    private final Access access;
    private final long createdMs;
    private final ArrayBlockingQueue<Waiting> queue = new ArrayBlockingQueue<>(QUEUE_EVENTS);
    private final AtomicInteger queuedBytes = new AtomicInteger();
    private final AtomicBoolean refused = new AtomicBoolean();
    private final AtomicBoolean offered = new AtomicBoolean();
    private final AtomicLong notified = new AtomicLong();
    private volatile @Nullable Attachment attachment;

    /** One of the two. */
    record Waiting(@Nullable Event event, @Nullable ShownEvent ephemeral) {}

    BusFeed(Feed feed, StompConnection connection, Access access, long createdMs) {
        this.feed = feed;
        this.connection = connection;
        this.access = access;
        this.createdMs = createdMs;
    }

    Feed feed() {
        return feed;
    }

    Access access() {
        return access;
    }

    // ---- on the event loop

    void attach(EventBus bus, StartFrom start) {
        Attachment held = bus.attach(this, start);
        attachment = held;
        held.subscribeTogether(
                feed.terms().patterns().stream()
                        .map(pattern -> new Subscription(
                                pattern.filter(), Subscription.RetainedValues.DO_NOT_SEND, false, this))
                        .toList(),
                0);
    }

    void detach() {
        Attachment held = attachment;
        if (held != null) {
            held.detach();
        }
        queue.clear();
    }

    boolean isEmpty() {
        return queue.isEmpty();
    }

    @Nullable Waiting poll() {
        Waiting next = queue.poll();
        if (next != null) {
            queuedBytes.addAndGet(-bytes(next));
            notified.incrementAndGet();
        }
        return next;
    }

    /** What the bus offers from now on is told of again. */
    void looked() {
        offered.set(false);
    }

    /** Asks for more if there is room again. */
    void relieve() {
        Attachment held = attachment;
        if (held != null && queue.size() <= QUEUE_EVENTS / 2 && refused.compareAndSet(true, false)) {
            held.resume();
        }
    }

    private static int bytes(Waiting waiting) {
        return waiting.event() == null ? 0 : waiting.event().payload().size();
    }

    // ---- on threads of the bus

    @Override
    public void onSubscribed(long token) {
        connection.subscribed(this);
    }

    @Override
    public void onUnsubscribed(long token, boolean existed) {}

    @Override
    public boolean offer(Delivery delivery) {
        Event event = delivery.event();
        if (!isWanted(event)) {
            return true;
        }
        int bytes = event.payload().size();
        if (queuedBytes.get() == 0 || queuedBytes.get() + bytes <= QUEUE_BYTES) {
            queuedBytes.addAndGet(bytes);
            if (queue.offer(new Waiting(event, null))) {
                offered();
                return true;
            }
            queuedBytes.addAndGet(-bytes);
        }
        refused.set(true);
        // The loop may have emptied the queue just before it could see that, so it looks once more.
        offered();
        return false;
    }

    /** Only what has an eventId can be gone on from, and the grant may have been taken back since. */
    private boolean isWanted(Event event) {
        EventId eventId = event.eventId();
        return eventId != null
                && event.deliveryClass() == DeliveryClass.ORDERED
                && eventId.height() > feed.afterHeight()
                && connection.wants(feed, event.topic())
                && access.mayReceive(event.topic());
    }

    private void offered() {
        if (!offered.getAndSet(true)) {
            connection.offered(this);
        }
    }

    @Override
    public void onTurnEnd() {}

    @Override
    public void onRefused(Refusal refusal) {
        connection.refused(this, refusal);
    }

    // ---- on any thread

    @Override
    public void ephemeral(String topic, ShownEvent event) {
        boolean wanted = feed.terms().ephemeral() && connection.wants(feed, topic) && access.mayReceive(topic);
        if (!wanted) {
            return;
        }
        if (queue.offer(new Waiting(null, event))) {
            offered();
        } else {
            connection.lostEphemeral();
        }
    }

    @Override
    public void takenOver() {
        connection.takenOver(this);
    }

    @Override
    public LiveSubscriptions.Info info() {
        List<Waiting> waiting = List.copyOf(queue);
        return new LiveSubscriptions.Info(
                access.principal().name(),
                feed.terms().scope().groupId(),
                feed.terms().destination(),
                feed.subscriptionId(),
                connection.address(),
                createdMs,
                notified.get(),
                waiting.size());
    }
}
