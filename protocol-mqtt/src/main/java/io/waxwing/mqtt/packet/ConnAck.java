package io.waxwing.mqtt.packet;

/** Section 3.2. On 3.1.1 the codec writes the return code 0..5 that belongs to the reason. */
public record ConnAck(boolean sessionPresent, ReasonCode reason, Properties properties) implements MqttPacket {
    /** The same with these properties behind its own. */
    public ConnAck with(Properties others) {
        return new ConnAck(sessionPresent, reason, properties.and(others));
    }

    @Override
    public PacketType type() {
        return PacketType.CONNACK;
    }
}
