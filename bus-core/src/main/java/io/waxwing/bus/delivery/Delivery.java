package io.waxwing.bus.delivery;

import io.waxwing.bus.event.Event;
import java.util.List;

/**
 * One event for one subscriber; a subscriber gets an event once, however many of its filters match.
 *
 * @param event the event
 * @param matched the subscriber's subscriptions that match, at least one
 * @param retained this is a topic's last value, sent because of a new subscription
 * @param replayed read back from the store, not live
 * @param reference by which {@link io.waxwing.bus.spi.EventBus#find} finds the event again; positive: it is the event's
 *     position on this node; negative: the event came outside of the order of positions; 0: it cannot be found
 */
public record Delivery(Event event, List<Subscription> matched, boolean retained, boolean replayed, long reference) {
    /** It came by a shared subscription: outside of the subscriber's own order, and not to its other subscriptions. */
    public boolean isShared() {
        return matched.get(0).filter().isShared();
    }

    /** It is one of {@link io.waxwing.bus.spi.LiveSubscriber#offerLive}: it has no place in the bus' order. */
    public boolean isLive() {
        return reference == 0;
    }

    /** A delivery whose reference is the event's position. */
    public Delivery(Event event, List<Subscription> matched, boolean retained, boolean replayed) {
        this(event, matched, retained, replayed, event.position());
    }
}
