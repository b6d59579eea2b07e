package io.waxwing.mqtt.packet;

import java.util.List;

/** Section 3.10; at least one filter. */
public record Unsubscribe(int packetId, List<String> filters, Properties properties) implements MqttPacket {
    public Unsubscribe {
        filters = List.copyOf(filters);
    }

    @Override
    public PacketType type() {
        return PacketType.UNSUBSCRIBE;
    }
}
