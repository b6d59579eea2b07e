package io.waxwing.mqtt.session;

import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.topic.Topic;
import io.waxwing.mqtt.packet.ConnAck;
import io.waxwing.mqtt.packet.Connect;
import io.waxwing.mqtt.packet.ConnectWill;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.PacketSize;
import io.waxwing.mqtt.packet.PacketType;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Property;
import io.waxwing.mqtt.packet.ReasonCode;
import org.jspecify.annotations.Nullable;

/** Judges a well-formed CONNECT and words the CONNACK (requirements C-4 to C-12). Functions of their arguments. */
final class Handshake {
    private static final int RECEIVE_MAXIMUM_ABSENT = 65_535;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private Handshake() {}

    /** Why the CONNECT is refused, null if it is not. */
    static @Nullable ReasonCode refusal(Connect connect, SessionSettings settings) {
        boolean anonymous = connect.clientId().isEmpty();
        if (anonymous && connect.version() == MqttVersion.V3_1_1 && !connect.cleanStart()) {
            return ReasonCode.CLIENT_IDENTIFIER_NOT_VALID; // C-6 [MQTT311-3.1.3-8]
        }
        if (PacketSize.utf8Length(connect.clientId()) > settings.clientIdBytes()) {
            return ReasonCode.CLIENT_IDENTIFIER_NOT_VALID;
        }
        ConnectWill will = connect.will();
        Refusal illegal = will == null ? null : Topic.check(will.topic());
        return illegal == null ? null : ReasonCode.TOPIC_NAME_INVALID;
    }

    /** What holds for the connection if it is accepted. {@code assignedId} is used if the client gave none. */
    static ClientTerms terms(Connect connect, SessionSettings settings, String assignedId) {
        Properties properties = connect.properties();
        boolean v5 = connect.version() == MqttVersion.V5;
        long receiveMaximum = properties.number(Property.RECEIVE_MAXIMUM, RECEIVE_MAXIMUM_ABSENT);
        int window = v5 ? (int) Math.min(receiveMaximum, settings.window()) : settings.window3();
        long keepAlive = keepAliveSeconds(connect, settings);
        return new ClientTerms(
                connect.version(),
                connect.clientId().isEmpty() ? assignedId : connect.clientId(),
                window,
                properties.number(Property.MAXIMUM_PACKET_SIZE, Long.MAX_VALUE),
                properties.number(Property.REQUEST_PROBLEM_INFORMATION, 1) == 1,
                "1".equals(properties.userProperty(Headers.WANT_ATTRIBUTES)),
                keepAlive * NANOS_PER_SECOND * 3 / 2,
                Math.min(sessionExpiry(connect), settings.sessionExpirySeconds()),
                connect.cleanStart(),
                Access.UNLIMITED);
    }

    /** S-3: what the client asks for; CleanSession 0 of 3.1.1 knows no end. */
    private static long sessionExpiry(Connect connect) {
        return connect.version() == MqttVersion.V5
                ? connect.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0)
                : connect.cleanStart() ? 0 : Long.MAX_VALUE;
    }

    /** The CONNACK of an accepted CONNECT: what differs from the defaults of MQTT 5 (C-11). */
    static ConnAck accepted(Connect connect, SessionSettings settings, ClientTerms terms, boolean sessionPresent) {
        if (!terms.v5()) {
            return new ConnAck(sessionPresent, ReasonCode.SUCCESS, Properties.NONE);
        }
        Properties.Builder out = Properties.builder();
        if (terms.sessionExpiry() != sessionExpiry(connect)) {
            out.add(Property.SESSION_EXPIRY_INTERVAL, terms.sessionExpiry());
        }
        if (settings.receiveMaximum() < RECEIVE_MAXIMUM_ABSENT) {
            out.add(Property.RECEIVE_MAXIMUM, settings.receiveMaximum());
        }
        out.add(Property.MAXIMUM_PACKET_SIZE, settings.maximumPacketBytes());
        if (settings.limits().topicAliasMaximum() > 0) {
            out.add(Property.TOPIC_ALIAS_MAXIMUM, settings.limits().topicAliasMaximum());
        }
        if (connect.clientId().isEmpty()) {
            out.add(Property.ASSIGNED_CLIENT_IDENTIFIER, terms.clientId());
        }
        long keepAlive = keepAliveSeconds(connect, settings);
        if (keepAlive != connect.keepAliveSeconds()) {
            out.add(Property.SERVER_KEEP_ALIVE, keepAlive);
        }
        return new ConnAck(sessionPresent, ReasonCode.SUCCESS, out.build());
    }

    /** The answer to somebody who is not let in (C-10). */
    static @Nullable ConnAck notAdmitted(Refusal refusal, MqttVersion version) {
        ReasonCode reason = switch (refusal.code()) {
            case LOGIN_WRONG -> ReasonCode.BAD_USER_NAME_OR_PASSWORD;
            case LOGIN_LIMIT, SESSION_LIMIT -> ReasonCode.QUOTA_EXCEEDED;
            case LOGIN_BUSY -> ReasonCode.SERVER_BUSY;
            default -> ReasonCode.NOT_AUTHORIZED;
        };
        return refused(reason, version);
    }

    /** The answer to a refused CONNECT; null where 3.1.1 has no return code and closes silently (C-4). */
    static @Nullable ConnAck refused(ReasonCode reason, MqttVersion version) {
        boolean silent = version == MqttVersion.V3_1_1
                && (reason == ReasonCode.TOPIC_NAME_INVALID
                        || reason == ReasonCode.BAD_AUTHENTICATION_METHOD
                        || reason == ReasonCode.UNSPECIFIED_ERROR);
        return silent ? null : new ConnAck(false, reason, Properties.NONE);
    }

    /** The answer to bytes that are no CONNECT that can be judged; null if the client gets none (C-1 to C-3, C-10). */
    static @Nullable ConnAck malformed(ReasonCode reason, @Nullable MqttVersion version) {
        boolean answer = version == MqttVersion.V5
                || reason == ReasonCode.UNSUPPORTED_PROTOCOL_VERSION
                || reason == ReasonCode.CONNECTION_RATE_EXCEEDED
                || reason == ReasonCode.QUOTA_EXCEEDED;
        return answer && reason.mayStandIn(PacketType.CONNACK) ? new ConnAck(false, reason, Properties.NONE) : null;
    }

    /** K-3: 3.1.1 keeps its own value; MQTT 5 gets at most, and for 0 exactly, the server's. */
    private static long keepAliveSeconds(Connect connect, SessionSettings settings) {
        int wanted = connect.keepAliveSeconds();
        if (connect.version() == MqttVersion.V3_1_1) {
            return wanted;
        }
        return wanted == 0 ? settings.keepAliveSecondsMax() : Math.min(wanted, settings.keepAliveSecondsMax());
    }
}
