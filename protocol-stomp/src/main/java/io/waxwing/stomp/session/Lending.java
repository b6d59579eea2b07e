package io.waxwing.stomp.session;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.spi.Access;
import io.waxwing.stomp.queue.Queues;
import io.waxwing.stomp.queue.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * What a session wants done with durable subscriptions; the counterpart of {@link Output} for feeds that have a
 * {@link Feed#queue}. Called on the session's event loop; nothing here waits.
 */
public interface Lending {
    /**
     * Has events lent to it from now on, as many as its window takes; {@link StompSession#onSubscribed} or
     * {@code onSubscriptionRefused} follows.
     *
     * @param wish null: the subscription has to be there
     */
    void consume(Feed feed, Queues.@Nullable Wish wish, Access access);

    /** What became of an event that was lent to it. */
    void settled(Feed feed, Delivery delivery, Verdict verdict);

    /** An event of that size waits no more, and waits for no acknowledgement. */
    void released(Feed feed, int sizeBytes);

    /** Nothing more is wanted for it; every event was settled. */
    void detach(Feed feed);

    /** The subscription itself is not wanted any more. */
    void remove(String queue, Access access);
}
