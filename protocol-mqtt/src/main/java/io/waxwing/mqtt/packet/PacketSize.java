package io.waxwing.mqtt.packet;

/**
 * Exact size in bytes of a packet on the wire, fixed header included. Pure, because the session must know whether a
 * packet fits the client's Maximum Packet Size before it spends a packet identifier on it.
 */
public final class PacketSize {
    /** Largest value of a variable byte integer, section 1.5.5. */
    public static final int VARIABLE_MAX = 268_435_455;

    /** Longest string or binary field. */
    public static final int FIELD_MAX = 65_535;

    private PacketSize() {}

    /** Bytes of the whole packet. */
    public static long of(MqttPacket packet, MqttVersion version) {
        long remaining = remainingLength(packet, version);
        return 1 + variableSize(remaining) + remaining;
    }

    /** The packet's Remaining Length. */
    public static long remainingLength(MqttPacket packet, MqttVersion version) {
        boolean v5 = version == MqttVersion.V5;
        return switch (packet.type()) {
            case CONNECT -> connect((Connect) packet, v5);
            case CONNACK -> 2 + (v5 ? block(packet.properties()) : 0);
            case PUBLISH -> publish((Publish) packet, v5);
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> 2 + shortened(packet, v5, 1);
            case SUBSCRIBE -> subscribe((Subscribe) packet, v5);
            case SUBACK ->
                2
                        + (v5 ? block(packet.properties()) : 0)
                        + ((SubAck) packet).reasons().size();
            case UNSUBSCRIBE -> unsubscribe((Unsubscribe) packet, v5);
            case UNSUBACK ->
                v5
                        ? 2
                                + block(packet.properties())
                                + ((UnsubAck) packet).reasons().size()
                        : 2;
            case PINGREQ, PINGRESP -> 0;
            case DISCONNECT -> shortened(packet, v5, 1);
            case AUTH -> shortened(packet, v5, 2);
            case WILL -> throw new IllegalArgumentException("not a packet");
        };
    }

    /** Content length of a property block, without its length field. */
    public static long propertiesLength(Properties properties) {
        long sum = 0;
        for (int i = 0; i < properties.entries().size(); i++) {
            sum += 1
                    + valueSize(
                            properties.entries().get(i).value(),
                            properties.entries().get(i).property());
        }
        return sum;
    }

    /** Length of a variable byte integer, 1..4. */
    public static int variableSize(long value) {
        if (value < 0 || value > VARIABLE_MAX) {
            throw new IllegalArgumentException("not a variable byte integer: " + value);
        }
        return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x200000 ? 3 : 4;
    }

    /** UTF-8 length; a lone surrogate counts as the one byte '?' that the writer puts there. */
    public static int utf8Length(String text) {
        int length = text.length();
        int bytes = length;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                continue;
            }
            if (c < 0x800) {
                bytes += 1;
            } else if (!Character.isSurrogate(c)) {
                bytes += 2;
            } else if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1))) {
                bytes += 2;
                i++;
            }
        }
        return bytes;
    }

    /** Reason of a packet that carries exactly one. */
    public static ReasonCode reasonOf(MqttPacket packet) {
        return switch (packet.type()) {
            case CONNACK -> ((ConnAck) packet).reason();
            case PUBACK -> ((PubAck) packet).reason();
            case PUBREC -> ((PubRec) packet).reason();
            case PUBREL -> ((PubRel) packet).reason();
            case PUBCOMP -> ((PubComp) packet).reason();
            case DISCONNECT -> ((Disconnect) packet).reason();
            case AUTH -> ((Auth) packet).reason();
            default -> throw new IllegalArgumentException(packet.type() + " has no single reason");
        };
    }

    /** A string or binary field with its two length bytes. */
    private static long field(int length) {
        if (length > FIELD_MAX) {
            throw new IllegalArgumentException("field of " + length + " bytes, limit " + FIELD_MAX);
        }
        return 2L + length;
    }

    private static long text(String text) {
        return field(utf8Length(text));
    }

    private static long block(Properties properties) {
        long length = propertiesLength(properties);
        return variableSize(length) + length;
    }

    /** Reason and properties of acks, DISCONNECT and AUTH, which leave out what says nothing. */
    private static long shortened(MqttPacket packet, boolean v5, int withoutProperties) {
        if (!v5) {
            return 0;
        }
        if (!packet.properties().isEmpty()) {
            return 1 + block(packet.properties());
        }
        return reasonOf(packet) == ReasonCode.SUCCESS ? 0 : withoutProperties;
    }

    private static long connect(Connect packet, boolean v5) {
        long size = 6 + 1 + 1 + 2 + (v5 ? block(packet.properties()) : 0) + text(packet.clientId());
        ConnectWill will = packet.will();
        if (will != null) {
            size += (v5 ? block(will.properties()) : 0)
                    + text(will.topic())
                    + field(will.payload().size());
        }
        String userName = packet.userName();
        Bytes password = packet.password();
        return size + (userName == null ? 0 : text(userName)) + (password == null ? 0 : field(password.size()));
    }

    private static long publish(Publish packet, boolean v5) {
        return text(packet.topic())
                + (packet.qos() > 0 ? 2 : 0)
                + (v5 ? block(packet.properties()) : 0)
                + packet.payload().size();
    }

    private static long subscribe(Subscribe packet, boolean v5) {
        long size = 2 + (v5 ? block(packet.properties()) : 0);
        for (Subscribe.Entry entry : packet.entries()) {
            size += text(entry.filter()) + 1;
        }
        return size;
    }

    private static long unsubscribe(Unsubscribe packet, boolean v5) {
        long size = 2 + (v5 ? block(packet.properties()) : 0);
        for (String filter : packet.filters()) {
            size += text(filter);
        }
        return size;
    }

    private static long valueSize(Object value, Property property) {
        return switch (property.kind()) {
            case BYTE -> 1;
            case TWO_BYTES -> 2;
            case FOUR_BYTES -> 4;
            case VARIABLE -> variableSize((Long) value);
            case TEXT -> text((String) value);
            case BINARY -> field(((Bytes) value).size());
            case PAIR -> text(((UserProperty) value).name()) + text(((UserProperty) value).value());
        };
    }
}
