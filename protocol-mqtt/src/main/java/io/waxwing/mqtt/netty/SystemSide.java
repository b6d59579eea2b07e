package io.waxwing.mqtt.netty;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.delivery.Subscription.RetainedValues;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.mqtt.session.DeliveryCost;
import io.waxwing.mqtt.session.DropReason;
import io.waxwing.mqtt.session.KeptSubscription;
import io.waxwing.mqtt.session.SessionState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one connection reads of {@link SystemTopics}; there is none for one that reads nothing of them. Its
 * subscriptions are the bus' too, which answers them and keeps them with the session, and never has an event for them.
 * Event loop only.
 */
final class SystemSide {
    private final SystemTopics topics;
    private final MqttMetrics metrics;
    private final MqttChannel channel;
    private final QueueBudget budget;
    private final Map<Long, Subscription> asked = new HashMap<>(0);
    private final Map<TopicFilter, Subscription> inForce = new LinkedHashMap<>(0);
    private boolean left;

    SystemSide(Listener listener, MqttChannel channel, QueueBudget budget) {
        this.topics = listener.system();
        this.metrics = listener.metrics();
        this.channel = channel;
        this.budget = budget;
    }

    /** Any thread: events for this connection; those are lost that its client does not keep up with. */
    void offer(List<Delivery> deliveries) {
        List<Delivery> taken = new ArrayList<>(deliveries.size());
        for (Delivery delivery : deliveries) {
            if (budget.take(DeliveryCost.sizeBytes(delivery))) {
                taken.add(delivery);
            } else {
                metrics.dropped(DropReason.QUEUE_FULL);
            }
        }
        if (!taken.isEmpty()) {
            channel.tell(() -> taken.forEach(this::deliver));
        }
    }

    /** Nothing comes after UNSUBSCRIBE, though it was on its way. */
    private void deliver(Delivery delivery) {
        if (delivery.matched().stream().anyMatch(subscription -> inForce.containsKey(subscription.filter()))) {
            channel.onDelivery(delivery);
        } else {
            channel.released(delivery);
        }
    }

    void subscribe(Subscription subscription, long token) {
        if (SystemTopics.concerns(subscription)) {
            asked.put(token, subscription);
        }
    }

    /** The bus has answered, and the session has acknowledged what is whole. */
    void onAnswer(long token) {
        Subscription subscription = asked.remove(token);
        if (subscription == null || left) {
            return;
        }
        boolean isNew = inForce.put(subscription.filter(), subscription) == null;
        RetainedValues wanted = subscription.retained();
        boolean asks = wanted == RetainedValues.SEND || (wanted == RetainedValues.SEND_IF_NEW && isNew);
        topics.read(this, List.copyOf(inForce.values()), asks ? subscription : null);
    }

    void unsubscribe(TopicFilter filter) {
        asked.values().removeIf(subscription -> subscription.filter().equals(filter));
        if (inForce.remove(filter) != null) {
            topics.read(this, List.copyOf(inForce.values()), null);
        }
    }

    /** A session goes on. */
    void attend(SessionState state) {
        for (KeptSubscription kept : state.subscriptions()) {
            if (SystemTopics.concerns(kept.subscription())) {
                inForce.put(kept.subscription().filter(), kept.subscription());
            }
        }
        topics.read(this, List.copyOf(inForce.values()), null);
    }

    /** The connection has ended. */
    void leave() {
        left = true;
        if (!inForce.isEmpty()) {
            topics.read(this, List.of(), null);
        }
    }
}
