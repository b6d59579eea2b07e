package io.waxwing.broker.dispatch;

import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.Gaps;
import io.waxwing.broker.store.SegmentRecord;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.EventReader.Beyond;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.ledger.execute.Applied;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What goes past missing payloads: the subscribers that do not wait for them, and where they are. Belongs to the core
 * thread; {@link #resolve} is for readers.
 */
final class PastGaps {
    /** Reads for one page. */
    private static final int MAX_READS = 32;

    private final LedgerOrder order;
    private final DeliveryIndex index;
    private final Dispatcher dispatcher;
    private final FinalBlocks blocks;
    private final GapClock clock;
    private final Set<Ahead> all = new LinkedHashSet<>();
    private long nowNanos;
    private long news;
    private boolean changed;
    private volatile long ledgerHeight;
    // For readers: null unless delivery waits somewhere for so long that gaps are given.
    private volatile @Nullable Limits waiting;

    PastGaps(LedgerOrder order, DeliveryIndex index, Dispatcher dispatcher, FinalBlocks blocks, long waitNanos) {
        this.order = order;
        this.index = index;
        this.dispatcher = dispatcher;
        this.blocks = blocks;
        this.clock = new GapClock(waitNanos);
    }

    /**
     * How far things are.
     *
     * @param height of the last delivered block
     * @param ledgerHeight of the last final one
     * @param gapHeight of the last one whose missing payloads are not waited for any more
     * @param news changes whenever something may be there that was missing
     */
    record Limits(long height, long ledgerHeight, long gapHeight, long news) {}

    /** Where an event is, or the last of a gap. */
    record Found(LedgerPlace at, long batchLeafIndex) {}

    /** From now on blocks are read by that. */
    void blocks(LongFunction<Applied> reader) {
        order.blocks(reader);
        ledgerHeight = blocks.ledgerHeight();
    }

    void add(Ahead ahead) {
        all.add(ahead);
        changed = true;
    }

    void remove(Ahead ahead) {
        all.remove(ahead);
    }

    Gaps rows() {
        return index.gaps();
    }

    long height() {
        return blocks.height();
    }

    /**
     * What is ordered from now on, if delivery has waited for so long that who passes gaps would be beyond; else null.
     */
    @Nullable LedgerPlace now() {
        return clock.oldHeight() > blocks.height() ? LedgerPlace.beginOf(blocks.ledgerHeight() + 1) : null;
    }

    void command(Runnable command) {
        dispatcher.command(command);
    }

    void touched(AttachedSubscriber subscriber) {
        dispatcher.touched(subscriber);
    }

    boolean isTopic(String name) {
        return dispatcher.history().isTopic(name);
    }

    boolean isVoid(long batchLeafIndex) {
        return index.voids().contains(batchLeafIndex);
    }

    /** Somebody may go on. */
    void changed() {
        changed = true;
    }

    /** Payloads came. */
    void onHeld() {
        news++;
        changed = true;
    }

    /** A block is delivered. */
    void onDelivered(Applied applied) {
        if (!rows().isEmpty()) {
            applied.batches().forEach(batch -> rows().close(batch.batchLeafIndex(), blocks.ledgerHeight()));
        }
    }

    void onVoid(long batchLeafIndex) {
        all.forEach(ahead -> ahead.onVoid(batchLeafIndex));
        onHeld();
    }

    /** Every turn. */
    int doWork(long now) {
        nowNanos = now;
        ledgerHeight = blocks.ledgerHeight();
        boolean behind = blocks.behind() > 0;
        if (!behind && waiting == null && !changed && all.isEmpty()) {
            return 0;
        }
        look(behind);
        Limits limits = new Limits(blocks.height(), ledgerHeight, clock.oldHeight(), news);
        waiting = limits.gapHeight() > limits.height() ? limits : null;
        boolean due = changed || behind || all.stream().anyMatch(Ahead::owes);
        if (!due) {
            return 0;
        }
        changed = false;
        // Whoever cannot be served ends with that.
        List.copyOf(all).forEach(ahead -> ahead.advance(limits));
        return 0;
    }

    private void look(boolean behind) {
        if (!behind) {
            clock.reset();
            return;
        }
        long before = clock.oldHeight();
        clock.tick(nowNanos, ledgerHeight);
        if (clock.oldHeight() != before) {
            onHeld();
        }
    }

    /** When {@link #doWork} has something to do though nothing arrives. */
    long nextWorkNanos() {
        return blocks.behind() == 0 || all.isEmpty() ? Long.MAX_VALUE : nowNanos + clock.stepNanos();
    }

    /** Reads off the core thread; the answer comes on it. */
    <T> void read(Function<LedgerOrder, T> reading, Consumer<T> found, Consumer<RefusedException> failed) {
        dispatcher.read(() -> {
            try {
                T result = reading.apply(order);
                dispatcher.command(() -> found.accept(result));
            } catch (RefusedException e) {
                dispatcher.command(() -> failed.accept(e));
            }
        });
    }

    /** As {@link io.waxwing.bus.spi.EventReader#beyond}; for readers. */
    Beyond beyond(TopicFilter filter, @Nullable StartFrom after, int limit) {
        Limits now = waiting;
        if (now == null) {
            return new Beyond(List.of(), true);
        }
        LedgerPlace from = LedgerPlace.beginOf(now.height() + 1);
        Found behind = after == null ? null : resolve(filter, after).behind();
        if (behind != null && behind.at().compareTo(from) > 0) {
            from = behind.at();
        }
        boolean wild = filter.hasWildcard() || !isTopic(filter.toString());
        List<Beyond.Item> items = new ArrayList<>();
        boolean atEnd = false;
        for (int reads = 0; reads < MAX_READS && items.size() < limit && !atEnd; reads++) {
            LedgerOrder.Until until = new LedgerOrder.Until(now.ledgerHeight(), now.gapHeight(), limit - items.size());
            LedgerOrder.Chunk chunk = order.read(from, until, topic -> topic == null ? wild : filter.matches(topic));
            chunk.items().forEach(item -> items.add(new Beyond.Item(item.event(), item.gap())));
            from = chunk.end();
            atEnd = chunk.stopped() || from.height() > now.ledgerHeight();
        }
        return new Beyond(items, atEnd);
    }

    @Nullable Found find(EventId eventId) {
        for (SegmentRecord segment : index.findSegments(eventId.topicHash(), eventId.topicSeq())) {
            if (segment.height() == eventId.height()) {
                int offset = segment.indexOf(eventId.topicSeq());
                return new Found(
                        new LedgerPlace(segment.height(), segment.leafIndex(), offset), segment.batchLeafIndex());
            }
        }
        return null;
    }

    /**
     * Where a subscriber begins.
     *
     * @param position in the order of delivery
     * @param behind what it has got of the ledger's order; null if the position says it all
     */
    record Start(long position, @Nullable Found behind) {}

    /** Throws {@link RefusedException} WXW-1203 if the start is not there. */
    Start resolve(TopicFilter filter, StartFrom from) {
        History history = dispatcher.history();
        if (from instanceof StartFrom.After after) {
            Found delivered = find(after.eventId());
            if (delivered != null) {
                return new Start(history.resolve(filter, from), delivered);
            }
            return behind(order.place(block(after.eventId().height()), after.eventId()), "event " + after.eventId());
        }
        if (from instanceof StartFrom.AfterGap after) {
            return behind(LedgerOrder.place(block(after.height()), after.leafIndex()), "leaf " + after.leafIndex());
        }
        return new Start(history.resolve(filter, from), null);
    }

    private Applied block(long height) {
        if (height < 1 || height > ledgerHeight) {
            throw new RefusedException(FailureCode.POSITION_GONE, "there is no block " + height + " here");
        }
        return order.block(height);
    }

    /** From the first that was delivered at the time of that block; what it has got of it is left out. */
    private Start behind(@Nullable Found place, String what) {
        if (place == null) {
            throw new RefusedException(FailureCode.POSITION_GONE, what + " is not known here");
        }
        return new Start(dispatcher.history().firstAt(block(place.at().height()).orderTimeMs()), place);
    }
}
