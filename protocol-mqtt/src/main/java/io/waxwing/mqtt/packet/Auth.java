package io.waxwing.mqtt.packet;

/** MQTT 5, section 3.15. */
public record Auth(ReasonCode reason, Properties properties) implements MqttPacket {
    @Override
    public PacketType type() {
        return PacketType.AUTH;
    }
}
