package io.waxwing.mqtt.session;

import io.waxwing.mqtt.packet.ReasonCode;
import java.util.Locale;

/** Why a connection ended: the one label of its metric. */
public enum CloseReason {
    CLIENT_DISCONNECT,
    CONNECTION_LOST,
    KEEP_ALIVE,
    CONNECT_TIMEOUT,
    LOGIN_TIMEOUT,
    CONNECT_REFUSED,
    MALFORMED,
    PROTOCOL_ERROR,
    PACKET_TOO_LARGE,
    QUOTA,
    PUBLISH_REFUSED,
    TAKEN_OVER,
    ACCESS_OVER,
    SHUTDOWN,
    BUS_REFUSED,
    STORAGE,
    INTERNAL;

    /** The word used in metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static CloseReason of(ReasonCode reason) {
        return switch (reason) {
            case MALFORMED_PACKET -> MALFORMED;
            case PACKET_TOO_LARGE -> PACKET_TOO_LARGE;
            case QUOTA_EXCEEDED, CONNECTION_RATE_EXCEEDED -> QUOTA;
            case KEEP_ALIVE_TIMEOUT -> KEEP_ALIVE;
            case SESSION_TAKEN_OVER -> TAKEN_OVER;
            case SERVER_SHUTTING_DOWN -> SHUTDOWN;
            case IMPLEMENTATION_SPECIFIC_ERROR -> INTERNAL;
            case UNSUPPORTED_PROTOCOL_VERSION, CLIENT_IDENTIFIER_NOT_VALID, BAD_AUTHENTICATION_METHOD ->
                CONNECT_REFUSED;
            default -> PROTOCOL_ERROR;
        };
    }
}
