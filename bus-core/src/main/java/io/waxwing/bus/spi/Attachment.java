package io.waxwing.bus.spi;

import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.topic.TopicFilter;

/**
 * A subscriber's hold on the bus. All methods may be called from any thread and never wait; they take effect in order.
 */
public interface Attachment {
    /** Adds or replaces a subscription; answered by {@link Subscriber#onSubscribed} before its first delivery. */
    void subscribe(Subscription subscription, long token);

    /** Removes a subscription; answered by {@link Subscriber#onUnsubscribed} after its last delivery. */
    void unsubscribe(TopicFilter filter, long token);

    /** Says that a subscriber whose {@link Subscriber#offer} returned false has room again. */
    void resume();

    /** Ends it; some deliveries that are under way may still arrive. */
    void detach();
}
