package io.waxwing.stomp.session;

import io.waxwing.bus.delivery.Delivery;
import org.jspecify.annotations.Nullable;

/** One event of one subscription, from its arrival until it is done. */
final class Sent {
    private final Feed feed;
    private final Delivery delivery;
    private final long order;
    private int times;
    private String messageId = "";
    private @Nullable String transaction;

    /** {@code order} of arrival within its subscription; {@code times} it was sent before, by whomever. */
    Sent(Feed feed, Delivery delivery, long order, int times) {
        this.feed = feed;
        this.delivery = delivery;
        this.order = order;
        this.times = times;
    }

    /** It is sent, once more, under a name of its own. */
    void sentAs(String name) {
        messageId = name;
        times++;
        transaction = null;
    }

    Feed feed() {
        return feed;
    }

    Delivery delivery() {
        return delivery;
    }

    long order() {
        return order;
    }

    /** How often it was sent. */
    int times() {
        return times;
    }

    String messageId() {
        return messageId;
    }

    /** The open transaction in which it was acknowledged; null if in none. */
    @Nullable String transaction() {
        return transaction;
    }

    void transaction(@Nullable String id) {
        transaction = id;
    }
}
