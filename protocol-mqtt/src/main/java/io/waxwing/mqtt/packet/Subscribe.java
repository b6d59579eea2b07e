package io.waxwing.mqtt.packet;

import java.util.List;

/** Section 3.8; at least one entry. */
public record Subscribe(int packetId, List<Entry> entries, Properties properties) implements MqttPacket {
    public Subscribe {
        entries = List.copyOf(entries);
    }

    /** One filter with its options; on 3.1.1 only the QoS is set. {@code retainHandling} is 0, 1 or 2. */
    public record Entry(String filter, int qos, boolean noLocal, boolean retainAsPublished, int retainHandling) {}

    @Override
    public PacketType type() {
        return PacketType.SUBSCRIBE;
    }
}
