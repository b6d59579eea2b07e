package io.waxwing.mqtt.packet;

import org.jspecify.annotations.Nullable;

/**
 * Properties of MQTT 5 with identifier and data type (table 2-4). Where each may stand is {@code wire.PropertyTable}.
 */
public enum Property {
    PAYLOAD_FORMAT_INDICATOR(0x01, Kind.BYTE),
    MESSAGE_EXPIRY_INTERVAL(0x02, Kind.FOUR_BYTES),
    CONTENT_TYPE(0x03, Kind.TEXT),
    RESPONSE_TOPIC(0x08, Kind.TEXT),
    CORRELATION_DATA(0x09, Kind.BINARY),
    SUBSCRIPTION_IDENTIFIER(0x0B, Kind.VARIABLE),
    SESSION_EXPIRY_INTERVAL(0x11, Kind.FOUR_BYTES),
    ASSIGNED_CLIENT_IDENTIFIER(0x12, Kind.TEXT),
    SERVER_KEEP_ALIVE(0x13, Kind.TWO_BYTES),
    AUTHENTICATION_METHOD(0x15, Kind.TEXT),
    AUTHENTICATION_DATA(0x16, Kind.BINARY),
    REQUEST_PROBLEM_INFORMATION(0x17, Kind.BYTE),
    WILL_DELAY_INTERVAL(0x18, Kind.FOUR_BYTES),
    REQUEST_RESPONSE_INFORMATION(0x19, Kind.BYTE),
    RESPONSE_INFORMATION(0x1A, Kind.TEXT),
    SERVER_REFERENCE(0x1C, Kind.TEXT),
    REASON_STRING(0x1F, Kind.TEXT),
    RECEIVE_MAXIMUM(0x21, Kind.TWO_BYTES),
    TOPIC_ALIAS_MAXIMUM(0x22, Kind.TWO_BYTES),
    TOPIC_ALIAS(0x23, Kind.TWO_BYTES),
    MAXIMUM_QOS(0x24, Kind.BYTE),
    RETAIN_AVAILABLE(0x25, Kind.BYTE),
    USER_PROPERTY(0x26, Kind.PAIR),
    MAXIMUM_PACKET_SIZE(0x27, Kind.FOUR_BYTES),
    WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, Kind.BYTE),
    SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29, Kind.BYTE),
    SHARED_SUBSCRIPTION_AVAILABLE(0x2A, Kind.BYTE);

    /** One more than the largest identifier; all fit the bits of a long. */
    public static final int IDENTIFIERS = 0x2B;

    private static final @Nullable Property[] BY_IDENTIFIER = byIdentifier();

    private final int identifier;
    private final Kind kind;

    Property(int identifier, Kind kind) {
        this.identifier = identifier;
        this.kind = kind;
    }

    /** Data types of section 2.2.2.2. Whole numbers are unsigned and held as {@code Long}. */
    public enum Kind {
        BYTE,
        TWO_BYTES,
        FOUR_BYTES,
        VARIABLE,
        TEXT,
        BINARY,
        PAIR;

        public boolean isNumber() {
            return this == BYTE || this == TWO_BYTES || this == FOUR_BYTES || this == VARIABLE;
        }
    }

    /** The property of an identifier, null when MQTT 5 does not define it. */
    public static @Nullable Property ofIdentifier(int identifier) {
        return identifier >= 0 && identifier < IDENTIFIERS ? BY_IDENTIFIER[identifier] : null;
    }

    public int identifier() {
        return identifier;
    }

    public Kind kind() {
        return kind;
    }

    private static @Nullable Property[] byIdentifier() {
        @Nullable Property[] table = new @Nullable Property[IDENTIFIERS];
        for (Property property : values()) {
            table[property.identifier] = property;
        }
        return table;
    }
}
