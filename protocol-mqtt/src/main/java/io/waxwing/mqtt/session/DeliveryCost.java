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

    /** The QoS it would be sent with, 0 to 2. */
    public static int qos(Delivery delivery) {
        List<Subscription> matched = delivery.matched();
        int granted = 0;
        for (int i = 0; i < matched.size(); i++) {
            granted = Math.max(granted, ((SubscriptionOptions) matched.get(i).options()).qos());
        }
        return Math.min(granted, delivery.event().qos());
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
