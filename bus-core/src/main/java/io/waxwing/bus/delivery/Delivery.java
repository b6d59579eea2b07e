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
 */
public record Delivery(Event event, List<Subscription> matched, boolean retained, boolean replayed) {}
