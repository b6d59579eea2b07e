package io.waxwing.mqtt.packet;

/** Section 3.6. */
public record PubRel(int packetId, ReasonCode reason, Properties properties) implements MqttPacket {
    public PubRel(int packetId) {
        this(packetId, ReasonCode.SUCCESS, Properties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBREL;
    }
}
