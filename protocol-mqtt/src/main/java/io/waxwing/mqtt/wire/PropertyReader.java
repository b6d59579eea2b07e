package io.waxwing.mqtt.wire;

import io.waxwing.mqtt.packet.PacketType;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Property;
import io.waxwing.mqtt.packet.ReasonCode;
import java.util.Locale;

/** Reads a property block of MQTT 5 against {@link PropertyTable} (requirement E-6). */
final class PropertyReader {
    private static final String[] FIELD = fieldNames();

    private final CodecLimits limits;
    private final PacketReader.Side side;

    PropertyReader(CodecLimits limits, PacketReader.Side side) {
        this.limits = limits;
        this.side = side;
    }

    Properties read(FieldReader in, PacketType packet) throws Malformed {
        int length = in.variable("property length");
        if (length == 0) {
            return Properties.NONE;
        }
        if (length > limits.propertyBytes()) {
            throw in.fault(ReasonCode.QUOTA_EXCEEDED, "property length");
        }
        int oldEnd = in.narrow(length, "property length");
        Properties.Builder properties = Properties.builder();
        long seen = 0;
        int users = 0;
        while (in.remaining() > 0) {
            Property property = identifier(in, packet);
            long bit = 1L << property.identifier();
            if ((seen & bit) != 0 && !PropertyTable.mayRepeatIn(property, packet)) {
                throw in.protocolError(FIELD[property.identifier()]);
            }
            seen |= bit;
            if (property == Property.USER_PROPERTY && ++users > limits.userProperties()) {
                throw in.fault(ReasonCode.QUOTA_EXCEEDED, "user property");
            }
            value(in, property, properties);
        }
        in.widen(oldEnd);
        return properties.build();
    }

    private Property identifier(FieldReader in, PacketType packet) throws Malformed {
        Property property = Property.ofIdentifier(in.variable("property identifier"));
        if (property == null || !PropertyTable.mayStandIn(property, packet)) {
            throw in.malformed("property identifier");
        }
        boolean fromClient = side == PacketReader.Side.SERVER;
        if (fromClient && packet == PacketType.PUBLISH && property == Property.SUBSCRIPTION_IDENTIFIER) {
            throw in.protocolError("subscription identifier"); // P-9: only a server says which subscription it was.
        }
        return property;
    }

    private static void value(FieldReader in, Property property, Properties.Builder out) throws Malformed {
        String field = FIELD[property.identifier()];
        switch (property.kind()) {
            case BYTE -> out.add(property, checked(in, property, in.u8(field)));
            case TWO_BYTES -> out.add(property, checked(in, property, in.u16(field)));
            case FOUR_BYTES -> out.add(property, checked(in, property, in.u32(field)));
            case VARIABLE -> out.add(property, checked(in, property, in.variable(field)));
            case TEXT -> out.add(property, text(in, property, field));
            case BINARY -> out.add(property, in.binary(field));
            case PAIR -> out.user(in.text(field), in.text(field));
        }
    }

    private static long checked(FieldReader in, Property property, long value) throws Malformed {
        if (property == Property.TOPIC_ALIAS && value == 0) {
            throw in.fault(ReasonCode.TOPIC_ALIAS_INVALID, "topic alias");
        }
        if (!PropertyTable.inRange(property, value)) {
            throw in.protocolError(FIELD[property.identifier()]);
        }
        return value;
    }

    private static String text(FieldReader in, Property property, String field) throws Malformed {
        String text = in.text(field);
        if (property == Property.RESPONSE_TOPIC && (text.isEmpty() || TopicSyntax.hasWildcard(text))) {
            throw in.protocolError(field);
        }
        return text;
    }

    private static String[] fieldNames() {
        String[] names = new String[Property.IDENTIFIERS];
        for (Property property : Property.values()) {
            names[property.identifier()] =
                    property.name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
        return names;
    }
}
