package io.waxwing.mqtt.wire;

/**
 * Bounds of parsing. Sizes are whole packets in bytes, fixed header included.
 *
 * @param connectBytes limit until CONNACK has been sent
 * @param packetBytes limit afterwards, announced as Maximum Packet Size
 * @param userProperties user properties per packet
 * @param propertyBytes length of one property block
 */
public record CodecLimits(int connectBytes, int packetBytes, int userProperties, int propertyBytes) {
    public static final CodecLimits DEFAULT = new CodecLimits(64 << 10, 1 << 20, 64, 32 << 10);

    /** Entries of one SUBSCRIBE or UNSUBSCRIBE that are parsed at all; the session answers far smaller numbers. */
    static final int MAX_ENTRIES = 8_192;
}
