package io.waxwing.bus.event;

import io.waxwing.bus.topic.AckPolicy;
import org.jspecify.annotations.Nullable;

/**
 * What a publisher hands over, before it is durable.
 *
 * @param topic legal topic name (checked by the protocol with {@link io.waxwing.bus.topic.Topic#check})
 * @param attributes complete CloudEvents attributes and transport headers
 * @param payload content
 * @param qos 0 to 2: how surely it is to be delivered; a subscriber gets the smaller of this and what it asked for
 * @param retain keep as the topic's last value for later subscribers; with an empty payload: forget the last value
 * @param identified the publisher gave {@code source} and {@code id} itself, so a repeat is a duplicate
 * @param ackWanted the acknowledgement asked for; null: the topic's policy decides
 * @param publisher name of the publishing session, for "no local"; empty if it has none
 * @param receivedNanos reading of the node's monotonic clock when the event arrived, for latency figures
 * @param mark of the durable session's packet it came with; null if there is none
 */
public record EventDraft(
        String topic,
        Attributes attributes,
        Payload payload,
        int qos,
        boolean retain,
        boolean identified,
        @Nullable AckPolicy ackWanted,
        String publisher,
        long receivedNanos,
        @Nullable SessionMark mark) {
    public EventDraft {
        if (qos < 0 || qos > 2) {
            throw new IllegalArgumentException("qos " + qos + ", want 0 to 2");
        }
    }

    /** A draft without a mark. */
    public EventDraft(
            String topic,
            Attributes attributes,
            Payload payload,
            int qos,
            boolean retain,
            boolean identified,
            @Nullable AckPolicy ackWanted,
            String publisher,
            long receivedNanos) {
        this(topic, attributes, payload, qos, retain, identified, ackWanted, publisher, receivedNanos, null);
    }

    /** The same with a mark. */
    public EventDraft marked(SessionMark by) {
        return new EventDraft(
                topic, attributes, payload, qos, retain, identified, ackWanted, publisher, receivedNanos, by);
    }

    /** Bytes that count against limits: topic (chars), headers, payload. */
    public int sizeBytes() {
        return topic.length() + attributes.encoded().length + payload.size();
    }
}
