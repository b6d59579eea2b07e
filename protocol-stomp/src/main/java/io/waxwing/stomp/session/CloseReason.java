package io.waxwing.stomp.session;

import io.waxwing.bus.failure.FailureCode;
import java.util.Locale;

/** Why a connection ended: the one label of its metric. */
public enum CloseReason {
    CLIENT_DISCONNECT,
    CONNECTION_LOST,
    HEART_BEAT,
    CONNECT_TIMEOUT,
    CONNECT_REFUSED,
    MALFORMED,
    PROTOCOL_ERROR,
    TOO_LARGE,
    QUOTA,
    PUBLISH_REFUSED,
    TRANSACTION_TIMEOUT,
    BUS_REFUSED,
    SHUTDOWN,
    INTERNAL;

    /** The word used in metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** For a frame that was understood and cannot be done. */
    static CloseReason of(FailureCode code) {
        return switch (code.kind()) {
            case TOO_LARGE -> TOO_LARGE;
            case OVERLOADED -> QUOTA;
            case INTERNAL -> INTERNAL;
            default -> PROTOCOL_ERROR;
        };
    }
}
