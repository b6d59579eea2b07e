package io.waxwing.broker.store;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.DeliveryClass;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes away the content of events that are older than their topic keeps them, and of the oldest of a topic that has
 * more than it keeps. Goes through the order of delivery again and again, in steps: what is there has been delivered,
 * and of class ordered it is final. Nothing but how far it need not look again is stored, so a crash costs one pass.
 * What a topic has is known after a pass, so bounds of bytes hold from the second one on. The retained value of a topic
 * stays. One thread, but for the counts.
 */
public final class Retention {
    private static final int STEP_POSITIONS = 2048;
    private static final long STEP_BYTES = 4L << 20;
    /** Between steps: at most some 40,000 events and 80 MiB a second. */
    private static final long STEP_PAUSE_NANOS = 50_000_000L;
    /** So many times as long as a pass took, nothing is read. */
    private static final long REST = 9;

    private final DeliveryIndex index;
    private final EventJournal journal;
    private final Rules rules;
    private final long guardMs;
    private final LongSupplier clockMs;
    private final long passPauseNanos;
    private final LongAdder events = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder passes = new LongAdder();
    private volatile Map<String, Kept> counted = Map.of();
    private volatile @Nullable String problem;
    private volatile Consumer<StoredEvent> alsoGone = event -> {};
    private @Nullable Pass pass;
    private long nextNanos = Long.MIN_VALUE;

    /** Which rule a topic has. */
    @FunctionalInterface
    public interface Rules {
        /** Null: its contents are kept for ever. */
        @Nullable Rule of(String topic);
    }

    /** Milliseconds and bytes that are kept; 0: no bound. */
    public record Rule(long ageMs, long bytes) {}

    /** What a topic has with content, and how many events without. */
    public record Kept(long events, long bytes, long expired) {}

    /**
     * @param guardMs events that the ledger knows of are kept for so long after their order, whatever the rules say:
     *     while it may ask for them
     * @param passPauseNanos from the end of one pass to the begin of the next
     */
    public Retention(ColumnStore store, Rules rules, long guardMs, LongSupplier clockMs, long passPauseNanos) {
        this.index = new DeliveryIndex(store);
        this.journal = new EventJournal(store);
        this.rules = rules;
        this.guardMs = guardMs;
        this.clockMs = clockMs;
        this.passPauseNanos = passPauseNanos;
    }

    private static final class Tally {
        final Rule rule;
        long excess;
        long events;
        long bytes;
        long expired;

        Tally(Rule rule, long excess) {
            this.rule = rule;
            this.excess = excess;
        }
    }

    private static final class Pass {
        final EventJournal.Reader reader;
        final long end;
        final Map<String, Tally> tallies = new HashMap<>();
        final List<Long> due = new ArrayList<>();
        final List<StoredEvent> going = new ArrayList<>();
        final long beganNanos;
        long position;
        long expiredBefore;
        boolean whole = true;

        @Nullable OrderBlock block;

        Pass(EventJournal.Reader reader, long position, long end, long beganNanos) {
            this.beganNanos = beganNanos;
            this.reader = reader;
            this.position = position;
            this.expiredBefore = position;
            this.end = end;
        }
    }

    /** Hears of each event before its content goes: what it was the name of is to go too. To be set once. */
    public void onExpiring(Consumer<StoredEvent> hears) {
        alsoGone = hears;
    }

    /** One step, if it is time; 1 if there was something to do. */
    public int doWork(long nowNanos) {
        if (nextNanos != Long.MIN_VALUE && nowNanos - nextNanos < 0) {
            return 0;
        }
        try {
            long tookNanos = step(nowNanos);
            nextNanos = nowNanos + (tookNanos < 0 ? STEP_PAUSE_NANOS : Math.max(passPauseNanos, REST * tookNanos));
            problem = null;
        } catch (RefusedException e) {
            problem = e.getMessage();
            pass = null;
            nextNanos = nowNanos + passPauseNanos;
        }
        return 1;
    }

    /** When {@link #doWork} has something to do, in nanoseconds of its clock. */
    public long nextWorkNanos() {
        return nextNanos;
    }

    /** How long the pass took of which that was the last step; -1 if there is more to do. */
    private long step(long nowNanos) {
        Pass now = pass;
        if (now == null) {
            now = new Pass(
                    journal.reader(), index.expiredBefore(), index.cursor().nextPosition(), nowNanos);
            pass = now;
        }
        long nowMs = clockMs.getAsLong();
        long read = 0;
        for (int looked = 0; now.position < now.end && looked < STEP_POSITIONS && read < STEP_BYTES; looked++) {
            read += look(now, nowMs);
            now.position++;
        }
        if (!now.due.isEmpty()) {
            bytes.add(journal.expire(now.due));
            events.add(now.due.size());
            now.due.clear();
            // Once more, because somebody may have brought back what it was the name of.
            now.going.forEach(alsoGone);
            now.going.clear();
        }
        if (now.position < now.end) {
            return -1;
        }
        finish(now);
        return nowNanos - now.beganNanos;
    }

    private void finish(Pass done) {
        Map<String, Kept> counts = new HashMap<>();
        done.tallies.forEach((topic, tally) -> counts.put(topic, new Kept(tally.events, tally.bytes, tally.expired)));
        counted = counts;
        index.putExpiredBefore(done.expiredBefore);
        pass = null;
        passes.increment();
    }

    /** Looks at one event; gives its size. */
    private long look(Pass now, long nowMs) {
        OrderBlock block = now.block;
        if (block == null || now.position >= block.endPosition()) {
            block = index.orderBlockAt(now.position);
            if (block == null) {
                throw new RefusedException(FailureCode.DATA_DAMAGED, "no order block at position " + now.position);
            }
            now.block = block;
            now.position = Math.max(now.position, block.firstPosition());
        }
        StoredEvent event = now.reader.read(block.journalSeq(now.position));
        Tally tally = tally(now, event.topic());
        if (event.expired()) {
            if (tally != null) {
                tally.expired++;
            }
            now.expiredBefore += now.whole ? 1 : 0;
            return 0;
        }
        now.whole = false;
        if (tally == null) {
            return event.contentBytes();
        }
        if (mayGo(event, block, nowMs) && isDue(event, tally, nowMs)) {
            alsoGone.accept(event);
            now.going.add(event);
            now.due.add(event.journalSeq());
            tally.excess -= event.contentBytes();
            tally.expired++;
        } else {
            tally.events++;
            tally.bytes += event.contentBytes();
        }
        return event.contentBytes();
    }

    private @Nullable Tally tally(Pass now, String topic) {
        Tally known = now.tallies.get(topic);
        if (known != null) {
            return known;
        }
        Rule rule = rules.of(topic);
        if (rule == null) {
            return null;
        }
        Kept before = counted.get(topic);
        long excess = before == null || rule.bytes() == 0 ? 0 : before.bytes() - rule.bytes();
        Tally made = new Tally(rule, excess);
        now.tallies.put(topic, made);
        return made;
    }

    private static boolean isDue(StoredEvent event, Tally tally, long nowMs) {
        boolean old = tally.rule.ageMs() > 0 && nowMs - event.receivedMs() >= tally.rule.ageMs();
        return old || tally.excess > 0;
    }

    /** Not what is not final yet, what the ledger may still ask for, or what new subscribers are given. */
    private boolean mayGo(StoredEvent event, OrderBlock block, long nowMs) {
        if (event.deliveryClass() != DeliveryClass.LOCAL) {
            long orderTimeMs = block.orderTimeMs();
            if (orderTimeMs == 0) {
                DeliveryIndex.Final sealed = index.findFinal(event.journalSeq());
                if (sealed == null) {
                    return false;
                }
                orderTimeMs = sealed.orderTimeMs();
            }
            if (guardMs > 0 && nowMs - orderTimeMs < guardMs) {
                return false;
            }
        }
        return !index.isRetained(event.topic(), event.journalSeq());
    }

    /**
     * What a topic with a rule had at the end of the last pass; null before the first, and without a rule. Any thread.
     */
    public @Nullable Kept keptOf(String topic) {
        return counted.get(topic);
    }

    /** Bytes of contents of all topics with a rule. Any thread. */
    public long keptBytes() {
        return counted.values().stream().mapToLong(Kept::bytes).sum();
    }

    /** Events whose content went. Any thread. */
    public long expiredEvents() {
        return events.sum();
    }

    /** Bytes of their contents. Any thread. */
    public long expiredBytes() {
        return bytes.sum();
    }

    /** Passes that came to their end. Any thread. */
    public long passes() {
        return passes.sum();
    }

    /** Why the last pass was given up; null if it was not. Any thread. */
    public @Nullable String problem() {
        return problem;
    }
}
