package io.waxwing.mqtt.session;

import io.waxwing.bus.delivery.Subscription;

/**
 * A subscription of a durable session.
 *
 * @param subscription filter and options
 * @param since delivery position from which it holds; {@link #ASKED} until the bus has said it
 */
public record KeptSubscription(Subscription subscription, long since) {
    /** The bus has not answered yet. */
    static final long ASKED = -1;
}
