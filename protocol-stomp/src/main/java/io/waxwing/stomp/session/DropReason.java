package io.waxwing.stomp.session;

import java.util.Locale;

/** Why a subscriber did not get, or does not get again, an event that matched. */
public enum DropReason {
    EXPIRED,
    /** The grant was taken back since it was subscribed to. */
    NOT_GRANTED,
    /** It was sent as often as may be and never acknowledged, or refused for good. */
    NOT_ACKNOWLEDGED,
    /** A reply to a connection that is gone, or does not read. */
    UNDELIVERABLE;

    /** The word used in metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
