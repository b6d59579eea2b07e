package io.waxwing.mqtt.session;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Access;
import io.waxwing.mqtt.packet.Auth;
import io.waxwing.mqtt.packet.ConnAck;
import io.waxwing.mqtt.packet.Connect;
import io.waxwing.mqtt.packet.Disconnect;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.ReasonCode;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The server side of one MQTT connection, from accept to close, without I/O. Inputs are the {@code on…} methods, each
 * with the time; effects go to {@link Output} at once. One event loop owns a session.
 *
 * <p>The life of a connection is {@link Phase}: CONNECT is judged, the client is asked who it is, its identifier is
 * claimed (which ends any other connection of that identifier first and hands over what it left), CONNACK leaves,
 * packets flow ({@link Traffic}), and one method ends it all: {@link #end}. What outlives the connection is a
 * {@link SessionState}: it comes with {@link #onOwned} and is taken back with {@link #leave}.
 */
public final class MqttSession {
    /** Token of events whose publisher is told nothing. */
    public static final long NO_TOKEN = 0;

    private static final long NEVER = Long.MAX_VALUE;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private final SessionSettings settings;
    private final String nonce;
    private final long wallOffsetMillis;
    private Phase phase = Phase.AWAIT_CONNECT;
    private final ReadGate reading = new ReadGate();
    private long deadlineNanos;

    // Until CONNACK: nothing of CONNECT itself is held longer.
    private @Nullable Entering entering;
    private @Nullable MqttPacket connAck;
    // Of an open connection whose client can show anew who it is.
    private @Nullable EnhancedLogin login;
    // Valid from the claim on.
    private @Nullable PendingWill will;
    // Valid from ownership on.
    private @Nullable Traffic traffic;

    /**
     * A session that waits for its CONNECT.
     *
     * @param nonce unique among all connections ever; ids of wrapped events, assigned client identifiers and names of
     *     durable sessions come from it
     * @param nowNanos monotonic time, as in all inputs
     * @param wallMillis Unix time at {@code nowNanos}
     */
    public MqttSession(SessionSettings settings, String nonce, long nowNanos, long wallMillis) {
        this.settings = settings;
        this.nonce = nonce;
        this.wallOffsetMillis = wallMillis - nowNanos / NANOS_PER_MILLI;
        this.deadlineNanos = nowNanos + settings.connectSeconds() * NANOS_PER_SECOND;
    }

    public boolean isClosed() {
        return phase == Phase.CLOSED;
    }

    /** When {@link #onTimeout} is to be called; {@link Long#MAX_VALUE} for never. May move later without notice. */
    public long nextTimeoutNanos() {
        // While nothing is read the silence is ours; but who is to say who the client is has its own time.
        boolean ours = reading.isPaused() && phase != Phase.AWAIT_ADMISSION;
        long at = login == null ? deadlineNanos : Math.min(deadlineNanos, login.deadlineNanos());
        return phase == Phase.CLOSED || ours ? NEVER : at;
    }

    /** A whole, well-formed packet. */
    public void onPacket(MqttPacket packet, long nowNanos, Output out) {
        Traffic at = traffic;
        if (phase == Phase.AWAIT_CONNECT && packet instanceof Connect connect) {
            onConnect(connect, nowNanos, out);
        } else if (phase == Phase.AWAIT_ADMISSION) {
            enter(entering().onPacket(packet, nowNanos, wallMillis(nowNanos), out), out);
        } else if (phase == Phase.OPEN && at != null) {
            touch(at, nowNanos);
            Fault fault = fault(packet, at, nowNanos, out);
            if (Fault.BUS_FULL.equals(fault)) {
                reading.busFull(true);
            } else if (fault != null) {
                fail(fault, out);
                return;
            }
            balance(at, nowNanos, out);
        }
    }

    private @Nullable Fault fault(MqttPacket packet, Traffic at, long nowNanos, Output out) {
        if (packet instanceof Disconnect disconnect) {
            return onDisconnect(disconnect, at, out);
        }
        if (packet instanceof Auth auth && login != null) {
            return login.onAuth(auth, nowNanos, out);
        }
        return at.onPacket(packet, nowNanos, wallMillis(nowNanos), out);
    }

    /** The bytes are not a legal packet: ends the connection with that reason (E-10). {@code version} null: unknown. */
    public void onMalformed(ReasonCode reason, String field, @Nullable MqttVersion version, Output out) {
        if (phase == Phase.AWAIT_CONNECT) {
            refuse(Handshake.malformed(reason, version), CloseReason.of(reason), out);
        } else {
            fail(new Fault(reason, field), out);
        }
    }

    /**
     * The client identifier is ours and nobody else's connection can act for it any more.
     *
     * @param former what its last owner left, null if nothing
     */
    public void onOwned(@Nullable SessionState former, long nowNanos, Output out) {
        if (phase != Phase.AWAIT_OWNERSHIP) {
            return;
        }
        Accepted by = entering().accepted();
        boolean resumes = by.resumes(former);
        if (former != null && !resumes) {
            out.discard(former); // S-1, W-4
        }
        SessionState session = by.session(former, settings, nonce, will);
        Traffic at = new Traffic(settings, by.terms(), by.drafts(), session);
        at.aliases(by.connect());
        traffic = at;
        connAck = entering().welcome(resumes);
        if (connAck == null) {
            end(CloseReason.PACKET_TOO_LARGE, out);
            return;
        }
        phase = Phase.AWAIT_SAVED;
        if (session != null) {
            at.keeper().save(out);
        } else if (former != null) {
            out.save(former.discarded()); // S-1: it is gone for good before anybody is told so.
        } else {
            open(at, nowNanos, out);
        }
    }

    private void open(Traffic at, long nowNanos, Output out) {
        MqttPacket answer = Objects.requireNonNull(connAck);
        connAck = null;
        login = entering().login();
        entering = null;
        phase = Phase.OPEN;
        reading.claiming(false);
        touch(at, nowNanos);
        out.send(answer);
        out.opened(at.terms().version(), at.terms().window());
        at.begin(out);
        balance(at, nowNanos, out);
    }

    /** What {@link Output#save} was given is written. */
    public void onSaved(long nowNanos, Output out) {
        Traffic at = traffic;
        if (at == null || phase == Phase.CLOSED) {
            return;
        }
        at.keeper().onSaved(out);
        if (phase == Phase.AWAIT_SAVED) {
            open(at, nowNanos, out);
        } else {
            balance(at, nowNanos, out);
        }
    }

    /** What {@link Output#save} was given could not be written: the client is promised nothing more. */
    public void onSaveFailed(Output out) {
        fail(Fault.NOT_STORED, out);
    }

    /** The events that {@link Output#find} asked for, in that order; null for those that are not there. */
    public void onFound(List<@Nullable Event> events, long nowNanos, Output out) {
        whenOpen(at -> at.onFound(events), nowNanos, out);
    }

    /** The bus has the event of that token as safe as was asked for. */
    public void onAcknowledged(long token, Acknowledgement acknowledgement, long nowNanos, Output out) {
        whenOpen(at -> at.onAcknowledged(token, acknowledgement), nowNanos, out);
    }

    /** The bus did not take the event of that token. */
    public void onRefused(long token, Refusal refusal, long nowNanos, Output out) {
        Traffic at = traffic;
        if (at == null || phase != Phase.OPEN) {
            out.rejected(refusal.code());
            return;
        }
        Fault fault = at.onRefused(token, refusal, out);
        if (fault != null) {
            fail(fault, out);
        } else {
            balance(at, nowNanos, out);
        }
    }

    /** The event that found the bus full has been taken. */
    public void onRoom(long nowNanos, Output out) {
        reading.busFull(false);
        whenOpen(at -> {}, nowNanos, out);
    }

    /** A subscription is in force from that delivery position on, or gone. */
    public void onSubscriptionAnswer(long token, long since, long nowNanos, Output out) {
        whenOpen(at -> at.onSubscriptionAnswer(token, since, out), nowNanos, out);
    }

    public void onDelivery(Delivery delivery, long nowNanos, Output out) {
        Traffic at = traffic;
        if (phase == Phase.OPEN && at != null) {
            at.onDelivery(delivery, wallMillis(nowNanos), out);
            at.keeper().save(out);
        } else {
            out.released(delivery);
        }
    }

    /** The bus ended our attachment. */
    public void onDetached(Refusal refusal, Output out) {
        if (phase == Phase.OPEN) {
            fail(Fault.detached(refusal), out);
        }
    }

    /** The client does not read, and its answers have reached the shell's bound; before CONNACK that is the end. */
    public void onOutputFull(Output out) {
        if (phase != Phase.OPEN) {
            onConnectionLost(out);
            return;
        }
        reading.outputFull(true);
        reading.apply(out);
    }

    /** The socket took what was buffered. */
    public void onWritable(long nowNanos, Output out) {
        reading.outputFull(false);
        whenOpen(at -> {}, nowNanos, out);
    }

    /** Ends the session for a reason of the node's own. */
    public void onFault(Fault fault, Output out) {
        fail(fault, out);
    }

    /** The connection is gone without a DISCONNECT. */
    public void onConnectionLost(Output out) {
        end(CloseReason.CONNECTION_LOST, out);
    }

    /** Call at {@link #nextTimeoutNanos}; earlier is harmless. */
    public void onTimeout(long nowNanos, Output out) {
        if (phase == Phase.CLOSED || nowNanos < nextTimeoutNanos()) {
            return;
        }
        if (phase == Phase.OPEN && login != null && login.isLate(nowNanos)) {
            fail(Fault.NOT_PROVEN, out);
        } else if (phase == Phase.OPEN) {
            fail(new Fault(ReasonCode.KEEP_ALIVE_TIMEOUT, "keep alive timeout"), out);
        } else if (phase == Phase.AWAIT_ADMISSION) {
            enter(entering().onTimeout(), out);
        } else {
            end(CloseReason.CONNECT_TIMEOUT, out);
        }
    }

    /** After the end: what outlives the connection, for the next owner; null if nothing does. */
    public @Nullable SessionState leave(long wallMillis) {
        return Ending.left(traffic, wallMillis);
    }

    private void onConnect(Connect connect, long nowNanos, Output out) {
        phase = Phase.AWAIT_ADMISSION;
        deadlineNanos = nowNanos + settings.loginSeconds() * NANOS_PER_SECOND;
        Entering begun = new Entering(settings, nonce, reading);
        entering = begun;
        enter(begun.onConnect(connect, nowNanos, wallMillis(nowNanos), out), out);
    }

    /** The client is who it says and may do that. */
    public void onAdmitted(Access access, long nowNanos, Output out) {
        if (phase == Phase.AWAIT_ADMISSION) {
            enter(entering().onAdmitted(access, nowNanos, wallMillis(nowNanos)), out);
        }
    }

    /** The client is not let in, or its identifier is not to be had; nothing was done for it. */
    public void onNotAdmitted(Refusal refusal, Output out) {
        if (phase == Phase.AWAIT_ADMISSION || phase == Phase.AWAIT_OWNERSHIP) {
            enter(entering().onNotAdmitted(refusal), out);
        }
    }

    private Entering entering() {
        return Objects.requireNonNull(entering);
    }

    private void enter(Entering.Step step, Output out) {
        if (step == Entering.Step.GOOD) {
            will = entering().will();
            phase = Phase.AWAIT_OWNERSHIP;
            ClientTerms terms = entering().accepted().terms();
            out.claim(terms.clientId(), terms.sessionExpiry() > 0);
        } else if (step == Entering.Step.REFUSED) {
            refuse(entering().answer(), entering().close(), out);
        }
    }

    private void refuse(@Nullable ConnAck answer, CloseReason reason, Output out) {
        if (answer != null) {
            out.send(answer);
        }
        end(reason, out);
    }

    /** W-1, W-2: only a plain DISCONNECT removes the will. S-5: an interval of 0 stays 0. */
    private @Nullable Fault onDisconnect(Disconnect packet, Traffic at, Output out) {
        Fault fault = at.onLastExpiry(packet.properties());
        if (fault != null) {
            return fault;
        }
        if (packet.reason() == ReasonCode.SUCCESS) {
            will = null;
        }
        end(CloseReason.CLIENT_DISCONNECT, out);
        return null;
    }

    private void whenOpen(Consumer<Traffic> input, long nowNanos, Output out) {
        Traffic at = traffic;
        if (phase == Phase.OPEN && at != null) {
            input.accept(at);
            balance(at, nowNanos, out);
        }
    }

    /** After every input: acknowledgements leave, freed slots are used, reading pauses or goes on. */
    private void balance(Traffic at, long nowNanos, Output out) {
        if (phase != Phase.OPEN) {
            return;
        }
        Fault fault = at.balance(wallMillis(nowNanos), reading, out);
        if (fault != null) {
            fail(fault, out);
            return;
        }
        if (reading.isAboutToResume()) {
            touch(at, nowNanos); // K-2: the silence was ours.
        }
        reading.apply(out);
    }

    private void touch(Traffic at, long nowNanos) {
        long keepAlive = at.terms().keepAliveNanos();
        deadlineNanos = keepAlive == 0 ? NEVER : nowNanos + keepAlive;
    }

    /** Tells an MQTT 5 client why, then ends. Before a successful CONNACK nothing is told. */
    private void fail(Fault fault, Output out) {
        MqttPacket last =
                phase == Phase.OPEN && traffic != null ? traffic.terms().lastWords(fault) : null;
        if (last != null) {
            out.send(last);
        }
        end(fault.close(), out);
    }

    /** The only way to {@link Phase#CLOSED}. */
    private void end(CloseReason reason, Output out) {
        if (phase == Phase.CLOSED) {
            return;
        }
        // Stored with the session, it counts as accepted though CONNACK has not left (W-1).
        PendingWill last = phase == Phase.OPEN || phase == Phase.AWAIT_SAVED ? will : null;
        phase = Phase.CLOSED;
        will = null;
        Ending.of(last, traffic, out);
        out.close(reason);
    }

    private long wallMillis(long nowNanos) {
        return nowNanos / NANOS_PER_MILLI + wallOffsetMillis;
    }
}
