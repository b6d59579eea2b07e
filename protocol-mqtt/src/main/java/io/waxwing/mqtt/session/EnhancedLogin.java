package io.waxwing.mqtt.session;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.identity.Secret;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Exchange;
import io.waxwing.bus.spi.Exchange.Step;
import io.waxwing.mqtt.packet.Auth;
import io.waxwing.mqtt.packet.Bytes;
import io.waxwing.mqtt.packet.Connect;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Property;
import io.waxwing.mqtt.packet.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * Enhanced authentication of one connection (MQTT 5 section 4.12; ): carries the messages of an
 * {@link Exchange} in CONNECT, AUTH and CONNACK, and again in AUTH when the client shows anew who it is. An exchange
 * has at most {@value #ROUNDS_MAX} rounds and, once connected, as long as a login may take.
 */
final class EnhancedLogin {
    static final int ROUNDS_MAX = 10;
    private static final long NEVER = Long.MAX_VALUE;

    private final String method;
    private final String clientId;
    private final long patienceNanos;
    private @Nullable Exchange running;
    private int rounds;
    private Properties last = Properties.NONE;
    private @Nullable RenewedAccess access;
    private long deadlineNanos = NEVER;

    private EnhancedLogin(String method, String clientId, long patienceNanos) {
        this.method = method;
        this.clientId = clientId;
        this.patienceNanos = patienceNanos;
    }

    /** Of the method that CONNECT names; null if it names none. */
    static @Nullable EnhancedLogin of(Connect connect, String clientId, long patienceNanos) {
        String method = connect.properties().text(Property.AUTHENTICATION_METHOD);
        return method == null ? null : new EnhancedLogin(method, clientId, patienceNanos);
    }

    /** The first message, which may be missing; null if there is no such method here. */
    @Nullable Step begin(Properties properties, Output out) {
        running = out.exchange(method, clientId);
        rounds = 0;
        return running == null ? null : next(properties);
    }

    /** An AUTH that goes on with what was begun; null if it is none, or of another method: then it is illegal. */
    @Nullable Step goOn(Auth packet) {
        boolean legal = running != null && packet.reason() == ReasonCode.CONTINUE_AUTHENTICATION;
        return legal && isOurs(packet) ? next(packet.properties()) : null;
    }

    private boolean isOurs(Auth packet) {
        return method.equals(packet.properties().text(Property.AUTHENTICATION_METHOD));
    }

    private @Nullable Step next(Properties properties) {
        Exchange exchange = running;
        if (exchange == null || ++rounds > ROUNDS_MAX) {
            return new Step.Refused(new Refusal(FailureCode.LOGIN_EXCHANGE, "it takes too many messages"));
        }
        Bytes data = properties.binary(Property.AUTHENTICATION_DATA);
        Step step = exchange.next(data == null ? Secret.of(new byte[0]) : Secret.of(data.array()));
        if (!(step instanceof Step.More)) {
            running = null;
            deadlineNanos = NEVER;
        }
        return step;
    }

    /** What the client may do that has shown who it is at CONNECT; {@link #last} goes into CONNACK. */
    Access admitted(Step.Admitted step) {
        RenewedAccess first = new RenewedAccess(step.access());
        access = first;
        last = properties(step.last());
        return first;
    }

    /** Method and last message, for CONNACK. */
    Properties last() {
        return last;
    }

    /** The question that AUTH carries. */
    Auth question(Step.More step) {
        return new Auth(ReasonCode.CONTINUE_AUTHENTICATION, properties(step.data()));
    }

    private Properties properties(Secret data) {
        Properties.Builder out = Properties.builder().add(Property.AUTHENTICATION_METHOD, method);
        return data.size() == 0
                ? out.build()
                : out.add(Property.AUTHENTICATION_DATA, Bytes.of(data.bytes())).build();
    }

    /** AUTH of a client that is connected; the fault that must end the connection, null if there is none. */
    @Nullable Fault onAuth(Auth packet, long nowNanos, Output out) {
        boolean begins = packet.reason() == ReasonCode.REAUTHENTICATE && running == null && isOurs(packet);
        if (begins) {
            deadlineNanos = nowNanos + patienceNanos;
        }
        Step step = begins ? begin(packet.properties(), out) : goOn(packet);
        RenewedAccess holder = access;
        if (step == null || holder == null) {
            return new Fault(ReasonCode.PROTOCOL_ERROR, "authentication");
        }
        if (step instanceof Step.More more) {
            out.send(question(more));
            return null;
        }
        boolean same = step instanceof Step.Admitted admitted
                && admitted.access().principal().equals(holder.principal());
        if (same && step instanceof Step.Admitted admitted) {
            holder.renew(admitted.access());
            out.send(new Auth(ReasonCode.SUCCESS, properties(admitted.last())));
            return null;
        }
        return Fault.NOT_PROVEN;
    }

    /** When {@link #isLate} is to be asked; {@link Long#MAX_VALUE} for never. */
    long deadlineNanos() {
        return deadlineNanos;
    }

    /** A connected client has begun to show who it is and does not come to an end. */
    boolean isLate(long nowNanos) {
        return nowNanos >= deadlineNanos;
    }
}
