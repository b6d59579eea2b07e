package io.waxwing.bus.spi;

import io.waxwing.bus.delivery.SharedProgress;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.topic.TopicFilter;
import java.util.List;

/**
 * A subscriber's hold on the bus. All methods may be called from any thread and never wait; they take effect in order.
 */
public interface Attachment {
    /** Adds or replaces a subscription; answered by {@link Subscriber#onSubscribed} before its first delivery. */
    void subscribe(Subscription subscription, long token);

    /**
     * Adds several at once, so that none of them misses what the attachment's start promises; answered by one
     * {@link Subscriber#onSubscribed}, before the first delivery of any.
     */
    default void subscribeTogether(List<Subscription> subscriptions, long token) {
        throw new UnsupportedOperationException("this bus takes subscriptions one by one");
    }

    /** Removes a subscription; answered by {@link Subscriber#onUnsubscribed} after its last delivery. */
    void unsubscribe(TopicFilter filter, long token);

    /** Says that a subscriber whose {@link Subscriber#offer} returned false has room again. */
    void resume();

    /**
     * Says how far the subscriber is with events that it got by shared subscriptions. What it was offered and has not
     * sent goes to another member when it is away, what nobody has acknowledged when this ends.
     */
    default void progress(List<SharedProgress> steps) {
        throw new UnsupportedOperationException("this bus knows no shared subscriptions");
    }

    /** Ends it; some deliveries that are under way may still arrive. */
    void detach();
}
