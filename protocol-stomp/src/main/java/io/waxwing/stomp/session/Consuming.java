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
import io.waxwing.stomp.queue.Queues;
import io.waxwing.stomp.queue.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a connection gets: its subscriptions, and events that were sent and not acknowledged. */
final class Consuming {
    /** Words of other brokers for one thing; the first is ours. */
    private static final List<String> DURABLE =
            List.of("durable-subscription-name", "durable-subscriber-name", "activemq.subscriptionName");

    private static final String QUEUE = "/queue/";
    private static final String SELECTOR = "selector";

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
        String key = key(id, frame);
        if (feeds.containsKey(key)) {
            throw new RefusedException(FailureCode.PARAMETER, "this connection has a subscription of that id");
        }
        if (feeds.size() >= settings.subscriptions()) {
            throw new RefusedException(
                    FailureCode.SUBSCRIPTION_LIMIT,
                    "limit " + settings.subscriptions() + " for one connection (stomp.maxSubscriptions)");
        }
        Feed feed = feed(id, frame);
        feed.asked(owed, frame.header(Frame.RECEIPT));
        String durable = durable(frame);
        StartFrom start = StartWords.read(frame.header(StartWords.HEADER), feed.filter());
        if (feed.queue() == null && !access.maySubscribe(feed.filter())) {
            throw new RefusedException(
                    FailureCode.NOT_GRANTED, "no grant lets this client read all that the subscription matches");
        }
        String words = frame.header(SELECTOR);
        Cesql selector = words == null ? null : Cesql.parse(words);
        feeds.put(key, feed);
        if (feed.queue() != null) {
            out.lending().consume(feed, null, access);
        } else if (durable != null) {
            feed.consumes(durable);
            out.lending().consume(feed, new Queues.Wish(feed.filter(), selector, start), access);
        } else {
            feed.selects(selector);
            out.attach(feed, start);
        }
    }

    private Feed feed(@Nullable String id, Frame frame) {
        AckMode mode = AckMode.of(frame.header(Frame.ACK), version);
        int events = mode == AckMode.AUTO ? settings.queueEvents() : prefetch(frame.header("prefetch-count"));
        String asked = frame.header(Frame.DESTINATION);
        if (asked != null && asked.startsWith(QUEUE)) {
            requireNone(frame, SELECTOR, StartWords.HEADER);
            requireNone(frame, DURABLE.toArray(new String[0]));
            Destination topics = new Destination("#", true);
            Feed feed = new Feed(id, topics, TopicFilter.parse("#"), mode, events, settings.queueBytes());
            feed.consumes(asked.substring(QUEUE.length()));
            return feed;
        }
        Destination destination = Destination.of(asked);
        TopicFilter filter = TopicFilter.parse(destination.name());
        return new Feed(id, destination, filter, mode, events, settings.queueBytes());
    }

    private static void requireNone(Frame frame, String... headers) {
        for (String header : headers) {
            if (frame.header(header) != null) {
                throw new RefusedException(FailureCode.PARAMETER, header + ": what is at " + QUEUE + " has its own");
            }
        }
    }

    private static @Nullable String durable(Frame frame) {
        return DURABLE.stream()
                .map(frame::header)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
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

    /** Whether the connection has a subscription of that id. */
    boolean has(@Nullable String id) {
        return feeds.containsKey("i" + id);
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
        String durable = durable(frame);
        if (durable != null) {
            out.lending().remove(durable, access);
        }
    }

    private void end(Feed feed, Output out) {
        feed.close();
        feed.unacked().forEach(sent -> unacked.remove(sent.messageId()));
        if (feed.queue() == null) {
            out.detach(feed);
            return;
        }
        Lending lending = out.lending();
        feed.unacked().forEach(sent -> lending.settled(feed, sent.delivery(), Verdict.AGAIN));
        for (Sent unsent = feed.next(); unsent != null; unsent = feed.next()) {
            lending.settled(feed, unsent.delivery(), Verdict.UNUSED);
        }
        lending.detach(feed);
    }

    /** The client wants nothing more. */
    void endAll(Output out) {
        feeds.values().forEach(feed -> end(feed, out));
        feeds.clear();
    }

    /** {@code earlier}: how often it was sent before. */
    void onDelivery(Feed feed, Delivery delivery, int earlier, long wallMillis, Output out) {
        if (feed.isClosed()) {
            settled(feed, delivery, Verdict.UNUSED, out);
        } else if (MessageMaker.isExpired(delivery.event(), wallMillis)) {
            out.dropped(DropReason.EXPIRED);
            settled(feed, delivery, Verdict.DONE, out);
        } else if (!feed.selects(delivery)) {
            settled(feed, delivery, Verdict.DONE, out);
        } else {
            feed.arrived(delivery, earlier);
            send(feed, out);
        }
    }

    /** It takes no place of the window any more. */
    private static void settled(Feed feed, Delivery delivery, Verdict verdict, Output out) {
        if (feed.queue() == null) {
            out.released(feed, Feed.sizeBytes(delivery));
        } else {
            out.lending().settled(feed, delivery, verdict);
            out.lending().released(feed, Feed.sizeBytes(delivery));
        }
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
                done(next, Verdict.DONE, out);
                continue;
            }
            next.sentAs(name(next.delivery().event().eventId()));
            out.send(MessageMaker.message(next, version));
            out.delivered();
            if (feed.mode() == AckMode.AUTO) {
                done(next, Verdict.DONE, out);
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
            if (answer.taken()) {
                done(sent, Verdict.DONE, out);
            } else if (feed.queue() != null) {
                done(sent, answer.again() ? Verdict.AGAIN : Verdict.NEVER, out);
            } else if (answer.again() && sent.times() < settings.maxDeliver()) {
                feed.again(sent);
            } else {
                out.dropped(DropReason.NOT_ACKNOWLEDGED);
                done(sent, Verdict.NEVER, out);
            }
        }
        send(feed, out);
    }

    private static void done(Sent sent, Verdict verdict, Output out) {
        sent.feed().forget(sent);
        settled(sent.feed(), sent.delivery(), verdict, out);
    }
}
