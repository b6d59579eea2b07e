package io.waxwing.mqtt.wire;

import static io.waxwing.mqtt.packet.PacketType.AUTH;
import static io.waxwing.mqtt.packet.PacketType.CONNACK;
import static io.waxwing.mqtt.packet.PacketType.CONNECT;
import static io.waxwing.mqtt.packet.PacketType.DISCONNECT;
import static io.waxwing.mqtt.packet.PacketType.PUBACK;
import static io.waxwing.mqtt.packet.PacketType.PUBCOMP;
import static io.waxwing.mqtt.packet.PacketType.PUBLISH;
import static io.waxwing.mqtt.packet.PacketType.PUBREC;
import static io.waxwing.mqtt.packet.PacketType.PUBREL;
import static io.waxwing.mqtt.packet.PacketType.SUBACK;
import static io.waxwing.mqtt.packet.PacketType.SUBSCRIBE;
import static io.waxwing.mqtt.packet.PacketType.UNSUBACK;
import static io.waxwing.mqtt.packet.PacketType.WILL;

import io.waxwing.mqtt.packet.PacketType;
import io.waxwing.mqtt.packet.Property;

/** Where each MQTT 5 property may stand (table 2-4), whether it may repeat there, and which numbers are legal. */
final class PropertyTable {
    private static final int ANYWHERE = -1;
    private static final int[] PACKETS = new int[Property.IDENTIFIERS];

    static {
        allow(Property.PAYLOAD_FORMAT_INDICATOR, PUBLISH, WILL);
        allow(Property.MESSAGE_EXPIRY_INTERVAL, PUBLISH, WILL);
        allow(Property.CONTENT_TYPE, PUBLISH, WILL);
        allow(Property.RESPONSE_TOPIC, PUBLISH, WILL);
        allow(Property.CORRELATION_DATA, PUBLISH, WILL);
        allow(Property.SUBSCRIPTION_IDENTIFIER, PUBLISH, SUBSCRIBE);
        allow(Property.SESSION_EXPIRY_INTERVAL, CONNECT, CONNACK, DISCONNECT);
        allow(Property.ASSIGNED_CLIENT_IDENTIFIER, CONNACK);
        allow(Property.SERVER_KEEP_ALIVE, CONNACK);
        allow(Property.AUTHENTICATION_METHOD, CONNECT, CONNACK, AUTH);
        allow(Property.AUTHENTICATION_DATA, CONNECT, CONNACK, AUTH);
        allow(Property.REQUEST_PROBLEM_INFORMATION, CONNECT);
        allow(Property.WILL_DELAY_INTERVAL, WILL);
        allow(Property.REQUEST_RESPONSE_INFORMATION, CONNECT);
        allow(Property.RESPONSE_INFORMATION, CONNACK);
        allow(Property.SERVER_REFERENCE, CONNACK, DISCONNECT);
        allow(Property.REASON_STRING, CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT, AUTH);
        allow(Property.RECEIVE_MAXIMUM, CONNECT, CONNACK);
        allow(Property.TOPIC_ALIAS_MAXIMUM, CONNECT, CONNACK);
        allow(Property.TOPIC_ALIAS, PUBLISH);
        allow(Property.MAXIMUM_QOS, CONNACK);
        allow(Property.RETAIN_AVAILABLE, CONNACK);
        PACKETS[Property.USER_PROPERTY.identifier()] = ANYWHERE & ~unlistedUserPropertyPackets();
        allow(Property.MAXIMUM_PACKET_SIZE, CONNECT, CONNACK);
        allow(Property.WILDCARD_SUBSCRIPTION_AVAILABLE, CONNACK);
        allow(Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, CONNACK);
        allow(Property.SHARED_SUBSCRIPTION_AVAILABLE, CONNACK);
    }

    private PropertyTable() {}

    static boolean mayStandIn(Property property, PacketType packet) {
        return (PACKETS[property.identifier()] & packet.bit()) != 0;
    }

    static boolean mayRepeatIn(Property property, PacketType packet) {
        return property == Property.USER_PROPERTY
                || (property == Property.SUBSCRIPTION_IDENTIFIER && packet == PUBLISH);
    }

    /** Whether the number is in the property's range; wider than its bytes allow is impossible here. */
    static boolean inRange(Property property, long value) {
        return switch (property) {
            case RECEIVE_MAXIMUM, MAXIMUM_PACKET_SIZE, SUBSCRIPTION_IDENTIFIER -> value != 0;
            default -> property.kind() != Property.Kind.BYTE || value <= 1;
        };
    }

    /** PINGREQ and PINGRESP have no properties at all; UNSUBSCRIBE and the rest all allow user properties. */
    private static int unlistedUserPropertyPackets() {
        return PacketType.PINGREQ.bit() | PacketType.PINGRESP.bit();
    }

    private static void allow(Property property, PacketType... packets) {
        for (PacketType packet : packets) {
            PACKETS[property.identifier()] |= packet.bit();
        }
    }
}
