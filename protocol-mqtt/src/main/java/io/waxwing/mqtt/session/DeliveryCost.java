package io.waxwing.mqtt.session;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import java.util.List;

/** What a delivery means for a connection's queue, told without the session, because the bus asks on its own thread. */
public final class DeliveryCost {
    /** Objects and strings around an event, estimated. */
    private static final int OVERHEAD_BYTES = 128;

    private DeliveryCost() {}

    /** Whether an event is kept for a session whose client is away (S-7, R-4, B-6). */
    public static boolean keeps(Event event, List<Subscription> matched, String owner, String clientId) {
        boolean own = DraftMaker.publisherOf(owner, clientId).equals(event.publisher());
        return qos(event, matched) > 0
                && !PublishMaker.isMomentary(event)
                && !(own && matched.stream().allMatch(Subscription::noLocal));
    }

    /** The QoS it would be sent with, 0 to 2. */
    public static int qos(Delivery delivery) {
        return qos(delivery.event(), delivery.matched());
    }

    private static int qos(Event event, List<Subscription> matched) {
        int granted = 0;
        for (int i = 0; i < matched.size(); i++) {
            granted = Math.max(granted, ((SubscriptionOptions) matched.get(i).options()).qos());
        }
        return Math.min(granted, event.qos());
    }

    /** Bytes held while it waits. */
    public static int sizeBytes(Delivery delivery) {
        Event event = delivery.event();
        return OVERHEAD_BYTES
                + event.topic().length()
                + event.payload().size()
                + event.attributes().encoded().length;
    }
}
