package io.waxwing.http.pull;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Access;
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
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one consumer of a durable subscription that lives in the node: borrows, has it carried, and says what became of
 * it. One at a time if the subscription lends one at a time; else several, but of one {@code partitionkey} one after
 * the other. A failed one comes back from the subscription when its time has come. Belongs to one thread.
 */
public final class Pump {
    /** Events under way at the same time. */
    public static final int WIDTH = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Pump.class);
    private static final long PORTION_BYTES = 4L << 20;
    private static final long WAIT_MS = 30_000;
    private static final long PAUSE_MS = 1_000;
    private static final long MINUTE_MS = 60_000;

    private final String name;
    private final int width;
    private final int perMinute;
    private final Carrier carrier;
    private final Supplier<Access> owner;
    private final Parts parts;
    private final Runnable gone;
    private final Deque<Leased> borrowed = new ArrayDeque<>();
    private final Set<String> keysUnderWay = new HashSet<>();
    private int underWay;
    private boolean stopped;
    private boolean resting;
    private long notBeforeMs;
    /** Written before the subscription is told: whoever sees a dead letter sees why. */
    private volatile String lastFailure = "";

    private @Nullable CompletableFuture<List<Leased>> waiting;

    /**
     * What all pumps share.
     *
     * @param thread owns them, never waits
     * @param counted told of each try whether the event arrived
     */
    public record Parts(
            Subscriptions subscriptions,
            ScheduledExecutorService thread,
            LongSupplier clockMs,
            Consumer<Boolean> counted) {}

    /** Takes events somewhere. Called on the pump's thread, must not wait; what it throws is a failed try. */
    @FunctionalInterface
    public interface Carrier {
        CompletableFuture<Outcome> carry(Leased each, long nowMs);
    }

    /**
     * One that does not pump yet.
     *
     * @param perMinute events that may be carried in a minute; 0 for any number
     * @param owner what the subscription's owner may do now
     * @param gone run once if the carrier says that nothing will be taken any more
     */
    public Pump(Shown shown, int perMinute, Carrier carrier, Supplier<Access> owner, Parts parts, Runnable gone) {
        this.name = shown.name();
        // Whoever is sent so many in a minute gets them one by one: nothing is borrowed that has to wait for its turn.
        this.width = perMinute > 0 ? 1 : Math.min(WIDTH, shown.terms().maxAckPending());
        this.perMinute = perMinute;
        this.carrier = carrier;
        this.owner = owner;
        this.parts = parts;
        this.gone = gone;
    }

    /** Why the last try failed; empty if it did not. */
    public String lastFailure() {
        return lastFailure;
    }

    /** Begins. */
    public void start() {
        turn();
    }

    /** What is borrowed and not under way goes back as if it had never been lent. */
    public void stop() {
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
        if (perMinute > 0) {
            notBeforeMs = now + Math.max(1, MINUTE_MS / perMinute);
        }
        CompletableFuture<?> unused = carried(each, now)
                .thenCompose(outcome -> said(each, outcome))
                .whenComplete((outcome, failure) -> parts.thread().execute(() -> onSaid(key, outcome, failure)));
    }

    /** An event that cannot even be written fails like one that is not taken, instead of stopping all behind it. */
    private CompletableFuture<Outcome> carried(Leased each, long nowMs) {
        try {
            return carrier.carry(each, nowMs).exceptionally(broken -> broken(each, broken));
        } catch (RuntimeException broken) {
            return CompletableFuture.completedFuture(broken(each, broken));
        }
    }

    private Outcome broken(Leased each, Throwable broken) {
        LOG.error(
                "WXW-1399 {}: event {} cannot be carried",
                name,
                each.event().eventId() == null
                        ? each.lease().position()
                        : each.event().eventId(),
                broken);
        return Outcome.failed("the event cannot be carried, see the log");
    }

    private CompletableFuture<Outcome> said(Leased each, Outcome outcome) {
        lastFailure = outcome.detail();
        Verdict verdict = switch (outcome.result()) {
            case DONE -> Verdict.DONE;
            case UNWANTED -> Verdict.NEVER;
            case LATER -> Verdict.UNUSED;
            case FAILED, GONE -> Verdict.AGAIN;
        };
        return parts.subscriptions()
                .settle(owner.get(), name, verdict, List.of(each.lease().token()), outcome.retryMs())
                .thenApply(settled -> outcome);
    }

    private void onSaid(@Nullable String key, @Nullable Outcome outcome, @Nullable Throwable failure) {
        underWay--;
        if (key != null) {
            keysUnderWay.remove(key);
        }
        if (outcome == null) {
            LOG.warn("WXW-1399 {}: what became of an event could not be kept: {}", name, String.valueOf(failure));
            notBeforeMs = Math.max(notBeforeMs, parts.clockMs().getAsLong() + PAUSE_MS);
            turn();
            return;
        }
        Long retryMs = outcome.retryMs();
        if (outcome.result() == Outcome.Result.LATER && retryMs != null) {
            notBeforeMs = Math.max(notBeforeMs, parts.clockMs().getAsLong() + retryMs);
        }
        parts.counted().accept(outcome.result() == Outcome.Result.DONE);
        if (outcome.result() == Outcome.Result.GONE && !stopped) {
            stop();
            gone.run();
            return;
        }
        turn();
    }
}
