package io.waxwing.mqtt.session;

import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Access;
import io.waxwing.mqtt.packet.ConnAck;
import io.waxwing.mqtt.packet.Connect;
import io.waxwing.mqtt.packet.ReasonCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * From a well-formed CONNECT until its client may claim its identifier: the CONNECT is judged by itself, then with what
 * its client may do. Nothing is done for anybody before that.
 */
final class Entering {
    /** How far it is. */
    enum Step {
        /** The client is to be asked who it is, or the answer is still to come. */
        WAITS,
        /** {@link #accepted} may claim its identifier. */
        GOOD,
        /** {@link #answer} is all that the client gets. */
        REFUSED
    }

    private final SessionSettings settings;
    private final String nonce;
    private @Nullable Accepted accepted;
    private @Nullable PendingWill will;
    private @Nullable ConnAck answer;

    Entering(SessionSettings settings, String nonce) {
        this.settings = settings;
        this.nonce = nonce;
    }

    Step onConnect(Connect connect) {
        ReasonCode refused = Handshake.refusal(connect, settings);
        ClientTerms terms = Handshake.terms(connect, settings, "wxw-" + nonce);
        accepted = Accepted.of(connect, terms, settings, nonce);
        return refused == null ? Step.WAITS : refused(refused);
    }

    /** The client is who it says and may do that. */
    Step onAdmitted(Access access, long nowNanos, long wallMillis) {
        Accepted by = accepted();
        Accepted good = Accepted.of(by.connect(), by.terms().with(access), settings, nonce);
        accepted = good;
        ReasonCode refused = good.refusal();
        try {
            will = refused == null ? good.will(nowNanos, wallMillis) : null;
        } catch (RefusedException e) {
            refused = ReasonCode.UNSPECIFIED_ERROR;
        }
        return refused == null ? Step.GOOD : refused(refused);
    }

    /** The client is not let in, or its identifier is not to be had. */
    Step onNotAdmitted(Refusal refusal) {
        answer = Handshake.notAdmitted(refusal, accepted().terms().version());
        return Step.REFUSED;
    }

    /** Nobody said in time who the client is. */
    Step onTimeout() {
        return refused(ReasonCode.SERVER_UNAVAILABLE);
    }

    private Step refused(ReasonCode reason) {
        answer = Handshake.refused(reason, accepted().terms().version());
        return Step.REFUSED;
    }

    /** Valid after {@link #onConnect}. */
    Accepted accepted() {
        return Objects.requireNonNull(accepted);
    }

    /** The will that counts from CONNACK on. */
    @Nullable PendingWill will() {
        return will;
    }

    /** What a refused client is told; null: nothing. */
    @Nullable ConnAck answer() {
        return answer;
    }
}
