package io.waxwing.http.webhook;

import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Access;
import io.waxwing.http.pull.Subscriptions;
import io.waxwing.http.pull.Subscriptions.Leased;
import io.waxwing.http.pull.Subscriptions.Shown;
import io.waxwing.http.pull.Subscriptions.Verdict;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the events of one webhook: borrows, posts, and says what became of it. One at a time if the subscription
 * lends one at a time; else several, but of one {@code partitionkey} one after the other. A failed one comes back from
 * the subscription when its time has come. Belongs to the thread of webhooks.
 */
final class Pump {
    /** Requests under way at the same time. */
    static final int WIDTH = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Pump.class);
    private static final long PORTION_BYTES = 4L << 20;
    private static final long WAIT_MS = 30_000;
    private static final long PAUSE_MS = 1_000;
    private static final long MINUTE_MS = 60_000;

    private final String id;
    private final String name;
    private final int width;
    private final Webhook webhook;
    private final Supplier<Access> owner;
    private final Parts parts;
    private final Runnable gone;
    private final Deque<Leased> borrowed = new ArrayDeque<>();
    private final Set<String> keysUnderWay = new HashSet<>();
    private int underWay;
    private boolean stopped;
    private boolean resting;
    private long notBeforeMs;
    private String lastFailure = "";
    private @Nullable CompletableFuture<List<Leased>> waiting;

    /** What all pumps share. */
    record Parts(
            Subscriptions subscriptions,
            Courier courier,
            ScheduledExecutorService thread,
            LongSupplier clockMs,
            WebhookMeters meters) {}

    /**
     * One that does not pump yet.
     *
     * @param owner what the webhook's owner may do now
     * @param gone run once if the receiver says that it is gone for ever
     */
    Pump(Shown shown, Webhook webhook, Supplier<Access> owner, Parts parts, Runnable gone) {
        this.id = Webhooks.id(shown);
        this.name = shown.name();
        // Whoever is sent so many in a minute gets them one by one: nothing is borrowed that has to wait for its turn.
        this.width = webhook.perMinute() > 0 ? 1 : Math.min(WIDTH, shown.terms().maxAckPending());
        this.webhook = webhook;
        this.owner = owner;
        this.parts = parts;
        this.gone = gone;
    }

    /** Why the last try failed; empty if it did not. */
    String lastFailure() {
        return lastFailure;
    }

    void start() {
        turn();
    }

    /** What is borrowed and not under way goes back as if it had never been lent. */
    void stop() {
        stopped = true;
        CompletableFuture<List<Leased>> wait = waiting;
        if (wait != null) {
            wait.cancel(false);
        }
        giveBack(List.copyOf(borrowed));
        borrowed.clear();
    }

    private void giveBack(List<Leased> leases) {
        List<String> tokens = leases.stream().map(each -> each.lease().token()).toList();
        if (!tokens.isEmpty()) {
            CompletableFuture<?> unused = parts.subscriptions().settle(owner.get(), name, Verdict.UNUSED, tokens, null);
        }
    }

    /** Does what can be done now; after every change. */
    private void turn() {
        if (stopped || resting) {
            return;
        }
        long wait = notBeforeMs - parts.clockMs().getAsLong();
        if (wait > 0) {
            rest(wait);
            return;
        }
        for (Leased each : List.copyOf(borrowed)) {
            String key = partitionKey(each);
            if (underWay < width && (key == null || keysUnderWay.add(key)) && borrowed.remove(each)) {
                send(each, key);
            }
        }
        int room = width - underWay - borrowed.size();
        if (room > 0
                && waiting == null
                && !stopped
                && notBeforeMs <= parts.clockMs().getAsLong()) {
            borrow(room);
        }
    }

    private static @Nullable String partitionKey(Leased leased) {
        return leased.event().attributes().get("partitionkey");
    }

    private void rest(long millis) {
        resting = true;
        var unused = parts.thread()
                .schedule(
                        () -> {
                            resting = false;
                            turn();
                        },
                        millis,
                        TimeUnit.MILLISECONDS);
    }

    private void borrow(int room) {
        CompletableFuture<List<Leased>> asked =
                parts.subscriptions().receive(owner.get(), name, room, PORTION_BYTES, WAIT_MS);
        waiting = asked;
        CompletableFuture<?> unused =
                asked.whenComplete((events, failure) -> parts.thread().execute(() -> onBorrowed(events, failure)));
    }

    private void onBorrowed(@Nullable List<Leased> events, @Nullable Throwable failure) {
        waiting = null;
        if (stopped) {
            giveBack(events == null ? List.of() : events);
            return;
        }
        if (failure != null || events == null) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            boolean ended = cause instanceof RefusedException refused
                    && refused.refusal().code() == FailureCode.SUBSCRIPTION_UNKNOWN;
            if (!ended && !resting) {
                rest(PAUSE_MS);
            }
            return;
        }
        borrowed.addAll(events);
        turn();
    }

    private void send(Leased each, @Nullable String key) {
        underWay++;
        long now = parts.clockMs().getAsLong();
        if (webhook.perMinute() > 0) {
            notBeforeMs = now + Math.max(1, MINUTE_MS / webhook.perMinute());
        }
        CompletableFuture<?> unused = deliver(each, now)
                .thenCompose(outcome -> said(each, outcome))
                .whenComplete((outcome, failure) -> parts.thread().execute(() -> onSaid(key, outcome, failure)));
    }

    /** An event that cannot even be written fails like one that is not taken, instead of stopping all behind it. */
    private CompletableFuture<Courier.Outcome> deliver(Leased each, long nowMs) {
        Event event = each.event();
        String eventId = event.eventId() == null
                ? "p" + each.lease().position()
                : event.eventId().toString();
        try {
            Courier.Parcel parcel =
                    new Courier.Parcel(eventId, event, each.lease().deliveries() > 1);
            return parts.courier().deliver(webhook, parcel, nowMs);
        } catch (RuntimeException broken) {
            LOG.error("WXW-1399 webhook {}: event {} cannot be sent", id, eventId, broken);
            return CompletableFuture.completedFuture(Courier.Outcome.failed("the event cannot be sent, see the log"));
        }
    }

    private CompletableFuture<Courier.Outcome> said(Leased each, Courier.Outcome outcome) {
        Verdict verdict = switch (outcome.result()) {
            case DONE -> Verdict.DONE;
            case UNWANTED -> Verdict.NEVER;
            case FAILED, GONE -> Verdict.AGAIN;
        };
        return parts.subscriptions()
                .settle(owner.get(), name, verdict, List.of(each.lease().token()), outcome.retryMs())
                .thenApply(settled -> outcome);
    }

    private void onSaid(@Nullable String key, Courier.@Nullable Outcome outcome, @Nullable Throwable failure) {
        underWay--;
        if (key != null) {
            keysUnderWay.remove(key);
        }
        if (outcome == null) {
            LOG.warn("WXW-1399 webhook {}: what became of an event could not be kept: {}", id, String.valueOf(failure));
            notBeforeMs = Math.max(notBeforeMs, parts.clockMs().getAsLong() + PAUSE_MS);
            turn();
            return;
        }
        parts.meters().sent(outcome.result() == Courier.Result.DONE);
        lastFailure = outcome.detail();
        if (outcome.result() == Courier.Result.GONE && !stopped) {
            stop();
            gone.run();
            return;
        }
        turn();
    }
}
