package io.waxwing.broker.pull;

import io.waxwing.broker.access.Owned;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.pull.PullCursor;
import io.waxwing.bus.pull.PullCursor.Lease;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.http.pull.Subscriptions.Leased;
import io.waxwing.http.pull.Subscriptions.Shown;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscription: its {@link PullCursor} and those who wait for its events. While somebody waits it looks into the
 * store, one look at a time, and lends what it finds to who has waited longest; if it finds nothing it listens for the
 * next event, and for the time when one may be given again. Belongs to the thread of subscriptions.
 */
final class PullSubscription implements Owned.Thing {
    private static final Logger LOG = LoggerFactory.getLogger(PullSubscription.class);

    private final PullParts parts;
    private final Deque<Consumer> consumers = new ArrayDeque<>();
    private Definition definition;
    private PullCursor cursor;
    private boolean looking;
    private boolean removed;
    // What a look that is under way found counts only if this has not changed since.
    private int generation;
    private long missed;
    private @Nullable Attachment listening;
    private @Nullable Future<?> timer;
    // As they were written last.
    private byte[] deadWritten;
    private CompletableFuture<Void> inForce = new CompletableFuture<>();
    // Ends what keeps its events written while it reads none.
    private Runnable keeping;

    PullSubscription(PullParts parts, Definition definition, PullCursor cursor) {
        this.parts = parts;
        this.definition = definition;
        this.cursor = cursor;
        this.deadWritten = cursor.deadBytes();
        this.keeping = keep(definition.filter());
    }

    /** Whether dead letters have come or gone since this was asked last: also those of leases that nobody settled. */
    boolean deadChanged() {
        byte[] now = cursor.deadBytes();
        boolean changed = !Arrays.equals(now, deadWritten);
        deadWritten = now;
        return changed;
    }

    /** They could not be written. */
    void deadNotWritten() {
        deadWritten = new byte[0];
    }

    @Override
    public String name() {
        return definition.name();
    }

    @Override
    public String owner() {
        return definition.owner();
    }

    Definition definition() {
        return definition;
    }

    PullCursor cursor() {
        return cursor;
    }

    Shown shown() {
        return new Shown(
                definition.name(),
                definition.owner(),
                definition.filter(),
                definition.sql(),
                definition.terms(),
                definition.paused(),
                definition.createdMs(),
                cursor.next(),
                cursor.leased(),
                cursor.pending() - cursor.leased(),
                cursor.dead(),
                missed,
                definition.note());
    }

    /** Done when everything is written that is published for it from now on. */
    CompletableFuture<Void> inForce() {
        return inForce;
    }

    private Runnable keep(TopicFilter filter) {
        CompletableFuture<Void> kept = new CompletableFuture<>();
        inForce = kept;
        return parts.bus().keep(filter, () -> kept.complete(null));
    }

    void redefine(Definition now) {
        if (!now.filter().equals(definition.filter())) {
            Runnable before = keeping;
            keeping = keep(now.filter());
            before.run();
        }
        definition = now;
        generation++;
        turn();
    }

    void seek(long position) {
        cursor.seek(position);
        generation++;
        turn();
    }

    void wait(Consumer consumer) {
        consumers.add(consumer);
        parts.waiters().enter(definition);
        turn();
    }

    /** It is no more: whoever waits is told so. */
    void end(Refusal refusal) {
        removed = true;
        keeping.run();
        generation++;
        refuseAll(refusal);
        settle();
    }

    /** Does what can be done now; call it after every change. */
    void turn() {
        settle();
        long now = parts.clockMs().getAsLong();
        answerTheLate(now);
        Consumer first = consumers.peek();
        if (first == null || looking || removed) {
            return;
        }
        if (definition.paused()) {
            nothingThere(false);
            return;
        }
        List<Long> due = cursor.due(definition.terms(), first.max(), now);
        int fresh = Math.min(first.max() - due.size(), definition.terms().maxAckPending() - cursor.pending());
        look(first, due, Math.max(0, fresh));
    }

    private void look(Consumer first, List<Long> due, int fresh) {
        looking = true;
        int asked = generation;
        long next = cursor.next();
        Fetch fetch = new Fetch(parts.reader(), parts.passing(), definition);
        try {
            parts.readers().execute(() -> {
                try {
                    Fetch.Found found = fetch.read(due, next, fresh, first.maxBytes());
                    parts.thread().execute(() -> onFound(asked, first, fresh, found));
                } catch (RuntimeException failed) {
                    parts.thread().execute(() -> onFailure(refusal(failed)));
                }
            });
        } catch (RejectedExecutionException full) {
            onFailure(new Refusal(FailureCode.NODE_BUSY, "too many reads are waiting"));
        }
    }

    private Refusal refusal(RuntimeException failed) {
        if (failed instanceof RefusedException refused) {
            return refused.refusal();
        }
        LOG.error("WXW-1399 looking for events of subscription {} failed", definition.name(), failed);
        return new Refusal(FailureCode.INTERNAL, "see the node's log for this time");
    }

    private void onFailure(Refusal refusal) {
        looking = false;
        refuseAll(refusal);
    }

    private void refuseAll(Refusal refusal) {
        for (Consumer each : consumers) {
            each.answer().completeExceptionally(new RefusedException(refusal));
        }
        consumers.forEach(each -> parts.waiters().leave(definition));
        consumers.clear();
    }

    private void onFound(int asked, Consumer who, int fresh, Fetch.Found found) {
        looking = false;
        if (asked != generation || who.isGone() || removed) {
            turn();
            return;
        }
        List<Leased> lent = lend(who, found);
        if (!lent.isEmpty()) {
            // Only this thread takes consumers out, and it is the first still.
            leave(who);
            who.answer().complete(lent);
            turn();
        } else if (fresh > 0 && !found.atEnd()) {
            turn();
        } else if (found.again().isEmpty()) {
            nothingThere(fresh > 0);
        } else {
            turn();
        }
    }

    private List<Leased> lend(Consumer who, Fetch.Found found) {
        long now = parts.clockMs().getAsLong();
        List<Leased> lent = new ArrayList<>();
        for (Fetch.Again each : found.again()) {
            Event event = each.event();
            if (!cursor.isDue(each.position(), now)) {
                continue;
            }
            if (event == null || !who.access().mayReceive(event.topic())) {
                parts.metrics().hidden.increment();
                cursor.drop(each.position());
            } else {
                lent.add(lend(each.position(), event, now));
                parts.metrics().again.increment();
            }
        }
        for (Event event : found.fresh()) {
            if (who.access().mayReceive(event.topic())) {
                lent.add(lend(event.position(), event, now));
                parts.metrics().lent.increment();
            } else {
                parts.metrics().hidden.increment();
            }
        }
        countMissed(found.missed());
        cursor.passed(found.next());
        return lent;
    }

    private void countMissed(long count) {
        if (count > 0) {
            missed += count;
            parts.metrics().missed.increment((double) count);
            LOG.warn(
                    "{} subscription {} missed {} events of {} that are not kept any more",
                    FailureCode.EVENTS_MISSED.text(),
                    definition.name(),
                    count,
                    definition.filter());
        }
    }

    private Leased lend(long position, Event event, long now) {
        Lease lease = cursor.lend(position, parts.nonce().get(), definition.terms(), now);
        return new Leased(lease, event);
    }

    /** Until an event comes, a lease ends, something may be given again, or nobody wants to wait any more. */
    private void nothingThere(boolean forEvents) {
        consumers.forEach(Consumer::looked);
        answerTheLate(parts.clockMs().getAsLong());
        if (consumers.isEmpty()) {
            return;
        }
        sleepUntil(Math.min(nextDeadline(), definition.paused() ? Long.MAX_VALUE : cursor.nextMs(definition.terms())));
        if (forEvents && listening == null) {
            Bell bell = new Bell(
                    () -> parts.thread().execute(this::turn),
                    refusal -> parts.thread().execute(() -> onFailure(refusal)));
            Attachment attachment = parts.bus().attach(bell, new StartFrom.AfterPosition(cursor.next() - 1));
            listening = attachment;
            attachment.subscribe(
                    new Subscription(
                            definition.filter(), Subscription.RetainedValues.DO_NOT_SEND, false, definition.name()),
                    0);
        }
    }

    private void settle() {
        Attachment attachment = listening;
        if (attachment != null) {
            attachment.detach();
            listening = null;
        }
        Future<?> waiting = timer;
        if (waiting != null) {
            waiting.cancel(false);
            timer = null;
        }
    }

    private void sleepUntil(long atMs) {
        if (atMs < Long.MAX_VALUE) {
            long delay = Math.max(1, atMs - parts.clockMs().getAsLong());
            timer = parts.thread().schedule(this::turn, delay, TimeUnit.MILLISECONDS);
        }
    }

    private long nextDeadline() {
        return consumers.stream().mapToLong(Consumer::untilMs).min().orElse(Long.MAX_VALUE);
    }

    private void answerTheLate(long nowMs) {
        for (Consumer each : List.copyOf(consumers)) {
            if (each.isGone() || each.isLate(nowMs)) {
                leave(each);
                each.answer().complete(List.of());
            }
        }
    }

    private void leave(Consumer who) {
        if (consumers.remove(who)) {
            parts.waiters().leave(definition);
        }
    }
}
