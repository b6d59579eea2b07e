package io.waxwing.mqtt.session;

import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.event.SessionMark;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A session as rows of bytes. Each row begins with the layout's number, {@value #LAYOUT}. Numbers have 8 bytes,
 * big-endian; texts and bytes are preceded by their length.
 *
 * <ul>
 *   <li>{@value #HEAD}: client identifier, session expiry in seconds, Unix ms of its end (Long.MAX_VALUE: connected),
 *       count of subscriptions, and for each: filter, flags, identifier, since. Flags: bits 0-1 QoS, 2 no local, 3
 *       retain as published, 4 with attributes.
 *   <li>{@value #OWNER}: name of the principal whose it is. Not there: its client was not asked who he is.
 *   <li>{@value #FLIGHT}: cursor, count, and for each in the order of sending: packet identifier, what it waits for (1
 *       PUBACK, 2 PUBREC, 3 PUBCOMP; bit 4 retain, bit 5 with attributes, bit 6 shared), reference, count of
 *       subscription identifiers and these, and if it is shared the filter.
 *   <li>{@value #WILL}: flags (bits 0-1 QoS, 2 retain, 3 identified), topic, headers, payload, publisher, delay in
 *       seconds, Unix ms when due. Empty: there is none.
 *   <li>{@link SessionMark#row}: one for each incoming QoS 2 packet that is not released; written by the bus.
 * </ul>
 */
public final class SessionRows {
    static final String HEAD = "head";
    static final String OWNER = "owner";
    static final String FLIGHT = "flight";
    static final String WILL = "will";

    private static final int LAYOUT = 1;
    private static final int QOS = 3;
    private static final int NO_LOCAL = 4;
    private static final int AS_PUBLISHED = 8;
    private static final int WITH_ATTRIBUTES = 16;
    private static final int SENT_RETAIN = 16;
    private static final int SENT_ATTRIBUTES = 32;
    private static final int SENT_SHARED = 64;
    private static final int WILL_RETAIN = 4;
    private static final int WILL_IDENTIFIED = 8;

    private SessionRows() {}

    static byte[] head(SessionState session) {
        RowWriter out = new RowWriter().octet(LAYOUT);
        out.text(session.clientId()).number(session.expirySeconds()).number(session.expiresAtMillis());
        List<KeptSubscription> inForce = new ArrayList<>();
        for (KeptSubscription kept : session.subscriptions()) {
            if (kept.since() != KeptSubscription.ASKED) {
                inForce.add(kept);
            }
        }
        out.number(inForce.size());
        for (KeptSubscription kept : inForce) {
            Subscription subscription = kept.subscription();
            SubscriptionOptions options = (SubscriptionOptions) subscription.options();
            out.text(subscription.filter().toString());
            out.octet(options.qos()
                    | (subscription.noLocal() ? NO_LOCAL : 0)
                    | (options.retainAsPublished() ? AS_PUBLISHED : 0)
                    | (options.withAttributes() ? WITH_ATTRIBUTES : 0));
            out.number(options.identifier()).number(kept.since());
        }
        return out.toBytes();
    }

    static byte[] owner(SessionState session) {
        return new RowWriter().octet(LAYOUT).text(session.owner()).toBytes();
    }

    static byte[] flight(SessionState session) {
        Map<Integer, Sent> sent = session.inflight().sent();
        RowWriter out = new RowWriter().octet(LAYOUT).number(session.cursor()).number(sent.size());
        sent.forEach((id, what) -> {
            out.number(id);
            out.octet(code(session.inflight().waitsFor(id))
                    | (what.retain() ? SENT_RETAIN : 0)
                    | (what.withAttributes() ? SENT_ATTRIBUTES : 0)
                    | (what.shared() != null ? SENT_SHARED : 0));
            out.number(what.reference()).number(what.identifiers().size());
            what.identifiers().forEach(out::number);
            TopicFilter shared = what.shared();
            if (shared != null) {
                out.text(shared.toString());
            }
        });
        return out.toBytes();
    }

    static byte[] will(@Nullable PendingWill will) {
        if (will == null) {
            return new byte[0];
        }
        EventDraft draft = will.draft();
        RowWriter out = new RowWriter().octet(LAYOUT);
        out.octet(draft.qos() | (draft.retain() ? WILL_RETAIN : 0) | (draft.identified() ? WILL_IDENTIFIED : 0));
        out.text(draft.topic())
                .bytes(draft.attributes().encoded())
                .bytes(draft.payload().bytes());
        return out.text(draft.publisher())
                .number(will.delaySeconds())
                .number(will.dueMillis())
                .toBytes();
    }

    /**
     * Reads a session back. Null if the rows have no head: what is left of one that was discarded.
     *
     * @param rows by name
     * @param capacity as in {@link SessionState}
     * @throws RefusedException WXW-2104 if the bytes are not what was written
     */
    public static @Nullable SessionState read(String name, Map<String, byte[]> rows, int capacity) {
        byte[] head = rows.get(HEAD);
        if (head == null) {
            return null;
        }
        RowReader in = reader(head);
        byte[] owner = rows.get(OWNER);
        String whose = owner == null ? "" : reader(owner).text();
        SessionState session = new SessionState(name, whose, in.text(), capacity);
        session.restoreHead(in.number(), in.number());
        for (long left = in.number(); left > 0; left--) {
            session.subscribed(subscription(in));
        }
        byte[] flight = rows.get(FLIGHT);
        if (flight != null) {
            readFlight(reader(flight), session);
        }
        byte[] will = rows.get(WILL);
        if (will != null && will.length > 0) {
            session.will(will(reader(will)));
        }
        rows.keySet().forEach(row -> {
            int id = SessionMark.packetIdOf(row);
            if (id > 0) {
                session.unreleased().set(id);
                // Durable, but nobody knows whether it was as safe as was asked for: a repeat asks the bus again.
                session.undecided().set(id);
            }
        });
        session.asStored();
        return session;
    }

    private static KeptSubscription subscription(RowReader in) {
        TopicFilter filter = TopicFilter.parseShared(in.text());
        int flags = in.octet();
        SubscriptionOptions options = new SubscriptionOptions(
                flags & QOS, (flags & AS_PUBLISHED) != 0, (int) in.number(), (flags & WITH_ATTRIBUTES) != 0);
        Subscription subscription =
                new Subscription(filter, Subscription.RetainedValues.DO_NOT_SEND, (flags & NO_LOCAL) != 0, options);
        return new KeptSubscription(subscription, in.number());
    }

    private static void readFlight(RowReader in, SessionState session) {
        session.restoreCursor(in.number());
        for (long left = in.number(); left > 0; left--) {
            int id = (int) in.number();
            int flags = in.octet();
            long reference = in.number();
            List<Integer> identifiers = new ArrayList<>();
            for (long more = in.number(); more > 0; more--) {
                identifiers.add((int) in.number());
            }
            TopicFilter shared = (flags & SENT_SHARED) == 0 ? null : TopicFilter.parseShared(in.text());
            Sent sent = new Sent(
                    reference, (flags & SENT_RETAIN) != 0, (flags & SENT_ATTRIBUTES) != 0, identifiers, shared);
            session.inflight().restore(id, waiting(flags & QOS), sent);
        }
    }

    private static PendingWill will(RowReader in) {
        int flags = in.octet();
        EventDraft draft = new EventDraft(
                in.text(),
                Attributes.decode(in.bytes()),
                Payload.of(in.bytes()),
                flags & QOS,
                (flags & WILL_RETAIN) != 0,
                (flags & WILL_IDENTIFIED) != 0,
                null,
                in.text(),
                0);
        return new PendingWill(draft, in.number(), in.number());
    }

    private static RowReader reader(byte[] row) {
        RowReader in = new RowReader(row);
        int layout = in.octet();
        if (layout != LAYOUT) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, "a session's row has layout " + layout);
        }
        return in;
    }

    private static int code(Inflight.Waiting waiting) {
        return switch (waiting) {
            case NOTHING -> 0;
            case PUBACK -> 1;
            case PUBREC -> 2;
            case PUBCOMP -> 3;
        };
    }

    private static Inflight.Waiting waiting(int code) {
        return switch (code) {
            case 1 -> Inflight.Waiting.PUBACK;
            case 2 -> Inflight.Waiting.PUBREC;
            case 3 -> Inflight.Waiting.PUBCOMP;
            default -> throw new RefusedException(FailureCode.DATA_DAMAGED, "a session's row has state " + code);
        };
    }
}
