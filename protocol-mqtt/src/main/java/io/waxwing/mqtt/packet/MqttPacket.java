package io.waxwing.mqtt.packet;

/** Any MQTT control packet. Immutable; binary contents are shared by agreement, see {@link Bytes}. */
public sealed interface MqttPacket
        permits Connect,
                ConnAck,
                Publish,
                PubAck,
                PubRec,
                PubRel,
                PubComp,
                Subscribe,
                SubAck,
                Unsubscribe,
                UnsubAck,
                PingReq,
                PingResp,
                Disconnect,
                Auth {
    PacketType type();

    /** Properties of MQTT 5; {@link Properties#NONE} on 3.1.1. */
    default Properties properties() {
        return Properties.NONE;
    }
}
