package io.waxwing.mqtt.session;

import io.waxwing.bus.topic.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of an event in flight: of a durable session's enough to send the same PUBLISH again after a
 * reconnect, of one that came by a shared filter enough to say when it is done.
 *
 * @param reference by which the bus finds the event
 * @param retain the flag it was sent with
 * @param withAttributes it was sent with CloudEvents attributes
 * @param identifiers the subscription identifiers it was sent with
 * @param shared the shared filter by which it came, null if it came by none
 */
record Sent(
        long reference,
        boolean retain,
        boolean withAttributes,
        List<Integer> identifiers,
        @Nullable TopicFilter shared) {
    /** By no shared filter. */
    Sent(long reference, boolean retain, boolean withAttributes, List<Integer> identifiers) {
        this(reference, retain, withAttributes, identifiers, null);
    }
}
