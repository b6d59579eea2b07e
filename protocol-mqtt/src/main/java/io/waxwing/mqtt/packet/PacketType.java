package io.waxwing.mqtt.packet;

import org.jspecify.annotations.Nullable;

/**
 * Control packet types with their four-bit number (MQTT 5, table 2-1). {@link #WILL} is not a packet: it names the
 * will's own property set inside CONNECT and has no number on the wire.
 */
public enum PacketType {
    WILL(0, 0),
    CONNECT(1, 0),
    CONNACK(2, 0),
    PUBLISH(3, 0),
    PUBACK(4, 0),
    PUBREC(5, 0),
    PUBREL(6, 2),
    PUBCOMP(7, 0),
    SUBSCRIBE(8, 2),
    SUBACK(9, 0),
    UNSUBSCRIBE(10, 2),
    UNSUBACK(11, 0),
    PINGREQ(12, 0),
    PINGRESP(13, 0),
    DISCONNECT(14, 0),
    AUTH(15, 0);

    private static final PacketType[] BY_CODE = values();

    private final int code;
    private final int flags;

    PacketType(int code, int flags) {
        this.code = code;
        this.flags = flags;
    }

    /** The packet type of a fixed header's first byte, null for the reserved type 0. */
    public static @Nullable PacketType ofFirstByte(int firstByte) {
        int code = (firstByte >> 4) & 0x0F;
        return code == 0 ? null : BY_CODE[code];
    }

    /** Number in the upper half of the first byte, 1..15. */
    public int code() {
        return code;
    }

    /** Prescribed lower half of the first byte; PUBLISH sets its own. */
    public int flags() {
        return flags;
    }

    /** One bit per type, to make sets of types. */
    public int bit() {
        return 1 << code;
    }
}
