package io.waxwing.mqtt.packet;

import java.util.List;

/** Section 3.9; one code per entry of the SUBSCRIBE, in its order. On 3.1.1 every failure is written as 0x80. */
public record SubAck(int packetId, List<ReasonCode> reasons, Properties properties) implements MqttPacket {
    public SubAck {
        reasons = List.copyOf(reasons);
    }

    @Override
    public PacketType type() {
        return PacketType.SUBACK;
    }
}
