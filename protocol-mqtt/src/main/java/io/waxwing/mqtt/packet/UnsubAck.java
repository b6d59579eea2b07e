package io.waxwing.mqtt.packet;

import java.util.List;

/** Section 3.11; one code per filter. 3.1.1 has no payload, so there the list is empty when read. */
public record UnsubAck(int packetId, List<ReasonCode> reasons, Properties properties) implements MqttPacket {
    public UnsubAck {
        reasons = List.copyOf(reasons);
    }

    @Override
    public PacketType type() {
        return PacketType.UNSUBACK;
    }
}
