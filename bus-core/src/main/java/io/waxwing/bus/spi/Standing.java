package io.waxwing.bus.spi;

import io.waxwing.bus.delivery.Subscription;

/**
 * An attachment that outlives its subscriber's connections. It is paused at first: then the bus keeps a position for
 * it, not events, and counts what it misses. All methods may be called from any thread, never wait, and take effect in
 * order.
 */
public interface Standing extends Attachment {
    /** Puts a subscription in force that held before; it matches what was delivered from {@code since} on. */
    void restore(Subscription subscription, long since);

    /**
     * The subscriber is away: nothing more is offered, and it goes on at {@code position}. Calls of the subscriber that
     * are under way may still come; what they offer is offered again later unless it is before that position.
     */
    void pause(long position);

    /** The subscriber is there: it gets what it missed from the store, then what is live. */
    void resume(Subscriber subscriber);
}
