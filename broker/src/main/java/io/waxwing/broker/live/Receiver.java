package io.waxwing.broker.live;

import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.spi.LiveSubscriber;
import java.util.List;

/**
 * One who gets a topic's events from memory.
 *
 * @param matched its subscriptions that match the topic, at least one
 */
public record Receiver(LiveSubscriber subscriber, List<Subscription> matched) {}
