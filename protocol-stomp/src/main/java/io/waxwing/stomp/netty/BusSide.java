package io.waxwing.stomp.netty;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.stomp.session.Feed;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one connection has with the bus: an attachment for each subscription, so that each has a start and a window of
 * its own, and events that found no room. Event loop only, but for what the bus calls, which becomes mail.
 */
final class BusSide implements AckSink {
    /** In a long turn of the bus the event loop starts before the turn is over. */
    private static final int WAKE_EVERY = 128;

    private final StompChannel channel;
    private final EventBus bus;
    private final StompMetrics metrics;
    private final ArrayDeque<Held> held = new ArrayDeque<>(0);
    private final Map<Feed, Place> places = new HashMap<>();

    /** Events that the bus had no room for. */
    private record Held(long token, List<EventDraft> drafts, boolean together) {}

    BusSide(StompChannel channel, EventBus bus, StompMetrics metrics) {
        this.channel = channel;
        this.bus = bus;
        this.metrics = metrics;
    }

    boolean publish(long token, List<EventDraft> drafts, boolean together) {
        Held one = new Held(token, drafts, together);
        if (held.isEmpty() && isTaken(one)) {
            return true;
        }
        held.add(one);
        if (held.size() == 1) {
            whenRoom(one);
        }
        return false;
    }

    private boolean isTaken(Held one) {
        return one.together()
                ? bus.publishTogether(one.drafts(), one.token(), this)
                : bus.publish(one.drafts().get(0), one.token(), this);
    }

    private void whenRoom(Held one) {
        bus.whenRoom(one.drafts().get(0).topic(), () -> channel.post(this::publishHeld));
    }

    private void publishHeld() {
        for (Held next = held.peek(); next != null; next = held.peek()) {
            if (!isTaken(next)) {
                whenRoom(next);
                return;
            }
            held.remove();
        }
        channel.session().onRoom(System.nanoTime(), channel);
    }

    void attach(Feed feed, StartFrom start) {
        Place place = new Place(feed);
        places.put(feed, place);
        Attachment attachment = bus.attach(place, start);
        place.attachment = attachment;
        attachment.subscribe(new Subscription(feed.filter(), Subscription.RetainedValues.DO_NOT_SEND, false, feed), 0);
    }

    void detach(Feed feed) {
        Place place = places.remove(feed);
        if (place != null && place.attachment != null) {
            place.attachment.detach();
        }
    }

    void resume(Feed feed) {
        Place place = places.get(feed);
        if (place != null && place.attachment != null) {
            place.attachment.resume();
        }
    }

    void released(Feed feed, int sizeBytes) {
        Place place = places.get(feed);
        if (place != null) {
            place.events.decrementAndGet();
            place.bytes.addAndGet(-sizeBytes);
        }
    }

    @Override
    public void acknowledged(long token, Acknowledgement acknowledgement) {
        channel.post(() -> onAcknowledged(token, acknowledgement));
    }

    private void onAcknowledged(long token, Acknowledgement acknowledgement) {
        if (channel.session().isClosed()) {
            metrics.lateAck();
        }
        channel.session().onAcknowledged(token, acknowledgement, System.nanoTime(), channel);
    }

    @Override
    public void refused(long token, Refusal refusal) {
        channel.post(() -> channel.session().onRefused(token, refusal, channel));
    }

    /** One subscription as the bus sees it. */
    private final class Place implements Subscriber {
        private final Feed feed;
        // Added to by the bus, taken from by the event loop.
        private final AtomicInteger events = new AtomicInteger();
        private final AtomicLong bytes = new AtomicLong();
        private @Nullable Attachment attachment;
        // Dispatch thread only.
        private int offeredSinceWake;

        Place(Feed feed) {
            this.feed = feed;
        }

        @Override
        public void onSubscribed(long token) {
            channel.post(() -> channel.session().onSubscribed(feed, System.nanoTime(), channel));
        }

        @Override
        public void onUnsubscribed(long token, boolean existed) {}

        @Override
        public boolean offer(Delivery delivery) {
            int sizeBytes = Feed.sizeBytes(delivery);
            int waiting = events.get();
            boolean fits =
                    waiting < feed.windowEvents() && (waiting == 0 || bytes.get() + sizeBytes <= feed.windowBytes());
            if (!fits) {
                channel.post(() -> channel.session().onStarved(feed, sizeBytes, channel));
                return false;
            }
            events.incrementAndGet();
            bytes.addAndGet(sizeBytes);
            channel.leave(() -> channel.session().onDelivery(feed, delivery, System.nanoTime(), channel));
            if (++offeredSinceWake >= WAKE_EVERY) {
                offeredSinceWake = 0;
                channel.wake();
            }
            return true;
        }

        @Override
        public void onTurnEnd() {
            offeredSinceWake = 0;
            channel.wake();
        }

        @Override
        public void onRefused(Refusal refusal) {
            channel.post(() -> channel.session().onSubscriptionRefused(feed, refusal, channel));
        }
    }
}
