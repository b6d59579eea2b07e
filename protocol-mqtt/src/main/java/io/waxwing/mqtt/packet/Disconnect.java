package io.waxwing.mqtt.packet;

/** Section 3.14. On 3.1.1 the reason is always {@link ReasonCode#SUCCESS}, and only clients send it. */
public record Disconnect(ReasonCode reason, Properties properties) implements MqttPacket {
    @Override
    public PacketType type() {
        return PacketType.DISCONNECT;
    }
}
