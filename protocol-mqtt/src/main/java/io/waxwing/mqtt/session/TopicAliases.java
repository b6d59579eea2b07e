package io.waxwing.mqtt.session;

import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Property;
import io.waxwing.mqtt.packet.Publish;
import io.waxwing.mqtt.packet.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * The aliases that a client has set on this connection (P-12): one with a topic sets or replaces, one without a topic
 * stands for what it was set to.
 */
final class TopicAliases {
    private final int maximum;
    private @Nullable String[] topics = new @Nullable String[0];

    TopicAliases(int maximum) {
        this.maximum = maximum;
    }

    /** The fault of an alias that is not allowed or not known. */
    @Nullable Fault check(Publish packet) {
        int alias = alias(packet.properties());
        if (alias > maximum) {
            return new Fault(ReasonCode.TOPIC_ALIAS_INVALID, "topic alias maximum is " + maximum);
        }
        boolean known = !packet.topic().isEmpty() || (alias < topics.length && topics[alias] != null);
        return known ? null : new Fault(ReasonCode.PROTOCOL_ERROR, "unknown topic alias");
    }

    /** The packet with its topic; after {@link #check}. */
    Publish resolve(Publish packet) {
        int alias = alias(packet.properties());
        if (alias == 0) {
            return packet;
        }
        if (!packet.topic().isEmpty()) {
            if (topics.length == 0) {
                topics = new @Nullable String[maximum + 1];
            }
            topics[alias] = packet.topic();
            return packet;
        }
        String topic = topics[alias];
        return new Publish(
                packet.dup(),
                packet.qos(),
                packet.retain(),
                topic == null ? "" : topic,
                packet.packetId(),
                packet.payload(),
                packet.properties());
    }

    private static int alias(Properties properties) {
        return properties.isEmpty() ? 0 : (int) properties.number(Property.TOPIC_ALIAS, 0);
    }
}
