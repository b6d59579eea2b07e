package io.waxwing.mqtt.packet;

/** Section 3.7. */
public record PubComp(int packetId, ReasonCode reason, Properties properties) implements MqttPacket {
    public PubComp(int packetId) {
        this(packetId, ReasonCode.SUCCESS, Properties.NONE);
    }

    @Override
    public PacketType type() {
        return PacketType.PUBCOMP;
    }
}
