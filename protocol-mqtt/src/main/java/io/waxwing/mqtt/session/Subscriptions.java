package io.waxwing.mqtt.session;

import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.Properties;
import io.waxwing.mqtt.packet.Property;
import io.waxwing.mqtt.packet.ReasonCode;
import io.waxwing.mqtt.packet.SubAck;
import io.waxwing.mqtt.packet.Subscribe;
import io.waxwing.mqtt.packet.UnsubAck;
import io.waxwing.mqtt.packet.Unsubscribe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The filters of one session and the SUBSCRIBE and UNSUBSCRIBE packets whose entries the bus has not all answered. */
final class Subscriptions {
    private final SessionSettings settings;
    private final @Nullable SessionState session;
    private final Set<String> filters;
    private final Map<Long, Slot> waiting = new HashMap<>();
    private long lastToken;
    private int partlyAnswered;

    /** {@code session} is null if it ends with the connection. */
    Subscriptions(SessionSettings settings, @Nullable SessionState session) {
        this.settings = settings;
        this.session = session;
        this.filters =
                session == null ? new HashSet<>() : new HashSet<>(session.kept().keySet());
    }

    /** One packet with one code per entry, some still to come. */
    private static final class Pending {
        final int packetId;
        final boolean subscribe;
        final @Nullable ReasonCode[] reasons;
        int open;
        boolean started;

        Pending(int packetId, boolean subscribe, int entries) {
            this.packetId = packetId;
            this.subscribe = subscribe;
            this.reasons = new @Nullable ReasonCode[entries];
        }
    }

    /** {@code filter} is null for UNSUBSCRIBE. */
    private record Slot(
            Pending pending, int entry, @Nullable TopicFilter filter) {}

    /** While true, deliveries wait, so that an acknowledgement leaves before the first event it allows (B-4). */
    boolean holdsDeliveries() {
        return partlyAnswered > 0;
    }

    /** Entries the bus has not answered. */
    int unanswered() {
        return waiting.size();
    }

    boolean has(TopicFilter filter) {
        return filters.contains(filter.toString());
    }

    /** Asks the bus for each entry it can serve; the acknowledgement at once if there is none. */
    @Nullable MqttPacket onSubscribe(Subscribe packet, ClientTerms terms, Output out) {
        Pending pending = new Pending(packet.packetId(), true, packet.entries().size());
        List<Subscription> accepted = new ArrayList<>(packet.entries().size());
        List<Slot> slots = new ArrayList<>(packet.entries().size());
        for (int i = 0; i < packet.entries().size(); i++) {
            Subscribe.Entry entry = packet.entries().get(i);
            ReasonCode refused = refusal(entry.filter(), i, terms);
            if (refused != null) {
                pending.reasons[i] = refused;
                continue;
            }
            accepted.add(subscription(entry, packet.properties(), terms));
            slots.add(new Slot(pending, i, TopicFilter.parseShared(entry.filter())));
            pending.reasons[i] = ReasonCode.granted(entry.qos());
        }
        pending.open = slots.size();
        for (int i = 0; i < slots.size(); i++) {
            waiting.put(++lastToken, slots.get(i));
            keep(accepted.get(i));
            out.subscribe(accepted.get(i), lastToken);
        }
        return pending.open == 0 ? answer(pending) : null;
    }

    /** Asks the bus to remove each filter there is; the acknowledgement at once if there is none. */
    @Nullable MqttPacket onUnsubscribe(Unsubscribe packet, Output out) {
        Pending pending = new Pending(packet.packetId(), false, packet.filters().size());
        List<Slot> slots = new ArrayList<>();
        for (int i = 0; i < packet.filters().size(); i++) {
            boolean existed = filters.remove(packet.filters().get(i));
            pending.reasons[i] = existed ? ReasonCode.SUCCESS : ReasonCode.NO_SUBSCRIPTION_EXISTED;
            if (existed) {
                slots.add(new Slot(pending, i, null));
                forget(packet.filters().get(i));
            }
        }
        pending.open = slots.size();
        for (Slot slot : slots) {
            waiting.put(++lastToken, slot);
            out.unsubscribe(TopicFilter.parseShared(packet.filters().get(slot.entry())), lastToken);
        }
        return pending.open == 0 ? answer(pending) : null;
    }

    private void keep(Subscription subscription) {
        if (session != null) {
            KeptSubscription before = session.kept().get(subscription.filter().toString());
            long since = before == null ? KeptSubscription.ASKED : before.since();
            session.subscribed(new KeptSubscription(subscription, since));
        }
    }

    private void forget(String filter) {
        if (session != null) {
            session.unsubscribed(filter);
        }
    }

    /**
     * One entry is done; the acknowledgement if it was the last.
     *
     * @param since delivery position from which the subscription holds; of no meaning for UNSUBSCRIBE
     */
    @Nullable MqttPacket onAnswer(long token, long since) {
        Slot slot = waiting.remove(token);
        if (slot == null) {
            return null;
        }
        if (session != null && slot.filter() != null) {
            session.inForce(slot.filter(), since);
        }
        Pending pending = slot.pending();
        if (pending.subscribe && !pending.started) {
            pending.started = true;
            partlyAnswered++;
        }
        if (--pending.open > 0) {
            return null;
        }
        partlyAnswered -= pending.started ? 1 : 0;
        return answer(pending);
    }

    private @Nullable ReasonCode refusal(String filter, int entry, ClientTerms terms) {
        if (entry >= settings.filtersPerSubscribe()) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        if (filters.size() >= settings.subscriptions() && !filters.contains(filter)) {
            return ReasonCode.QUOTA_EXCEEDED;
        }
        try {
            TopicFilter parsed = TopicFilter.parseShared(filter);
            if (PublishQuota.checkLevels(parsed.plain(), settings.limits(), FailureCode.TOPIC_FILTER) != null) {
                return ReasonCode.TOPIC_FILTER_INVALID;
            }
            if (!terms.access().maySubscribe(parsed.isShared() ? TopicFilter.parse(parsed.plain()) : parsed)) {
                return ReasonCode.NOT_AUTHORIZED; // B-10: not narrowed silently.
            }
            filters.add(parsed.toString());
            return null;
        } catch (RefusedException tooLong) {
            return ReasonCode.TOPIC_FILTER_INVALID; // Well-formed, the codec saw to that; over our limits.
        }
    }

    private static Subscription subscription(Subscribe.Entry entry, Properties properties, ClientTerms terms) {
        Subscription.RetainedValues retained = switch (entry.retainHandling()) {
            case 0 -> Subscription.RetainedValues.SEND;
            case 1 -> Subscription.RetainedValues.SEND_IF_NEW;
            default -> Subscription.RetainedValues.DO_NOT_SEND;
        };
        TopicFilter filter = TopicFilter.parseShared(entry.filter());
        if (filter.isShared()) {
            retained = Subscription.RetainedValues.DO_NOT_SEND; // H-6
        }
        boolean withAttributes = terms.withAttributes() || "1".equals(properties.userProperty(Headers.WANT_ATTRIBUTES));
        int identifier = (int) properties.number(Property.SUBSCRIPTION_IDENTIFIER, 0);
        return new Subscription(
                filter,
                retained,
                entry.noLocal(),
                new SubscriptionOptions(entry.qos(), entry.retainAsPublished(), identifier, withAttributes));
    }

    private static MqttPacket answer(Pending pending) {
        List<ReasonCode> reasons = new ArrayList<>();
        for (ReasonCode reason : Arrays.asList(pending.reasons)) {
            reasons.add(reason == null ? ReasonCode.UNSPECIFIED_ERROR : reason);
        }
        return pending.subscribe
                ? new SubAck(pending.packetId, reasons, Properties.NONE)
                : new UnsubAck(pending.packetId, reasons, Properties.NONE);
    }
}
