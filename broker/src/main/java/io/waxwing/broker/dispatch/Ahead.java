package io.waxwing.broker.dispatch;

import io.waxwing.broker.dispatch.LedgerOrder.Chunk;
import io.waxwing.broker.dispatch.LedgerOrder.Item;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.Gap;
import io.waxwing.bus.delivery.SharedProgress;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How far a subscriber that passes gaps is ahead of the order of delivery, which waits for missing payloads. While it
 * is, it is given what is ordered behind them from the ledger's order; when delivery goes on, what it was given is left
 * out and what it was not is late. Core thread.
 */
final class Ahead implements Subscriber, Attachment {
    /** Read at once. */
    private static final int CHUNK_ITEMS = 128;
    /** Gaps that it is told of at a time; with more it waits like others. */
    private static final int MOST_GAPS = 4096;

    private final Subscriber subscriber;
    private final PastGaps gaps;
    private final AttachedSubscriber of;
    // Null: not ahead.
    private @Nullable LedgerPlace place;
    // Batches in whose place it was given gaps, and their heights.
    private final Map<Long, Long> told = new TreeMap<>();
    // Batches that delivery got over while it may have been away.
    private final Deque<Map.Entry<Long, Long>> owed = new ArrayDeque<>();
    private final Deque<Item> late = new ArrayDeque<>();
    private boolean fromNow;
    private boolean reading;
    private boolean full;
    private boolean held;
    private boolean ended;
    private boolean stopped;
    private long news;

    Ahead(Subscriber subscriber, StartFrom start, Dispatcher dispatcher, PastGaps gaps) {
        this.subscriber = subscriber;
        this.gaps = gaps;
        this.fromNow = start instanceof StartFrom.Next;
        this.of = new AttachedSubscriber(this, start, dispatcher);
    }

    @Override
    public void subscribe(Subscription subscription, long token) {
        of.subscribe(subscription, token);
    }

    @Override
    public void unsubscribe(TopicFilter filter, long token) {
        of.unsubscribe(filter, token);
    }

    @Override
    public void progress(List<SharedProgress> steps) {
        of.progress(steps);
    }

    @Override
    public void resume() {
        gaps.command(() -> {
            full = false;
            gaps.changed();
        });
        of.resume();
    }

    @Override
    public void detach() {
        gaps.command(this::end);
        of.detach();
    }

    @Override
    public void onSubscribed(long token) {
        subscriber.onSubscribed(token);
    }

    @Override
    public void onSubscribed(long token, long since) {
        if (!ended) {
            gaps.add(this);
        }
        if (fromNow && place == null) {
            place = gaps.now();
        }
        fromNow = false;
        subscriber.onSubscribed(token, since);
    }

    @Override
    public void onUnsubscribed(long token, boolean existed) {
        subscriber.onUnsubscribed(token, existed);
    }

    @Override
    public int sharedWindow() {
        return subscriber.sharedWindow();
    }

    @Override
    public void onTurnEnd() {
        subscriber.onTurnEnd();
    }

    @Override
    public void onRefused(Refusal refusal) {
        end();
        subscriber.onRefused(refusal);
    }

    private void end() {
        ended = true;
        late.clear();
        owed.clear();
        gaps.remove(this);
    }

    /** Off the core thread, before anything is offered: the position to begin at. */
    long resolve(TopicFilter filter, StartFrom start) {
        PastGaps.Start found = gaps.resolve(filter, start);
        PastGaps.Found from = found.behind();
        if (from != null) {
            gaps.command(() -> beginBehind(from, start instanceof StartFrom.After));
        }
        return found.position();
    }

    /** {@code event}: the last it was given, so that its batch was none of the gaps. */
    private void beginBehind(PastGaps.Found from, boolean event) {
        LedgerPlace at = from.at();
        place = at;
        told.putAll(gaps.rows().openBefore(at.leafIndex()));
        Map<Long, Long> closed = gaps.rows().closedBefore(at.leafIndex(), at.height());
        if (event) {
            told.remove(from.batchLeafIndex());
            closed.remove(from.batchLeafIndex());
        }
        owed.addAll(closed.entrySet());
        gaps.changed();
    }

    @Override
    public boolean offer(Delivery delivery) {
        Event event = delivery.event();
        boolean beside = delivery.retained() || delivery.isShared();
        if (!beside && owes()) {
            // First what it may have missed: who comes back once more is not asked about that again.
            held = true;
            return false;
        }
        if (place == null || beside || event.eventId() == null || event.deliveryClass() != DeliveryClass.ORDERED) {
            return subscriber.offer(delivery);
        }
        PastGaps.Found found = gaps.find(event.eventId());
        if (found == null || found.at().compareTo(place) > 0) {
            place = null;
            told.clear();
            return subscriber.offer(delivery);
        }
        return !told.containsKey(found.batchLeafIndex()) || subscriber.offerLate(delivery);
    }

    /** Those events never come: whoever was given a gap for them is told. */
    void onVoid(long batchLeafIndex) {
        Long height = told.remove(batchLeafIndex);
        if (height != null) {
            owed.add(Map.entry(batchLeafIndex, height));
        }
    }

    /** Gives it what is due and can be read. */
    void advance(PastGaps.Limits limits) {
        if (reading || full || ended) {
            return;
        }
        if (!late.isEmpty()) {
            giveLate();
        } else if (!owed.isEmpty()) {
            readOwed(owed.element());
        } else if (of.isLive() && limits.gapHeight() > limits.height()) {
            readAhead(limits);
        }
    }

    private void readOwed(Map.Entry<Long, Long> batch) {
        reading = true;
        Predicate<@Nullable String> wanted = wanted();
        LedgerPlace upTo = place;
        gaps.read(
                order -> order.late(batch.getValue(), batch.getKey(), wanted),
                items -> {
                    reading = false;
                    if (ended) {
                        return;
                    }
                    owed.remove();
                    items.stream()
                            .filter(item -> upTo == null || item.at().compareTo(upTo) <= 0)
                            .forEach(late::add);
                    giveLate();
                },
                this::failed);
    }

    private void giveLate() {
        for (Item item = late.peek(); item != null; item = late.peek()) {
            if (!give(item, true)) {
                full = true;
                return;
            }
            late.remove();
        }
        gaps.changed();
        if (held && !owes()) {
            held = false;
            of.resume();
        }
    }

    /** There is something that it missed. */
    boolean owes() {
        return !owed.isEmpty() || !late.isEmpty();
    }

    private void readAhead(PastGaps.Limits limits) {
        told.values().removeIf(height -> height <= limits.height());
        LedgerPlace next = LedgerPlace.beginOf(limits.height() + 1);
        LedgerPlace from = place == null || place.compareTo(next) < 0 ? next : place;
        // What it stopped at is looked at again when payloads have come, or enough time has gone by.
        boolean nothingNew = stopped && news == limits.news();
        if (from.height() > limits.ledgerHeight() || nothingNew || told.size() >= MOST_GAPS) {
            return;
        }
        reading = true;
        news = limits.news();
        LedgerOrder.Until until = new LedgerOrder.Until(limits.ledgerHeight(), limits.gapHeight(), CHUNK_ITEMS);
        Predicate<@Nullable String> wanted = wanted();
        gaps.read(order -> order.read(from, until, wanted), this::take, this::failed);
    }

    /** For other threads. What a topic without a known name is called may be anything that is not known. */
    private Predicate<@Nullable String> wanted() {
        List<TopicFilter> filters = of.filters();
        boolean wild = filters.stream().anyMatch(filter -> filter.hasWildcard() || !gaps.isTopic(filter.toString()));
        return topic -> topic == null ? wild : filters.stream().anyMatch(filter -> filter.matches(topic));
    }

    private void failed(RefusedException e) {
        reading = false;
        of.refuse(e.refusal());
    }

    private void take(Chunk chunk) {
        reading = false;
        if (ended || !of.isLive()) {
            return;
        }
        gaps.changed();
        for (Item item : chunk.items()) {
            // Delivery may have got over it while this was read, or the ledger.
            boolean known = item.at().height() <= gaps.height()
                    || (place != null && item.at().compareTo(place) <= 0);
            if (known || (item.gap() != null && gaps.isVoid(item.batchLeafIndex()))) {
                continue;
            }
            if (!give(item, false)) {
                full = true;
                return;
            }
            place = item.at();
            if (item.gap() != null) {
                told.put(item.batchLeafIndex(), item.at().height());
                gaps.rows().open(item.batchLeafIndex(), item.at().height());
            }
        }
        if (place == null || place.compareTo(chunk.end()) < 0) {
            place = chunk.end();
        }
        stopped = chunk.stopped();
    }

    private boolean give(Item item, boolean isLate) {
        gaps.touched(of);
        Gap gap = item.gap();
        if (gap != null) {
            return subscriber.offerGap(gap);
        }
        Event event = Objects.requireNonNull(item.event());
        List<Subscription> matched = of.matching(event);
        Delivery delivery = new Delivery(event, matched, false, isLate);
        return matched.isEmpty() || (isLate ? subscriber.offerLate(delivery) : subscriber.offer(delivery));
    }
}
