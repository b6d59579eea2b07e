package io.waxwing.http.webhook;

import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Access;
import io.waxwing.http.pull.Subscriptions;
import io.waxwing.http.pull.Subscriptions.Leased;
import io.waxwing.http.pull.Subscriptions.Verdict;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the events of one webhook, one after the other: borrows, posts, and says what became of it. A failed one
 * comes back from the subscription when its time has come; nothing else overtakes it if the subscription lends one at a
 * time. Belongs to the thread of webhooks.
 */
final class Pump {
    private static final Logger LOG = LoggerFactory.getLogger(Pump.class);
    private static final int PORTION = 16;
    private static final long PORTION_BYTES = 4L << 20;
    private static final long WAIT_MS = 30_000;
    private static final long PAUSE_MS = 1_000;

    private final String id;
    private final Supplier<Access> owner;
    private final Parts parts;
    private final Consumer<String> gone;
    private final Deque<Leased> borrowed = new ArrayDeque<>();
    private Webhook webhook;
    private boolean stopped;
    private String lastFailure = "";
    private @Nullable CompletableFuture<List<Leased>> waiting;

    /** What all pumps share. */
    record Parts(Subscriptions subscriptions, Courier courier, ScheduledExecutorService thread, WebhookMeters meters) {}

    /**
     * One that does not pump yet.
     *
     * @param owner what the webhook's owner may do now
     * @param gone told once if the receiver says that it is gone for ever
     */
    Pump(String id, Webhook webhook, Supplier<Access> owner, Parts parts, Consumer<String> gone) {
        this.id = id;
        this.webhook = webhook;
        this.owner = owner;
        this.parts = parts;
        this.gone = gone;
    }

    Webhook webhook() {
        return webhook;
    }

    /** Why the last try failed; empty if it did not. */
    String lastFailure() {
        return lastFailure;
    }

    void start() {
        borrow();
    }

    void stop() {
        stopped = true;
        CompletableFuture<List<Leased>> wait = waiting;
        if (wait != null) {
            wait.cancel(false);
        }
    }

    private String name() {
        return Subscriptions.HIDDEN + id;
    }

    private void borrow() {
        if (stopped) {
            return;
        }
        CompletableFuture<List<Leased>> asked =
                parts.subscriptions().receive(owner.get(), name(), PORTION, PORTION_BYTES, WAIT_MS);
        waiting = asked;
        CompletableFuture<?> unused =
                asked.whenComplete((events, failure) -> parts.thread().execute(() -> onBorrowed(events, failure)));
    }

    private void onBorrowed(@Nullable List<Leased> events, @Nullable Throwable failure) {
        waiting = null;
        if (stopped) {
            return;
        }
        if (failure != null || events == null) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            boolean ended = cause instanceof RefusedException refused
                    && refused.refusal().code() == FailureCode.SUBSCRIPTION_UNKNOWN;
            if (!ended) {
                later(this::borrow);
            }
            return;
        }
        borrowed.addAll(events);
        next();
    }

    private void later(Runnable work) {
        var unused = parts.thread().schedule(work, PAUSE_MS, TimeUnit.MILLISECONDS);
    }

    private void next() {
        Leased each = borrowed.poll();
        if (each == null) {
            borrow();
            return;
        }
        if (stopped) {
            return; // The leases end by themselves.
        }
        Event event = each.event();
        String eventId = event.eventId() == null
                ? "p" + each.lease().position()
                : event.eventId().toString();
        Courier.Parcel parcel = new Courier.Parcel(eventId, event, each.lease().deliveries() > 1);
        CompletableFuture<?> unused = parts.courier()
                .deliver(webhook, parcel, System.currentTimeMillis())
                .thenCompose(outcome -> said(each, outcome))
                .whenComplete((outcome, failure) -> parts.thread().execute(() -> onSaid(outcome, failure)));
    }

    private CompletableFuture<Courier.Outcome> said(Leased each, Courier.Outcome outcome) {
        Verdict verdict = outcome.done() ? Verdict.DONE : Verdict.AGAIN;
        return parts.subscriptions()
                .settle(owner.get(), name(), verdict, List.of(each.lease().token()), outcome.retryMs())
                .thenApply(settled -> outcome);
    }

    private void onSaid(Courier.@Nullable Outcome outcome, @Nullable Throwable failure) {
        if (outcome == null) {
            LOG.warn("WXW-1399 webhook {}: what became of an event could not be kept: {}", id, String.valueOf(failure));
            borrowed.clear();
            later(this::borrow);
            return;
        }
        parts.meters().sent(outcome.done());
        lastFailure = outcome.detail();
        if (outcome.gone()) {
            stop();
            gone.accept(id);
            return;
        }
        next();
    }
}
