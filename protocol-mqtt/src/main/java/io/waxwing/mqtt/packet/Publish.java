package io.waxwing.mqtt.packet;

import io.waxwing.bus.event.Payload;

/** Section 3.3. {@code packetId} is 0 for QoS 0 and 1..65535 otherwise; the topic may be empty only beside an alias. */
public record Publish(
        boolean dup, int qos, boolean retain, String topic, int packetId, Payload payload, Properties properties)
        implements MqttPacket {
    @Override
    public PacketType type() {
        return PacketType.PUBLISH;
    }
}
