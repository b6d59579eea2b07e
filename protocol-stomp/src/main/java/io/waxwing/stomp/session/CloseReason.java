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
    /** Whoever was let in may not be here any more. */
    ACCESS_OVER,
    MALFORMED,
    PROTOCOL_ERROR,
    NOT_GRANTED,
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
            case DENIED -> code == FailureCode.NOT_GRANTED ? NOT_GRANTED : PROTOCOL_ERROR;
            case INTERNAL -> INTERNAL;
            default -> PROTOCOL_ERROR;
        };
    }
}
