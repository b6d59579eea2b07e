package io.waxwing.mqtt.wire;

import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.PacketType;
import io.waxwing.mqtt.packet.ReasonCode;

/** What can be judged from the fixed header alone, before one byte of the body is waited for (section 2.1). */
final class FixedHeader {
    private static final int DUP = 0x08;
    private static final int QOS = 0x06;

    private FixedHeader() {}

    /** The packet type, after checking type and flags (E-1, P-1). */
    static PacketType check(int firstByte, MqttVersion version) throws Malformed {
        PacketType type = PacketType.ofFirstByte(firstByte);
        if (type == null || (type == PacketType.AUTH && version != MqttVersion.V5)) {
            throw malformed("packet type");
        }
        int flags = firstByte & 0x0F;
        if (type == PacketType.PUBLISH) {
            if ((flags & QOS) == QOS) {
                throw malformed("QoS");
            }
            if ((flags & DUP) != 0 && (flags & QOS) == 0) {
                throw malformed("DUP");
            }
        } else if (flags != type.flags()) {
            throw malformed("flags");
        }
        return type;
    }

    /** Lengths that are wrong whatever follows (E-3, E-8). */
    static void checkLength(PacketType type, int length, MqttVersion version) throws Malformed {
        boolean v5 = version == MqttVersion.V5;
        boolean fits = switch (type) {
            case PINGREQ, PINGRESP -> length == 0;
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> v5 ? length >= 2 : length == 2;
            case UNSUBACK -> v5 || length == 2;
            case CONNACK -> v5 ? length >= 3 : length == 2;
            case DISCONNECT -> v5 || length == 0;
            case PUBLISH, SUBSCRIBE, UNSUBSCRIBE, SUBACK -> length >= 2;
            default -> true;
        };
        if (!fits) {
            throw malformed("remaining length");
        }
    }

    private static Malformed malformed(String field) {
        return new Malformed(ReasonCode.MALFORMED_PACKET, field, Malformed.FIXED_HEADER);
    }
}
