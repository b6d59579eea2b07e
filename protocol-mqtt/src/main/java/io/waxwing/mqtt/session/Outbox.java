package io.waxwing.mqtt.session;

import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.SharedProgress;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Publish;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Events on their way to the client: those waiting and the window of those in flight. An event is sent at once if it
 * can be; else it waits. QoS 0 passes a full window (F-2), unless QoS 1 or 2 of its own topic waits before it (D-7).
 * Nothing is sent twice while a connection lasts. What a durable session had in flight on a former connection goes
 * first, under its own identifiers (D-5).
 *
 * <p>How much may wait is bounded by the shell, which refuses deliveries before they get here.
 */
final class Outbox {
    private final ClientTerms terms;
    private final String publisher;
    private final Inflight inflight;
    private final Keeper keeper;
    private final @Nullable SessionState session;
    private final Redelivery redelivery;
    private final Predicate<Subscription> wanted;
    // QoS 0 that waits only for the socket; always sent before what is in `waiting`.
    private final ArrayDeque<Waiting> loose = new ArrayDeque<>(0);
    // QoS 1 and 2, and QoS 0 behind them on the same topic, in order.
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>(0);
    // Topics in `waiting` with how many of their events are there.
    private final Map<String, Integer> waitingTopics = new HashMap<>();
    private AliasesOut aliases = new AliasesOut(0);
    private boolean held;

    /**
     * An outbox.
     *
     * @param publisher the client's own name as a publisher
     * @param session null if it ends with the connection
     * @param wanted whether a subscription still stands
     */
    Outbox(
            ClientTerms terms,
            String publisher,
            @Nullable SessionState session,
            Keeper keeper,
            Predicate<Subscription> wanted) {
        this.wanted = wanted;
        this.terms = terms;
        this.publisher = publisher;
        this.session = session;
        this.inflight = session == null ? new Inflight(terms.window()) : session.inflight();
        this.keeper = keeper;
        this.redelivery = new Redelivery(terms, inflight, keeper);
    }

    private record Waiting(Delivery delivery, List<Subscription> matched, int qos) {}

    void aliases(int maximum) {
        aliases = new AliasesOut(maximum);
    }

    Inflight inflight() {
        return inflight;
    }

    Redelivery redelivery() {
        return redelivery;
    }

    /** While held, everything waits. */
    void hold(boolean hold) {
        held = hold;
    }

    void onDelivery(Delivery delivery, long wallMillis, Output out) {
        List<Subscription> matched = withoutOwn(delivery);
        if (delivery.isShared() && !wanted.test(matched.get(0))) {
            out.released(delivery); // UNSUBSCRIBE has come: the group gives it to another.
            return;
        }
        if (delivery.isLive() && matched.stream().noneMatch(wanted)) {
            out.released(delivery); // It came past the bus' own order.
            return;
        }
        if (matched.isEmpty()) {
            release(delivery, waiting.isEmpty(), out); // No Local [MQTT5-3.8.3-3]
            return;
        }
        Event event = delivery.event();
        if (!terms.access().mayReceive(event.topic())) {
            tell(new Waiting(delivery, matched, 0), SharedProgress.Step.DECLINED, out);
            release(delivery, waiting.isEmpty(), out); // B-10: the grant was taken back since.
            return;
        }
        int qos = Math.min(event.qos(), granted(matched));
        Waiting next = new Waiting(delivery, matched, qos);
        boolean socket = isOpen(out) && redelivery.isDone();
        boolean first = waiting.isEmpty() && loose.isEmpty();
        boolean canPass = qos == 0 && loose.isEmpty() && !waitingTopics.containsKey(event.topic());
        if (socket && (canPass || (first && !inflight.isFull()))) {
            send(next, waiting.isEmpty(), wallMillis, out);
        } else if (PublishMaker.isMomentary(event)) {
            drop(next, waiting.isEmpty(), DropReason.EXPIRED, out);
        } else if (qos == 0 && !waitingTopics.containsKey(event.topic())) {
            loose.add(next);
        } else {
            waiting.add(next);
            waitingTopics.merge(event.topic(), 1, Integer::sum);
        }
    }

    /** Sends what can be sent now: after an ack, when the socket drains, when a hold ends. */
    void pump(long wallMillis, Output out) {
        for (Sent sent : inflight.takeDone()) {
            out.progress(new SharedProgress(
                    Objects.requireNonNull(sent.shared()), sent.reference(), SharedProgress.Step.DONE));
        }
        if (!held) {
            redelivery.pump(wallMillis, out);
        }
        while (isOpen(out) && redelivery.isDone()) {
            Waiting next = loose.peek();
            boolean first = next == null || waiting.isEmpty();
            if (next != null) {
                loose.remove();
            } else {
                next = waiting.peek();
                if (next == null || (next.qos() > 0 && inflight.isFull())) {
                    return;
                }
                waiting.remove();
                forgetTopic(next);
            }
            send(next, first, wallMillis, out);
        }
    }

    private boolean isOpen(Output out) {
        return !held && out.isWritable() && !keeper.isCrowded();
    }

    /** Drops what waits only because of subscriptions that are no more (B-9). */
    void dropUnwanted(Output out) {
        Predicate<Subscription> gone = wanted.negate();
        dropFrom(loose, gone, out);
        dropFrom(waiting, gone, out).forEach(this::forgetTopic);
    }

    private static List<Waiting> dropFrom(ArrayDeque<Waiting> queue, Predicate<Subscription> gone, Output out) {
        List<Waiting> dropped = new ArrayList<>();
        for (Iterator<Waiting> all = queue.iterator(); all.hasNext(); ) {
            Waiting next = all.next();
            if (next.matched().stream().allMatch(gone)) {
                all.remove();
                dropped.add(next);
                out.released(next.delivery());
            }
        }
        return dropped;
    }

    /** Events that wait. */
    int waiting() {
        return loose.size() + waiting.size();
    }

    /** {@code first}: nothing that came before it waits. */
    private void send(Waiting next, boolean first, long wallMillis, Output out) {
        Event event = next.delivery().event();
        long secondsLeft = PublishMaker.secondsLeft(event, wallMillis);
        if (secondsLeft == 0 && !PublishMaker.isMomentary(event)) {
            drop(next, first, DropReason.EXPIRED, out);
            return;
        }
        Properties properties = properties(next, secondsLeft);
        boolean retain = retain(next);
        // The identifier does not change the size, so it is taken only for what fits (F-3).
        Publish publish = publish(next, retain, next.qos() == 0 ? 0 : 1, properties);
        if (!terms.fits(publish)) {
            drop(next, first, DropReason.TOO_LARGE, out);
            return;
        }
        boolean shared = next.delivery().isShared();
        if (next.qos() == 0) {
            keeper.sendInOrder(aliases.apply(publish, terms), out);
            tell(next, SharedProgress.Step.DONE, out);
        } else {
            int id = inflight.take(next.qos() == 1 ? Inflight.Waiting.PUBACK : Inflight.Waiting.PUBREC);
            if (session != null || shared) {
                inflight.remember(id, sent(next, retain));
            }
            tell(next, next.qos() == 1 ? SharedProgress.Step.SENT : SharedProgress.Step.SENT_FOR_GOOD, out);
            keeper.sendKept(aliases.apply(publish(next, retain, id, properties), terms), next.qos() == 2, out);
        }
        out.delivered(event.payload().size());
        release(next.delivery(), first, out);
    }

    /** Tells the group of an event that came by one how far it is (H-4). */
    private static void tell(Waiting next, SharedProgress.Step step, Output out) {
        if (next.delivery().isShared()) {
            TopicFilter filter = next.matched().get(0).filter();
            out.progress(new SharedProgress(filter, next.delivery().reference(), step));
        }
    }

    /** The session is done with it; a durable one goes on behind it, unless something waits that came before. */
    private void release(Delivery delivery, boolean first, Output out) {
        // A group's place in the order is its own.
        if (session != null && first && !delivery.isShared()) {
            session.passed(delivery.reference());
        }
        out.released(delivery);
    }

    private static Sent sent(Waiting next, boolean retain) {
        boolean withAttributes = false;
        List<Integer> identifiers = new ArrayList<>(0);
        for (Subscription subscription : next.matched()) {
            withAttributes |= options(subscription).withAttributes();
            if (options(subscription).identifier() != 0) {
                identifiers.add(options(subscription).identifier());
            }
        }
        TopicFilter shared = next.delivery().isShared() ? next.matched().get(0).filter() : null;
        return new Sent(next.delivery().reference(), retain, withAttributes, identifiers, shared);
    }

    private static Publish publish(Waiting next, boolean retain, int packetId, Properties properties) {
        Event event = next.delivery().event();
        return new Publish(false, next.qos(), retain, event.topic(), packetId, event.payload(), properties);
    }

    private Properties properties(Waiting next, long secondsLeft) {
        return terms.v5()
                ? PublishMaker.properties(next.delivery().event(), secondsLeft, sent(next, false))
                : Properties.NONE;
    }

    /** R-3 and B-6: RETAIN on retained values, and on live events as published for those who asked. */
    private static boolean retain(Waiting next) {
        if (next.delivery().retained()) {
            return true;
        }
        boolean asPublished = false;
        for (Subscription subscription : next.matched()) {
            asPublished |= options(subscription).retainAsPublished();
        }
        return asPublished && next.delivery().event().attributes().get(Headers.RETAIN) != null;
    }

    private void drop(Waiting next, boolean first, DropReason reason, Output out) {
        boolean another = reason == DropReason.TOO_LARGE && next.delivery().isShared();
        if (!another) {
            out.dropped(reason);
        }
        tell(next, another ? SharedProgress.Step.DECLINED : SharedProgress.Step.DONE, out); // F-3
        release(next.delivery(), first, out);
    }

    private List<Subscription> withoutOwn(Delivery delivery) {
        List<Subscription> matched = delivery.matched();
        if (delivery.isShared() || !publisher.equals(delivery.event().publisher())) {
            return matched;
        }
        List<Subscription> others = new ArrayList<>(matched.size());
        for (Subscription subscription : matched) {
            if (!subscription.noLocal()) {
                others.add(subscription);
            }
        }
        return others;
    }

    private static int granted(List<Subscription> matched) {
        int qos = 0;
        for (int i = 0; i < matched.size(); i++) {
            qos = Math.max(qos, options(matched.get(i)).qos());
        }
        return qos;
    }

    private static SubscriptionOptions options(Subscription subscription) {
        return (SubscriptionOptions) subscription.options();
    }

    private void forgetTopic(Waiting next) {
        waitingTopics.computeIfPresent(
                next.delivery().event().topic(), (topic, count) -> count == 1 ? null : count - 1);
    }
}
