package io.waxwing.http.weevent;

import org.jspecify.annotations.Nullable;

/**
 * What came of publishing.
 *
 * @param topic as it was named
 * @param eventId of a final event; empty for an ephemeral one; null unless it is {@link Status#SUCCESS}
 * @param fault why not; null for {@link Status#SUCCESS} and {@link Status#TIMEOUT}
 */
public record SendResult(
        Status status,
        String topic,
        @Nullable String eventId,
        @Nullable WeEventFault fault) {
    /** WeEvent's words. */
    public enum Status {
        /** Final. */
        SUCCESS,
        /** Taken and not final in time; it still may become that. */
        TIMEOUT,
        /** Not published. */
        ERROR,
        /** Not published: no grant allows it. */
        NO_PERMISSION
    }

    /** It is final. */
    public static SendResult success(String topic, String eventId) {
        return new SendResult(Status.SUCCESS, topic, eventId, null);
    }

    /** It was taken. */
    public static SendResult timeout(String topic) {
        return new SendResult(Status.TIMEOUT, topic, null, null);
    }

    /** It was not published. */
    public static SendResult failed(String topic, WeEventFault fault) {
        boolean denied = fault.code() == WeEventCode.NO_PERMISSION;
        return new SendResult(denied ? Status.NO_PERMISSION : Status.ERROR, topic, null, fault);
    }
}
