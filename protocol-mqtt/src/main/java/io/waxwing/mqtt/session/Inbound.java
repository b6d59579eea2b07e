package io.waxwing.mqtt.session;

import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.event.SessionMark;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.Topic;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.PubAck;
import io.waxwing.mqtt.packet.PubComp;
import io.waxwing.mqtt.packet.PubRec;
import io.waxwing.mqtt.packet.Publish;
import io.waxwing.mqtt.packet.ReasonCode;
import java.util.BitSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Events from the client: PUBLISH to the bus, the bus' answers to PUBACK and PUBREC in the order of the PUBLISH
 * packets, PUBREL to PUBCOMP (requirements P-3 to P-10, P-14, P-15).
 */
final class Inbound {
    private final SessionSettings settings;
    private final ClientTerms terms;
    private final DraftMaker drafts;
    private final TopicAliases aliases;
    private final PublishQuota quota;
    private final AckQueue acks = new AckQueue();
    private final @Nullable SessionState session;
    // QoS 2 identifiers from their PUBLISH until PUBREL, or until a PUBREC of 0x80 and above. At most 65,535.
    private final BitSet unreleased;
    // Those of them that came on this connection count against the receive maximum (P-10).
    private final BitSet counted = new BitSet(0);
    private int unreleasedCount;
    // The last topic found good: most publishers repeat theirs.
    private String lastTopic = "";

    /** {@code session} is null if it ends with the connection. */
    Inbound(SessionSettings settings, ClientTerms terms, DraftMaker drafts, @Nullable SessionState session) {
        this.session = session;
        this.unreleased = session == null ? new BitSet() : session.unreleased();
        this.settings = settings;
        this.terms = terms;
        this.drafts = drafts;
        this.aliases = new TopicAliases(settings.limits().topicAliasMaximum());
        this.quota = new PublishQuota(settings.limits(), terms.v5());
    }

    /** PUBLISH packets that the bus has not answered. */
    int unanswered() {
        return acks.size();
    }

    /**
     * Takes a PUBLISH; the fault if it must end the connection. The answer is {@link Fault#BUS_FULL} if the bus has no
     * room.
     */
    @Nullable Fault onPublish(Publish sent, long nowNanos, long wallMillis, Output out) {
        Fault alias = aliases.check(sent);
        if (alias != null) {
            return alias;
        }
        Publish packet = aliases.resolve(sent);
        if (packet.qos() == 2 && isTaken(packet.packetId())) {
            repeat(packet.packetId());
            return null;
        }
        if (packet.qos() > 0 && exceedsReceiveMaximum(packet)) {
            return new Fault(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED, "receive maximum exceeded");
        }
        out.received(packet.payload().size());
        Refusal refusal = packet.topic().equals(lastTopic) ? null : checkTopic(packet.topic());
        refusal = refusal == null ? quota.refusal(packet, terms.access().spending(), nowNanos) : refusal;
        EventDraft draft = null;
        if (refusal == null) {
            try {
                draft = granted(drafts.draft(packet, nowNanos, wallMillis));
            } catch (RefusedException e) {
                refusal = e.refusal();
            }
        }
        if (refusal == null) {
            lastTopic = packet.topic();
        }
        if (packet.qos() == 2) {
            begin(packet.packetId());
            draft = draft == null || session == null
                    ? draft
                    : draft.marked(new SessionMark(session.name(), packet.packetId()));
        }
        long token = packet.qos() == 0 ? MqttSession.NO_TOKEN : acks.add(packet.packetId(), packet.qos());
        if (draft == null) {
            return onRefused(token, Objects.requireNonNull(refusal), out);
        }
        boolean taken = out.publish(token, draft);
        long waitNanos = quota.waitNanos(nowNanos);
        if (taken && waitNanos > 0) {
            out.throttle(waitNanos);
        }
        return taken && waitNanos == 0 ? null : Fault.BUS_FULL;
    }

    /** What the event is decides which grant it needs. */
    private EventDraft granted(EventDraft draft) {
        if (!terms.access().mayPublish(draft.topic(), draft.attributes())) {
            throw new RefusedException(
                    FailureCode.NOT_GRANTED, "no grant lets this client publish this event to the topic");
        }
        return draft;
    }

    private @Nullable Refusal checkTopic(String topic) {
        Refusal refusal = Topic.check(topic);
        return refusal == null ? PublishQuota.checkLevels(topic, settings.limits(), FailureCode.TOPIC_NAME) : refusal;
    }

    /** The bus has the event as safe as was asked for. */
    void onAcknowledged(long token, Acknowledgement acknowledgement) {
        AckQueue.Entry entry = acks.find(token);
        if (entry == null) {
            return; // QoS 0, or answered twice.
        }
        Properties properties = terms.v5() ? properties(acknowledgement) : Properties.NONE;
        acks.answer(
                entry,
                entry.qos == 1
                        ? new PubAck(entry.packetId, ReasonCode.SUCCESS, properties)
                        : new PubRec(entry.packetId, ReasonCode.SUCCESS, properties));
    }

    /** The bus did not take the event. 3.1.1 has no word for that, so the connection ends rather than tell a lie. */
    @Nullable Fault onRefused(long token, Refusal refusal, Output out) {
        out.rejected(refusal.code());
        AckQueue.Entry entry = acks.find(token);
        if (entry == null) {
            return null;
        }
        ReasonCode reason = Refusals.reason(refusal);
        if (!terms.v5()) {
            return new Fault(reason, refusal.code().text(), CloseReason.PUBLISH_REFUSED);
        }
        Properties properties = quota.properties(refusal);
        if (entry.qos == 2 && unreleased.get(entry.packetId)) {
            unreleased.clear(entry.packetId); // P-5: the exchange is over.
            uncount(entry.packetId);
            if (session != null) {
                session.released(entry.packetId);
            }
        }
        acks.answer(
                entry,
                entry.qos == 1
                        ? new PubAck(entry.packetId, reason, properties)
                        : new PubRec(entry.packetId, reason, properties));
        return null;
    }

    /** The next acknowledgement that may leave, null if there is none. */
    @Nullable MqttPacket nextAck() {
        return acks.poll();
    }

    /** PUBREL frees the identifier; true if it was in use. */
    boolean onPubRel(int id) {
        boolean known = unreleased.get(id);
        if (known) {
            unreleased.clear(id);
            uncount(id);
            if (session != null) {
                session.released(id);
            }
        }
        return known;
    }

    /** The answer to a PUBREL, once its identifier is free for good. */
    PubComp answer(int id, boolean known) {
        return known || !terms.v5()
                ? new PubComp(id)
                : new PubComp(id, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, Properties.NONE);
    }

    /** A PUBREL whose PUBREC has not left comes from a client that does not know what it does. */
    boolean isUnanswered(int id) {
        return acks.holds(id, 2);
    }

    /**
     * The connection is over. Of QoS 2 that the bus has not answered nobody knows now whether it has them: if the
     * client sends them again they are offered again, and the bus tells a repeat by its mark.
     */
    void left() {
        if (session != null) {
            acks.unanswered(2, session.undecided()::set);
        }
    }

    private boolean isTaken(int id) {
        return unreleased.get(id) && !(session != null && session.undecided().get(id));
    }

    private void begin(int id) {
        unreleased.set(id);
        counted.set(id);
        unreleasedCount++;
        if (session != null) {
            session.undecided().clear(id);
        }
    }

    private void uncount(int id) {
        if (counted.get(id)) {
            counted.clear(id);
            unreleasedCount--;
        }
    }

    /** P-4: the same identifier before PUBREL is answered again and not delivered again. */
    private void repeat(int packetId) {
        if (acks.holds(packetId, 2)) {
            return; // Its PUBREC is still to come.
        }
        long token = acks.add(packetId, 2);
        AckQueue.Entry entry = acks.find(token);
        if (entry != null) {
            acks.answer(entry, new PubRec(packetId));
        }
    }

    /** P-10. 3.1.1 has no such maximum: there reading pauses, see {@link MqttSession}. */
    private boolean exceedsReceiveMaximum(Publish packet) {
        if (!terms.v5()) {
            return false;
        }
        boolean counted = packet.dup() && acks.holds(packet.packetId(), packet.qos());
        return !counted && acks.qos1() + unreleasedCount >= settings.receiveMaximum();
    }

    private static Properties properties(Acknowledgement acknowledgement) {
        EventId eventId = acknowledgement.eventId();
        if (eventId == null && !acknowledgement.duplicate()) {
            return Properties.NONE;
        }
        Properties.Builder out = Properties.builder();
        if (eventId != null) {
            out.user(Headers.EVENT_ID, eventId.toString());
        }
        if (acknowledgement.duplicate()) {
            out.user("dup", "1");
        }
        return out.build();
    }
}
