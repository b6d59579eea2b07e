package io.waxwing.mqtt.packet;

/** Section 3.5. */
public record PubRec(int packetId, ReasonCode reason, Properties properties) implements MqttPacket {
    public PubRec(int packetId) {
        this(packetId, ReasonCode.SUCCESS, Properties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBREC;
    }
}
