package io.waxwing.stomp.session;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.stomp.frame.Command;
import io.waxwing.stomp.frame.Frame;
import io.waxwing.stomp.frame.StompVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a connection gets: its subscriptions, and events that were sent and not acknowledged. */
final class Consuming {
    /** Headers of brokers that remember subscriptions; taking one for an ordinary one would lose events. */
    private static final List<String> NOT_HERE =
            List.of("durable-subscription-name", "durable-subscriber-name", "activemq.subscriptionName");

    private final SessionSettings settings;
    private final StompVersion version;
    private final Access access;
    private final Map<String, Feed> feeds = new LinkedHashMap<>();
    private final Map<String, Sent> unacked = new HashMap<>();
    private long messages;

    Consuming(SessionSettings settings, StompVersion version, Access access) {
        this.settings = settings;
        this.version = version;
        this.access = access;
    }

    /** @throws RefusedException with the reason */
    void subscribe(Frame frame, Receipts.@Nullable Owed owed, Output out) {
        String id = frame.header(Frame.ID);
        if (id == null && version.atLeast(StompVersion.V1_1)) {
            throw new RefusedException(FailureCode.PARAMETER, "header id is missing");
        }
        Destination destination = Destination.of(frame.header(Frame.DESTINATION));
        for (String name : NOT_HERE) {
            if (frame.header(name) != null) {
                throw new RefusedException(FailureCode.PARAMETER, name + ": this node does not have that yet");
            }
        }
        String key = key(id, frame);
        if (feeds.containsKey(key)) {
            throw new RefusedException(FailureCode.PARAMETER, "this connection has a subscription of that id");
        }
        if (feeds.size() >= settings.subscriptions()) {
            throw new RefusedException(
                    FailureCode.SUBSCRIPTION_LIMIT,
                    "limit " + settings.subscriptions() + " for one connection (stomp.maxSubscriptions)");
        }
        TopicFilter filter = TopicFilter.parse(destination.name());
        String words = frame.header("selector");
        Cesql selector = words == null ? null : Cesql.parse(words);
        AckMode mode = AckMode.of(frame.header(Frame.ACK), version);
        StartFrom start = StartWords.read(frame.header(StartWords.HEADER), filter);
        int events = mode == AckMode.AUTO ? settings.queueEvents() : prefetch(frame.header("prefetch-count"));
        if (!access.maySubscribe(filter)) {
            throw new RefusedException(
                    FailureCode.NOT_GRANTED, "no grant lets this client read all that the subscription matches");
        }
        Feed feed = new Feed(id, destination, filter, mode, events, settings.queueBytes());
        feed.asked(owed, frame.header(Frame.RECEIPT));
        feed.selects(selector);
        feeds.put(key, feed);
        out.attach(feed, start);
    }

    private int prefetch(@Nullable String asked) {
        if (asked == null) {
            return settings.prefetch();
        }
        boolean number =
                !asked.isEmpty() && asked.length() <= 9 && asked.chars().allMatch(c -> c >= '0' && c <= '9');
        int count = number ? Integer.parseInt(asked) : 0;
        if (count < 1 || count > settings.maxPrefetch()) {
            throw new RefusedException(FailureCode.PARAMETER, "prefetch-count: want 1 to " + settings.maxPrefetch());
        }
        return count;
    }

    /** A subscription is known by its id; in 1.0 without one, by its destination (S2). */
    private String key(@Nullable String id, Frame frame) {
        return id == null ? "d" + frame.header(Frame.DESTINATION) : "i" + id;
    }

    /** After it nothing of the subscription is sent (S5). @throws RefusedException WXW-1302 if there is none */
    void unsubscribe(Frame frame, Output out) {
        Feed feed = feeds.remove(key(frame.header(Frame.ID), frame));
        if (feed == null) {
            throw new RefusedException(FailureCode.PARAMETER, "this connection has no such subscription");
        }
        end(feed, out);
    }

    private void end(Feed feed, Output out) {
        feed.close();
        feed.unacked().forEach(sent -> unacked.remove(sent.messageId()));
        out.detach(feed);
    }

    /** The client wants nothing more. */
    void endAll(Output out) {
        feeds.values().forEach(feed -> end(feed, out));
        feeds.clear();
    }

    void onDelivery(Feed feed, Delivery delivery, long wallMillis, Output out) {
        if (feed.isClosed()) {
            return;
        }
        if (MessageMaker.isExpired(delivery.event(), wallMillis)) {
            out.dropped(DropReason.EXPIRED);
            out.released(feed, Feed.sizeBytes(delivery));
            return;
        }
        if (!feed.selects(delivery)) {
            out.released(feed, Feed.sizeBytes(delivery));
            return;
        }
        feed.arrived(delivery);
        send(feed, out);
    }

    /** The bus had more than the window takes. */
    void onStarved(Feed feed, int sizeBytes, Output out) {
        if (!feed.isClosed()) {
            feed.starved(sizeBytes);
            feed(feed, out);
        }
    }

    private void feed(Feed feed, Output out) {
        if (feed.endsHunger()) {
            out.resume(feed);
        }
    }

    /** The socket takes more. */
    void sendAll(Output out) {
        feeds.values().forEach(feed -> send(feed, out));
    }

    private void send(Feed feed, Output out) {
        while (out.isWritable()) {
            Sent next = feed.next();
            if (next == null) {
                break;
            }
            if (!access.mayReceive(next.delivery().event().topic())) {
                out.dropped(DropReason.NOT_GRANTED);
                done(next, out);
                continue;
            }
            next.sentAs(name(next.delivery().event().eventId()));
            out.send(MessageMaker.message(next, version));
            out.delivered();
            if (feed.mode() == AckMode.AUTO) {
                done(next, out);
            } else {
                feed.unacked(next);
                unacked.put(next.messageId(), next);
            }
        }
        feed(feed, out);
    }

    /** Unique on this connection, and telling which event it is (S6). */
    private String name(@Nullable EventId eventId) {
        messages++;
        return eventId == null ? Long.toString(messages) : messages + "-" + eventId;
    }

    /** The event that an ACK or NACK is about. @throws RefusedException WXW-1302 if it is not waiting for one (A1) */
    Transactions.Answered answer(Frame frame) {
        boolean taken = frame.command() == Command.ACK;
        if (!taken && version == StompVersion.V1_0) {
            throw new RefusedException(FailureCode.PROTOCOL, "STOMP 1.0 has no NACK");
        }
        String header = version == StompVersion.V1_2 ? Frame.ID : Frame.MESSAGE_ID;
        String messageId = frame.header(header);
        if (messageId == null) {
            throw new RefusedException(FailureCode.PARAMETER, "header " + header + " is missing");
        }
        Sent sent = unacked.get(messageId);
        if (sent == null || sent.transaction() != null) {
            throw new RefusedException(FailureCode.PARAMETER, header + ": no message of that id waits for an answer");
        }
        if (version == StompVersion.V1_1) {
            String subscription = frame.header(Frame.SUBSCRIPTION);
            if (subscription == null || !subscription.equals(sent.feed().id())) {
                throw new RefusedException(FailureCode.PARAMETER, "subscription: it is not that of the message");
            }
        }
        return new Transactions.Answered(sent, taken, !"false".equals(frame.header("requeue")));
    }

    /** Does what was answered; what has gone in the meantime is passed over. */
    void apply(Transactions.Answered answer, Output out) {
        Sent about = answer.sent();
        Feed feed = about.feed();
        if (unacked.get(about.messageId()) != about) {
            return;
        }
        for (Sent sent : new ArrayList<>(feed.meantBy(about))) {
            unacked.remove(sent.messageId());
            if (!answer.taken() && answer.again() && sent.times() < settings.maxDeliver()) {
                feed.again(sent);
                continue;
            }
            if (!answer.taken()) {
                out.dropped(DropReason.NOT_ACKNOWLEDGED);
            }
            done(sent, out);
        }
        send(feed, out);
    }

    private static void done(Sent sent, Output out) {
        sent.feed().forget(sent);
        out.released(sent.feed(), Feed.sizeBytes(sent.delivery()));
    }
}
