package io.waxwing.mqtt.session;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.mqtt.packet.ConnAck;
import io.waxwing.mqtt.packet.Connect;
import io.waxwing.mqtt.packet.ConnectWill;
import io.waxwing.mqtt.packet.Disconnect;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.PingResp;
import io.waxwing.mqtt.packet.Property;
import io.waxwing.mqtt.packet.PubRec;
import io.waxwing.mqtt.packet.PubRel;
import io.waxwing.mqtt.packet.Publish;
import io.waxwing.mqtt.packet.ReasonCode;
import io.waxwing.mqtt.packet.Subscribe;
import io.waxwing.mqtt.packet.Unsubscribe;
import org.jspecify.annotations.Nullable;

/**
 * The server side of one MQTT connection, from accept to close, without I/O. Inputs are the {@code on…} methods, each
 * with the time; effects go to {@link Output} at once. One event loop owns a session.
 *
 * <p>The life of a connection is {@link State}: CONNECT is judged, the client identifier is claimed (which ends any
 * other connection of that identifier first), CONNACK leaves, packets flow, and one method ends it all: {@link #end}. A
 * session lasts as long as its connection; CONNACK says so. Inside work three parts that know nothing of each other:
 * {@link Inbound} (events from the client and their acknowledgements), {@link Outbox} (events to the client and their
 * window), {@link Subscriptions}.
 */
public final class MqttSession {
    /** Token of events whose publisher is told nothing. */
    public static final long NO_TOKEN = 0;

    /** Not a fault: the bus had no room and the shell keeps the draft. */
    static final Fault BUS_FULL = new Fault(ReasonCode.SERVER_BUSY, "bus is full");

    private static final long NEVER = Long.MAX_VALUE;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private enum State {
        AWAIT_CONNECT,
        AWAIT_OWNERSHIP,
        OPEN,
        CLOSED
    }

    private final SessionSettings settings;
    private final String nonce;
    private final long wallOffsetMillis;
    private State state = State.AWAIT_CONNECT;
    private final ReadGate reading = new ReadGate();
    private long deadlineNanos;

    // Valid from CONNECT on.
    private @Nullable Open open;
    private @Nullable EventDraft will;

    /** What exists once a CONNECT has been found good. */
    private record Open(
            ClientTerms terms, ConnAck connAck, Inbound inbound, Outbox outbox, Subscriptions subscriptions) {}

    /**
     * A session that waits for its CONNECT.
     *
     * @param nonce unique among all connections ever; ids of wrapped events and assigned client identifiers come from
     *     it
     * @param nowNanos monotonic time, as in all inputs
     * @param wallMillis Unix time at {@code nowNanos}
     */
    public MqttSession(SessionSettings settings, String nonce, long nowNanos, long wallMillis) {
        this.settings = settings;
        this.nonce = nonce;
        this.wallOffsetMillis = wallMillis - nowNanos / NANOS_PER_MILLI;
        this.deadlineNanos = nowNanos + settings.connectSeconds() * NANOS_PER_SECOND;
    }

    public boolean isOpen() {
        return state == State.OPEN;
    }

    public boolean isClosed() {
        return state == State.CLOSED;
    }

    /** When {@link #onTimeout} is to be called; {@link Long#MAX_VALUE} for never. May move later without notice. */
    public long nextTimeoutNanos() {
        return state == State.CLOSED || reading.isPaused() ? NEVER : deadlineNanos;
    }

    /** A whole, well-formed packet. */
    public void onPacket(MqttPacket packet, long nowNanos, Output out) {
        Open at = open;
        if (state == State.AWAIT_CONNECT && packet instanceof Connect connect) {
            onConnect(connect, nowNanos, out);
        } else if (state == State.OPEN && at != null) {
            touch(at, nowNanos);
            Fault fault = dispatch(packet, at, nowNanos, out);
            if (BUS_FULL.equals(fault)) {
                reading.busFull(true);
            } else if (fault != null) {
                fail(fault, out);
                return;
            }
            balance(at, nowNanos, out);
        }
    }

    /** The bytes are not a legal packet: ends the connection with that reason (E-10). {@code version} null: unknown. */
    public void onMalformed(ReasonCode reason, String field, @Nullable MqttVersion version, Output out) {
        if (state == State.AWAIT_CONNECT) {
            refuse(Handshake.malformed(reason, version), CloseReason.of(reason), out);
        } else {
            fail(new Fault(reason, field), out);
        }
    }

    /** The client identifier is ours and nobody else's connection can act for it any more. */
    public void onOwned(long nowNanos, Output out) {
        Open at = open;
        if (state != State.AWAIT_OWNERSHIP || at == null) {
            return;
        }
        MqttPacket connAck = at.terms().trimmed(at.connAck());
        if (connAck == null) {
            end(CloseReason.PACKET_TOO_LARGE, out);
            return;
        }
        state = State.OPEN;
        reading.claiming(false);
        out.send(connAck);
        out.opened(at.terms().version());
        balance(at, nowNanos, out);
    }

    /** The bus has the event of that token as safe as was asked for. */
    public void onAcknowledged(long token, Acknowledgement acknowledgement, long nowNanos, Output out) {
        Open at = open;
        if (state == State.OPEN && at != null) {
            at.inbound().onAcknowledged(token, acknowledgement);
            balance(at, nowNanos, out);
        }
    }

    /** The bus did not take the event of that token. */
    public void onRefused(long token, Refusal refusal, long nowNanos, Output out) {
        Open at = open;
        if (at == null || state != State.OPEN) {
            out.rejected(refusal.code());
            return;
        }
        Fault fault = at.inbound().onRefused(token, refusal, out);
        if (fault != null) {
            fail(fault, out);
        } else {
            balance(at, nowNanos, out);
        }
    }

    /** The event that found the bus full has been taken. */
    public void onRoom(long nowNanos, Output out) {
        reading.busFull(false);
        Open at = open;
        if (state == State.OPEN && at != null) {
            balance(at, nowNanos, out);
        }
    }

    /** A subscription is in force, or gone. */
    public void onSubscriptionAnswer(long token, long nowNanos, Output out) {
        Open at = open;
        if (state == State.OPEN && at != null) {
            MqttPacket answer = at.subscriptions().onAnswer(token);
            at.outbox().hold(at.subscriptions().holdsDeliveries());
            sendIf(answer, at, out);
            balance(at, nowNanos, out);
        }
    }

    public void onDelivery(Delivery delivery, long nowNanos, Output out) {
        Open at = open;
        if (state == State.OPEN && at != null) {
            at.outbox().onDelivery(delivery, wallMillis(nowNanos), out);
        } else {
            out.released(delivery);
        }
    }

    /** The bus ended our attachment. */
    public void onDetached(Refusal refusal, Output out) {
        if (state == State.OPEN) {
            fail(
                    new Fault(
                            ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR,
                            refusal.code().text(),
                            CloseReason.BUS_REFUSED),
                    out);
        }
    }

    /** The client does not read, and what it is to be answered has reached the shell's bound. */
    public void onOutputFull(Output out) {
        if (state == State.OPEN) {
            reading.outputFull(true);
            reading.apply(out);
        }
    }

    /** The socket took what was buffered. */
    public void onWritable(long nowNanos, Output out) {
        reading.outputFull(false);
        Open at = open;
        if (state == State.OPEN && at != null) {
            balance(at, nowNanos, out);
        }
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
        if (state == State.CLOSED || nowNanos < nextTimeoutNanos()) {
            return;
        }
        if (state == State.OPEN) {
            fail(new Fault(ReasonCode.KEEP_ALIVE_TIMEOUT, "keep alive timeout"), out);
        } else {
            end(CloseReason.CONNECT_TIMEOUT, out);
        }
    }

    private void onConnect(Connect connect, long nowNanos, Output out) {
        ReasonCode refused = Handshake.refusal(connect, settings);
        ClientTerms terms = Handshake.terms(connect, settings, "wxw-" + nonce);
        DraftMaker drafts = new DraftMaker(settings.institution(), terms.clientId(), nonce);
        ConnectWill wanted = connect.will();
        if (refused == null && wanted != null) {
            try {
                will = drafts.will(wanted, nowNanos, wallMillis(nowNanos));
            } catch (RefusedException e) {
                refused = ReasonCode.UNSPECIFIED_ERROR;
            }
        }
        if (refused != null) {
            refuse(Handshake.refused(refused, terms.version()), CloseReason.CONNECT_REFUSED, out);
            return;
        }
        open = new Open(
                terms,
                Handshake.accepted(connect, settings, terms),
                new Inbound(settings, terms, drafts),
                new Outbox(terms),
                new Subscriptions(settings));
        state = State.AWAIT_OWNERSHIP;
        reading.claiming(true);
        reading.apply(out);
        out.claim(terms.clientId());
    }

    private void refuse(@Nullable ConnAck answer, CloseReason reason, Output out) {
        if (answer != null) {
            out.send(answer);
        }
        end(reason, out);
    }

    private @Nullable Fault dispatch(MqttPacket packet, Open at, long nowNanos, Output out) {
        return switch (packet.type()) {
            case PUBLISH -> at.inbound().onPublish((Publish) packet, nowNanos, wallMillis(nowNanos), out);
            case PUBACK, PUBREC, PUBCOMP -> onAck(packet, at, out);
            case PUBREL -> {
                sendIf(at.inbound().onPubRel((PubRel) packet), at, out);
                yield null;
            }
            case SUBSCRIBE -> {
                sendIf(at.subscriptions().onSubscribe((Subscribe) packet, at.terms(), out), at, out);
                yield null;
            }
            case UNSUBSCRIBE -> {
                onUnsubscribe((Unsubscribe) packet, at, out);
                yield null;
            }
            case PINGREQ -> {
                out.send(PingResp.INSTANCE);
                yield null;
            }
            case DISCONNECT -> onDisconnect((Disconnect) packet, at, out);
            default -> new Fault(ReasonCode.PROTOCOL_ERROR, "packet type"); // AUTH without a method, E-9.
        };
    }

    private @Nullable Fault onAck(MqttPacket packet, Open at, Output out) {
        Inflight inflight = at.outbox().inflight();
        Fault fault = WindowRules.onAck(packet, inflight);
        if (fault == null && packet instanceof PubRec received) {
            sendIf(WindowRules.answer(received, inflight, at.terms()), at, out);
        }
        return fault;
    }

    private void onUnsubscribe(Unsubscribe packet, Open at, Output out) {
        MqttPacket answer = at.subscriptions().onUnsubscribe(packet, out);
        at.outbox().dropIf(subscription -> !at.subscriptions().has(subscription.filter()), out);
        sendIf(answer, at, out);
    }

    /** W-1, W-2: only a plain DISCONNECT removes the will. */
    private @Nullable Fault onDisconnect(Disconnect packet, Open at, Output out) {
        long expiry = packet.properties().number(Property.SESSION_EXPIRY_INTERVAL, 0);
        if (expiry != 0 && at.terms().sessionExpiry() == 0) {
            return new Fault(ReasonCode.PROTOCOL_ERROR, "session expiry interval"); // S-5
        }
        if (packet.reason() == ReasonCode.SUCCESS) {
            will = null;
        }
        end(CloseReason.CLIENT_DISCONNECT, out);
        return null;
    }

    /** After every input: acknowledgements leave, freed slots are used, reading pauses or goes on. */
    private void balance(Open at, long nowNanos, Output out) {
        if (state != State.OPEN) {
            return;
        }
        for (MqttPacket ack = at.inbound().nextAck();
                ack != null;
                ack = at.inbound().nextAck()) {
            sendIf(ack, at, out);
        }
        at.outbox().pump(wallMillis(nowNanos), out);
        if (!at.terms().v5()) {
            reading.acksOwed(at.inbound().unanswered(), settings.receiveMaximum());
        }
        reading.subscriptionsOwed(at.subscriptions().unanswered() > settings.subscriptions());
        if (reading.isAboutToResume()) {
            touch(at, nowNanos); // K-2: the silence was ours.
        }
        reading.apply(out);
    }

    private void touch(Open at, long nowNanos) {
        long keepAlive = at.terms().keepAliveNanos();
        deadlineNanos = keepAlive == 0 ? NEVER : nowNanos + keepAlive;
    }

    private void sendIf(@Nullable MqttPacket packet, Open at, Output out) {
        if (packet == null || state != State.OPEN) {
            return;
        }
        MqttPacket trimmed = at.terms().trimmed(packet);
        if (trimmed == null) {
            fail(new Fault(ReasonCode.PACKET_TOO_LARGE, "maximum packet size"), out);
        } else {
            out.send(trimmed);
        }
    }

    /** Tells an MQTT 5 client why, then ends. Before a successful CONNACK nothing is told. */
    private void fail(Fault fault, Output out) {
        Open at = open;
        if (state == State.OPEN && at != null && at.terms().v5()) {
            MqttPacket last = at.terms().trimmed(fault.disconnect());
            if (last != null) {
                out.send(last);
            }
        }
        end(fault.close(), out);
    }

    /** The only way to {@link State#CLOSED}. A will that was accepted and not taken back is published (W-2). */
    private void end(CloseReason reason, Output out) {
        if (state == State.CLOSED) {
            return;
        }
        boolean accepted = state == State.OPEN;
        state = State.CLOSED;
        EventDraft last = will;
        will = null;
        if (accepted && last != null) {
            out.publish(NO_TOKEN, last);
        }
        out.close(reason);
    }

    private long wallMillis(long nowNanos) {
        return nowNanos / NANOS_PER_MILLI + wallOffsetMillis;
    }
}
