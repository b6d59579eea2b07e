package io.waxwing.mqtt.session;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.mqtt.packet.Connect;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.PingResp;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Property;
import io.waxwing.mqtt.packet.PubComp;
import io.waxwing.mqtt.packet.PubRec;
import io.waxwing.mqtt.packet.PubRel;
import io.waxwing.mqtt.packet.Publish;
import io.waxwing.mqtt.packet.ReasonCode;
import io.waxwing.mqtt.packet.Subscribe;
import io.waxwing.mqtt.packet.Unsubscribe;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Packets of an accepted connection in both directions. Three parts know nothing of each other: {@link Inbound} (events
 * from the client and their acknowledgements), {@link Outbox} (events to the client and their window),
 * {@link Subscriptions}. What is to leave only after the session's state is written goes by the {@link Keeper}.
 *
 * <p>Methods answer with the fault that must end the connection, null if there is none.
 */
final class Traffic {
    private final SessionSettings settings;
    private final ClientTerms terms;
    private final DraftMaker drafts;
    private final Keeper keeper;
    private final @Nullable SessionState session;
    private int aliasesOut;
    // Each is made when it is needed first: many clients only publish, or only listen, or do nothing for long.
    private @Nullable Inbound inbound;
    private @Nullable Outbox outbox;
    private @Nullable Subscriptions subscriptions;
    private @Nullable Fault tooLarge;

    /** {@code session} is null if it ends with the connection. */
    Traffic(SessionSettings settings, ClientTerms terms, DraftMaker drafts, @Nullable SessionState session) {
        this.settings = settings;
        this.terms = terms;
        this.session = session;
        this.drafts = drafts;
        keeper = Keeper.of(session);
    }

    private Inbound inbound() {
        Inbound made = inbound;
        if (made == null) {
            made = new Inbound(settings, terms, drafts, session);
            inbound = made;
        }
        return made;
    }

    private Subscriptions subscriptions() {
        Subscriptions made = subscriptions;
        if (made == null) {
            made = new Subscriptions(settings, session);
            subscriptions = made;
        }
        return made;
    }

    private Outbox outbox() {
        Outbox made = outbox;
        if (made == null) {
            made = new Outbox(
                    terms,
                    drafts.publisher(),
                    session,
                    keeper,
                    subscription -> subscriptions().has(subscription.filter()));
            made.aliases(aliasesOut);
            outbox = made;
        }
        return made;
    }

    /** The aliases that the client allows. */
    void aliases(Connect connect) {
        long wanted = connect.properties().number(Property.TOPIC_ALIAS_MAXIMUM, 0);
        aliasesOut = (int) Math.min(wanted, settings.limits().aliasesOut());
    }

    ClientTerms terms() {
        return terms;
    }

    @Nullable SessionState session() {
        return session;
    }

    Keeper keeper() {
        return keeper;
    }

    /** CONNACK has left: deliveries may come, and wait for what was in flight. */
    void begin(Output out) {
        if (session != null) {
            out.attend(session);
            if (!session.inflight().sent().isEmpty()) {
                outbox().redelivery().begin(out);
            }
        }
    }

    void onFound(List<@Nullable Event> events) {
        outbox().redelivery().onFound(events);
    }

    /** A packet; not CONNECT, DISCONNECT. */
    @Nullable Fault onPacket(MqttPacket packet, long nowNanos, long wallMillis, Output out) {
        return switch (packet.type()) {
            case PUBLISH -> inbound().onPublish((Publish) packet, nowNanos, wallMillis, out);
            case PUBACK, PUBREC, PUBCOMP -> onAck(packet, out);
            case PUBREL -> onPubRel((PubRel) packet, out);
            case SUBSCRIBE -> {
                sendKept(subscriptions().onSubscribe((Subscribe) packet, terms, out), out);
                yield null;
            }
            case UNSUBSCRIBE -> {
                MqttPacket answer = subscriptions().onUnsubscribe((Unsubscribe) packet, out);
                if (outbox != null) {
                    outbox.dropUnwanted(out);
                }
                sendKept(answer, out);
                yield null;
            }
            case PINGREQ -> {
                out.send(PingResp.INSTANCE);
                yield null;
            }
            default -> new Fault(ReasonCode.PROTOCOL_ERROR, "packet type"); // AUTH without a method, E-9.
        };
    }

    private @Nullable Fault onAck(MqttPacket packet, Output out) {
        Inflight inflight = outbox().inflight();
        Fault fault = WindowRules.onAck(packet, inflight);
        keeper.changed();
        if (fault == null && packet instanceof PubRec received) {
            sendKept(WindowRules.answer(received, inflight, terms), out);
        }
        return fault;
    }

    private @Nullable Fault onPubRel(PubRel packet, Output out) {
        int id = packet.packetId();
        if (session != null && inbound().isUnanswered(id)) {
            return new Fault(ReasonCode.PROTOCOL_ERROR, "PUBREL before PUBREC");
        }
        boolean known = inbound().onPubRel(id);
        PubComp answer = inbound().answer(id, known);
        if (known) {
            sendKept(answer, out);
        } else {
            send(answer, out);
        }
        return null;
    }

    void onAcknowledged(long token, Acknowledgement acknowledgement) {
        inbound().onAcknowledged(token, acknowledgement);
    }

    @Nullable Fault onRefused(long token, Refusal refusal, Output out) {
        return inbound().onRefused(token, refusal, out);
    }

    void onSubscriptionAnswer(long token, long since, Output out) {
        MqttPacket answer = subscriptions().onAnswer(token, since);
        outbox().hold(subscriptions().holdsDeliveries());
        sendKept(answer, out);
    }

    void onDelivery(Delivery delivery, long wallMillis, Output out) {
        outbox().onDelivery(delivery, wallMillis, out);
    }

    /** After every input: acknowledgements leave, freed slots are used, changes are written. */
    @Nullable Fault balance(long wallMillis, ReadGate reading, Output out) {
        Inbound from = inbound;
        for (MqttPacket ack = nextAck(from); ack != null; ack = nextAck(from)) {
            sendAck(ack, out);
        }
        if (outbox != null) {
            outbox.pump(wallMillis, out);
        }
        keeper.save(out);
        if (from != null && !terms.v5()) {
            reading.acksOwed(from.unanswered(), settings.receiveMaximum());
        }
        reading.subscriptionsOwed(subscriptions != null && subscriptions.unanswered() > settings.subscriptions());
        return tooLarge;
    }

    private static @Nullable MqttPacket nextAck(@Nullable Inbound from) {
        return from == null ? null : from.nextAck();
    }

    /**
     * A PUBREC that ends its exchange leaves when the mark is gone, since its identifier may be used again at once, and
     * those behind it leave behind it.
     */
    private void sendAck(MqttPacket ack, Output out) {
        if (ack instanceof PubRec received && (received.reason().isError() || keeper.holdsPubRec())) {
            sendKept(ack, out);
        } else {
            send(ack, out);
        }
    }

    /** DISCONNECT may change how long the session outlives it; an interval of 0 stays 0 (S-5). */
    @Nullable Fault onLastExpiry(Properties properties) {
        if (!properties.has(Property.SESSION_EXPIRY_INTERVAL)) {
            return null;
        }
        long expiry = properties.number(Property.SESSION_EXPIRY_INTERVAL, 0);
        if (expiry != 0 && terms.sessionExpiry() == 0) {
            return new Fault(ReasonCode.PROTOCOL_ERROR, "session expiry interval");
        }
        if (session != null) {
            session.expirySeconds(Math.min(expiry, settings.sessionExpirySeconds()));
        }
        return null;
    }

    /** The connection is over. */
    void left() {
        if (inbound != null) {
            inbound.left();
        }
    }

    private void send(MqttPacket packet, Output out) {
        MqttPacket trimmed = trimmed(packet);
        if (trimmed != null) {
            out.send(trimmed);
        }
    }

    /** Sends it once the session's state is on the disk. */
    private void sendKept(@Nullable MqttPacket packet, Output out) {
        MqttPacket trimmed = packet == null ? null : trimmed(packet);
        if (trimmed != null) {
            keeper.sendKept(trimmed, true, out);
        }
    }

    private @Nullable MqttPacket trimmed(MqttPacket packet) {
        MqttPacket trimmed = terms.trimmed(packet);
        if (trimmed == null) {
            tooLarge = new Fault(ReasonCode.PACKET_TOO_LARGE, "maximum packet size");
        }
        return trimmed;
    }
}
