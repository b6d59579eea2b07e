package io.waxwing.mqtt.session;

import org.jspecify.annotations.Nullable;

/** What becomes of a connection's will and session when it ends. */
final class Ending {
    private Ending() {}

    /**
     * A will not taken back is published at once (W-2), or by the session's next owner if it may wait; never one whose
     * client may not publish it any more.
     *
     * @param last the will, null if there is none
     * @param traffic the accepted connection, null if it was none yet
     */
    static void of(@Nullable PendingWill last, @Nullable Traffic traffic, Output out) {
        SessionState session = traffic == null ? null : traffic.session();
        boolean allowed = last != null
                && traffic != null
                && traffic.terms()
                        .access()
                        .mayPublish(last.draft().topic(), last.draft().attributes());
        PendingWill will = allowed ? last : null;
        boolean goesOn = session != null && session.expirySeconds() > 0;
        boolean later = goesOn && will != null && will.delaySeconds() > 0;
        if (session != null) {
            session.ended(will, later);
        }
        if (will != null && !later) {
            out.publish(MqttSession.NO_TOKEN, will.draft());
        }
        if (session != null && !goesOn) {
            out.discard(session);
        }
    }

    /** What outlives a connection that has ended; null if nothing does. */
    static @Nullable SessionState left(@Nullable Traffic traffic, long wallMillis) {
        SessionState session = traffic == null ? null : traffic.session();
        if (traffic == null || session == null || session.expirySeconds() == 0) {
            return null;
        }
        traffic.left();
        session.left(wallMillis);
        return session;
    }
}
