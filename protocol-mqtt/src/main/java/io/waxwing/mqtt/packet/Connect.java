package io.waxwing.mqtt.packet;

import org.jspecify.annotations.Nullable;

/** Section 3.1. {@code cleanStart} is CleanSession on 3.1.1; {@code keepAliveSeconds} 0 switches keep alive off. */
public record Connect(
        MqttVersion version,
        boolean cleanStart,
        int keepAliveSeconds,
        String clientId,
        @Nullable ConnectWill will,
        @Nullable String userName,
        @Nullable Bytes password,
        Properties properties)
        implements MqttPacket {
    @Override
    public PacketType type() {
        return PacketType.CONNECT;
    }
}
