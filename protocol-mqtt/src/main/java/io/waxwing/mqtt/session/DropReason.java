package io.waxwing.mqtt.session;

import java.util.Locale;

/** Why a subscriber did not get an event that matched. */
public enum DropReason {
    EXPIRED,
    QUEUE_FULL,
    /** The queue of a session whose client is away reached its bound; the oldest events went. */
    OFFLINE_QUEUE_FULL,
    TOO_LARGE;

    /** The word used in metrics. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
