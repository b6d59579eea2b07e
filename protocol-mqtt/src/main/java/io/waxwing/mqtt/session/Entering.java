package io.waxwing.mqtt.session;

import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Exchange;
import io.waxwing.mqtt.packet.Auth;
import io.waxwing.mqtt.packet.ConnAck;
import io.waxwing.mqtt.packet.Connect;
import io.waxwing.mqtt.packet.Disconnect;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.ReasonCode;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * From a well-formed CONNECT until its client may claim its identifier: the CONNECT is judged by itself, the client is
 * asked who it is, by {@link EnhancedLogin} if it wants that, and the CONNECT judged with what it may do. Nothing is
 * done for anybody before that, and nothing that follows is read, but for the AUTH packets of an exchange.
 */
final class Entering {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** How far it is. */
    enum Step {
        /** The answer to who the client is is still to come. */
        WAITS,
        /** {@link #accepted} may claim its identifier. */
        GOOD,
        /** {@link #answer} is all that the client gets. */
        REFUSED
    }

    private final SessionSettings settings;
    private final String nonce;
    private final ReadGate reading;
    private @Nullable Accepted accepted;
    private @Nullable EnhancedLogin login;
    private @Nullable PendingWill will;
    private @Nullable ConnAck answer;
    private CloseReason close = CloseReason.CONNECT_REFUSED;

    Entering(SessionSettings settings, String nonce, ReadGate reading) {
        this.settings = settings;
        this.nonce = nonce;
        this.reading = reading;
    }

    Step onConnect(Connect connect, long nowNanos, long wallMillis, Output out) {
        ReasonCode refused = Handshake.refusal(connect, settings);
        ClientTerms terms = Handshake.terms(connect, settings, "wxw-" + nonce);
        accepted = Accepted.of(connect, terms, settings, nonce);
        if (refused != null) {
            return refused(refused);
        }
        EnhancedLogin method = EnhancedLogin.of(connect, terms.clientId(), settings.loginSeconds() * NANOS_PER_SECOND);
        if (method != null) {
            login = method;
            return onStep(method, method.begin(connect.properties(), out), nowNanos, wallMillis, out);
        }
        pause(out);
        Access access = out.login(connect, terms.clientId());
        return access == null ? Step.WAITS : onAdmitted(access, nowNanos, wallMillis);
    }

    private void pause(Output out) {
        reading.claiming(true);
        reading.apply(out);
    }

    /** Before CONNACK a client that shows who it is sends AUTH, and nothing else but DISCONNECT. */
    Step onPacket(MqttPacket packet, long nowNanos, long wallMillis, Output out) {
        EnhancedLogin by = login;
        if (by == null) {
            return Step.WAITS;
        }
        if (packet instanceof Disconnect) {
            close = CloseReason.CLIENT_DISCONNECT;
            return Step.REFUSED;
        }
        Exchange.Step step = packet instanceof Auth auth ? by.goOn(auth) : null;
        if (step == null) {
            close = CloseReason.PROTOCOL_ERROR;
            return refused(ReasonCode.PROTOCOL_ERROR);
        }
        return onStep(by, step, nowNanos, wallMillis, out);
    }

    private Step onStep(EnhancedLogin by, Exchange.@Nullable Step step, long nowNanos, long wallMillis, Output out) {
        if (step instanceof Exchange.Step.More more) {
            out.send(by.question(more));
            return Step.WAITS;
        }
        if (step instanceof Exchange.Step.Admitted admitted) {
            pause(out);
            return onAdmitted(by.admitted(admitted), nowNanos, wallMillis);
        }
        return step instanceof Exchange.Step.Refused refused
                ? onNotAdmitted(refused.refusal())
                : refused(ReasonCode.BAD_AUTHENTICATION_METHOD);
    }

    /** The client is who it says and may do that. */
    Step onAdmitted(Access access, long nowNanos, long wallMillis) {
        Accepted by = accepted();
        Accepted good = Accepted.of(by.connect(), by.terms().with(access), settings, nonce);
        accepted = good;
        ReasonCode refused = good.refusal();
        try {
            will = refused == null ? good.will(nowNanos, wallMillis) : null;
            if (will != null
                    && !access.mayPublish(will.draft().topic(), will.draft().attributes())) {
                refused = ReasonCode.NOT_AUTHORIZED;
            }
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

    /** Nobody said in time who the client is, or it did not show it. */
    Step onTimeout() {
        close = CloseReason.LOGIN_TIMEOUT;
        return refused(login == null ? ReasonCode.SERVER_UNAVAILABLE : ReasonCode.NOT_AUTHORIZED);
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

    /** The CONNACK of a client that is let in. */
    @Nullable MqttPacket welcome(boolean sessionPresent) {
        ClientTerms terms = accepted().terms();
        ConnAck good = Handshake.accepted(accepted().connect(), settings, terms, sessionPresent);
        return terms.trimmed(login == null ? good : good.with(login.last()));
    }

    /** How the client shows who it is, also later; null if it has shown it at CONNECT only. */
    @Nullable EnhancedLogin login() {
        return login;
    }

    /** What is counted of a refused client. */
    CloseReason close() {
        return close;
    }

    /** What a refused client is told; null: nothing. */
    @Nullable ConnAck answer() {
        return answer;
    }
}
