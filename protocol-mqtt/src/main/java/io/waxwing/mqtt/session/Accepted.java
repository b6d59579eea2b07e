package io.waxwing.mqtt.session;

import io.waxwing.mqtt.packet.Connect;
import io.waxwing.mqtt.packet.ConnectWill;
import io.waxwing.mqtt.packet.Property;
import io.waxwing.mqtt.packet.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * A CONNECT that was found good and waits to own its client identifier.
 *
 * @param connect the packet
 * @param terms what holds for the connection
 * @param drafts makes its events
 */
record Accepted(Connect connect, ClientTerms terms, DraftMaker drafts) {
    static Accepted of(Connect connect, ClientTerms terms, SessionSettings settings, String nonce) {
        return new Accepted(
                connect, terms, new DraftMaker(settings.institution(), terms.owner(), terms.clientId(), nonce));
    }

    /** Why the client may not have what it asks for, null if it may (C-4). */
    @Nullable ReasonCode refusal() {
        ConnectWill wanted = connect.will();
        boolean allowed = wanted == null || terms.access().mayPublishSome(wanted.topic());
        return allowed ? null : ReasonCode.NOT_AUTHORIZED;
    }

    /** The will, null if there is none. @throws io.waxwing.bus.failure.RefusedException as {@link DraftMaker#draft} */
    @Nullable PendingWill will(long nowNanos, long wallMillis) {
        ConnectWill wanted = connect.will();
        if (wanted == null) {
            return null;
        }
        long delay = wanted.properties().number(Property.WILL_DELAY_INTERVAL, 0);
        return new PendingWill(drafts.will(wanted, nowNanos, wallMillis), delay, SessionState.NEVER);
    }

    /** Whether what the identifier's last owner left goes on; else it is not wanted (S-1). */
    boolean resumes(@Nullable SessionState former) {
        return former != null && !terms.cleanStart();
    }

    /**
     * The session of this connection: the former one, a new one, or null if it ends with the connection. From here on
     * it has the new will: of a session that is resumed in time, the old one is taken back (W-4).
     */
    @Nullable SessionState session(
            @Nullable SessionState former, SessionSettings settings, String nonce, @Nullable PendingWill will) {
        SessionState session = resumes(former) ? former : null;
        if (session == null && terms.sessionExpiry() > 0) {
            session = new SessionState(nonce, terms.owner(), terms.clientId(), settings.windowMax());
        }
        if (session != null) {
            session.connected(terms.sessionExpiry(), terms.window());
            session.will(will);
            session.requireSync();
        }
        return session;
    }
}
