package io.waxwing.mqtt.packet;

/** Section 3.2. On 3.1.1 the codec writes the return code 0..5 that belongs to the reason. */
public record ConnAck(boolean sessionPresent, ReasonCode reason, Properties properties) implements MqttPacket {
    @Override
    public PacketType type() {
        return PacketType.CONNACK;
    }
}
