package io.waxwing.mqtt.packet;

/** Section 3.4. */
public record PubAck(int packetId, ReasonCode reason, Properties properties) implements MqttPacket {
    public PubAck(int packetId) {
        this(packetId, ReasonCode.SUCCESS, Properties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBACK;
    }
}
