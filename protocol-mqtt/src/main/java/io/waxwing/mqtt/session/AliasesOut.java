package io.waxwing.mqtt.session;

import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Property;
import io.waxwing.mqtt.packet.Publish;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Aliases towards a client that allows them (F-4): the topics sent last have one; the first PUBLISH with an alias has
 * the topic too. An alias is given to another topic when all are in use, that of the topic unused for longest.
 */
final class AliasesOut {
    /** A topic this short is sent as it is: the property takes as many bytes. */
    private static final int SHORTEST = 4;

    private final int maximum;
    private final Map<String, Integer> aliases = new LinkedHashMap<>(16, 0.75f, true);

    AliasesOut(int maximum) {
        this.maximum = maximum;
    }

    /** The packet as it is to be sent, never larger than the client takes if it was not. */
    Publish apply(Publish packet, ClientTerms terms) {
        if (maximum == 0 || packet.topic().length() < SHORTEST) {
            return packet;
        }
        Integer known = aliases.get(packet.topic());
        if (known != null) {
            return with(packet, "", known);
        }
        int alias = aliases.size() < maximum
                ? aliases.size() + 1
                : aliases.values().iterator().next();
        Publish first = with(packet, packet.topic(), alias);
        if (!terms.fits(first)) {
            return packet;
        }
        aliases.values().remove(alias);
        aliases.put(packet.topic(), alias);
        return first;
    }

    private static Publish with(Publish packet, String topic, int alias) {
        Properties properties = packet.properties().with(Property.TOPIC_ALIAS, alias);
        return new Publish(
                packet.dup(), packet.qos(), packet.retain(), topic, packet.packetId(), packet.payload(), properties);
    }
}
