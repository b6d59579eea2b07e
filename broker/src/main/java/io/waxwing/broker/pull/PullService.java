package io.waxwing.broker.pull;

import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.broker.access.Owned;
import io.waxwing.broker.runtime.Pools;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.pull.PullCursor;
import io.waxwing.bus.pull.PullCursor.DeadLetter;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.bus.spi.SessionStore;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.http.pull.Subscriptions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All durable subscriptions of the node, and the thread that owns them. */
public final class PullService implements Subscriptions, AutoCloseable {
    private static final int READER_THREADS = 2;
    private static final int READERS_QUEUED = 1_024;

    private final PullLimits limits;
    private final PullParts parts;
    private final PullRows rows;
    private final ScheduledThreadPoolExecutor thread;
    private final ThreadPoolExecutor readers;
    // Belongs to the thread.
    private final Owned<PullSubscription> all = new Owned<>();

    /** @param passing whether an event passes an expression */
    public PullService(
            EventBus bus,
            EventReader reader,
            SessionStore store,
            Passing passing,
            PullLimits limits,
            LongSupplier clockMs,
            MeterRegistry registry) {
        this.limits = limits;
        this.thread = new ScheduledThreadPoolExecutor(
                1, Pools.threads("subscriptions"), new ThreadPoolExecutor.DiscardPolicy());
        thread.setRemoveOnCancelPolicy(true);
        this.readers = Pools.bounded("subscription-read", READER_THREADS, READERS_QUEUED);
        SecureRandom random = new SecureRandom();
        Supplier<String> nonce = () -> Long.toHexString(random.nextLong());
        PullMetrics metrics = new PullMetrics(registry);
        this.parts = new PullParts(
                bus, reader, passing, store, thread, readers, clockMs, nonce, metrics, new Waiters(limits, metrics));
        this.rows = new PullRows(store);
    }

    /** Reads what is stored; before anybody asks. Throws {@link RefusedException} WXW-2104. */
    public void load() {
        rows.forEach((definition, cursor) -> all.add(new PullSubscription(parts, definition, cursor)));
        parts.metrics().subscriptions.set(all.size());
    }

    @Override
    public CompletableFuture<List<Shown>> list(Access access) {
        return onThread(() -> CompletableFuture.completedFuture(
                all.of(access).stream().map(PullSubscription::shown).toList()));
    }

    @Override
    public CompletableFuture<Shown> show(Access access, String name) {
        return with(access, name, found -> CompletableFuture.completedFuture(found.shown()));
    }

    @Override
    public CompletableFuture<Put> put(Access access, String name, Wish wish) {
        return onRead(() -> first(wish.filter(), wish.start()))
                .thenCompose(first -> onThread(() -> putAt(access, name, wish, first)));
    }

    private CompletableFuture<Put> putAt(Access access, String name, Wish wish, long first) {
        PullSubscription there = all.find(access, name);
        if (there != null) {
            Definition was = there.definition();
            there.redefine(new Definition(
                    was.name(),
                    was.owner(),
                    wish.filter(),
                    wish.sql(),
                    wish.terms(),
                    was.paused(),
                    was.createdMs(),
                    wish.note()));
            return rows.all(there.definition(), there.cursor(), new Put(there.shown(), false))
                    .thenCombine(there.inForce(), (put, unused) -> put);
        }
        String owner = access.principal().name();
        requireRoom(owner, name);
        Definition definition = new Definition(
                name,
                owner,
                wish.filter(),
                wish.sql(),
                wish.terms(),
                false,
                parts.clockMs().getAsLong(),
                wish.note());
        PullSubscription made = new PullSubscription(parts, definition, new PullCursor(first));
        all.add(made);
        parts.metrics().subscriptions.set(all.size());
        return rows.all(definition, made.cursor(), new Put(made.shown(), true))
                .whenComplete((put, failure) -> {
                    if (failure != null) {
                        thread.execute(() -> forget(made, "subscription '" + name + "' could not be kept"));
                    }
                })
                .thenCombine(made.inForce(), (put, unused) -> put);
    }

    private void requireRoom(String owner, String name) {
        if (name.indexOf('@', 1) > 0) {
            throw unknown(name);
        }
        if (all.size() >= limits.max()) {
            throw new RefusedException(
                    FailureCode.SUBSCRIPTION_LIMIT, "the node keeps " + limits.max() + " subscriptions");
        }
        boolean counts = !owner.isEmpty() && !name.startsWith(HIDDEN);
        if (counts && all.countOf(owner, HIDDEN) >= limits.maxPerUser()) {
            throw new RefusedException(
                    FailureCode.SUBSCRIPTION_LIMIT,
                    "the node keeps " + limits.maxPerUser() + " subscriptions of one user");
        }
    }

    private void forget(PullSubscription subscription, String why) {
        all.remove(subscription);
        parts.metrics().subscriptions.set(all.size());
        subscription.end(new Refusal(FailureCode.SUBSCRIPTION_UNKNOWN, why));
    }

    /** The position of the first event that a start names. Blocks. */
    private long first(TopicFilter filter, StartFrom start) {
        if (start instanceof StartFrom.First) {
            return 1;
        }
        EventReader.Page page = parts.reader().read(filter, start, 1);
        return page.events().isEmpty()
                ? page.nextPosition() + 1
                : page.events().get(0).position();
    }

    @Override
    public CompletableFuture<Shown> remove(Access access, String name) {
        return with(access, name, found -> {
            forget(found, "subscription '" + name + "' was removed");
            return rows.remove(found.shown());
        });
    }

    @Override
    public CompletableFuture<List<Leased>> receive(Access access, String name, int max, long maxBytes, long waitMs) {
        Consumer consumer = new Consumer(access, max, maxBytes, parts.clockMs().getAsLong() + waitMs);
        CompletableFuture<List<Leased>> asked = with(access, name, found -> {
            parts.waiters().requireRoom(found.definition());
            found.wait(consumer);
            return consumer.answer();
        });
        // Whoever goes away while he waits is given nothing.
        CompletableFuture<?> unused = asked.whenComplete((events, failure) -> {
            if (asked.isCancelled() && consumer.answer().cancel(false)) {
                thread.execute(() -> turn(access, name));
            }
        });
        return asked;
    }

    private void turn(Access access, String name) {
        PullSubscription found = all.find(access, name);
        if (found != null) {
            found.turn();
        }
    }

    @Override
    public CompletableFuture<Settled> settle(
            Access access, String name, Verdict verdict, List<String> tokens, @Nullable Long delayMs) {
        return with(access, name, found -> {
            List<String> gone = new ArrayList<>();
            for (String token : tokens) {
                if (!settle(found, verdict, token, delayMs)) {
                    gone.add(token);
                }
            }
            Settled settled = new Settled(tokens.size() - gone.size(), gone);
            if (verdict == Verdict.DONE) {
                parts.metrics().acknowledged.increment(settled.settled());
            }
            found.turn();
            return verdict == Verdict.LONGER || settled.settled() == 0
                    ? CompletableFuture.completedFuture(settled)
                    : place(found, settled);
        });
    }

    /** Writes how far it got, with its dead letters if they are others than those on the disk. */
    private <T> CompletableFuture<T> place(PullSubscription found, T value) {
        return rows.place(found.definition(), found.cursor(), found.deadChanged(), value)
                .whenComplete((written, failure) -> {
                    if (failure != null) {
                        thread.execute(found::deadNotWritten);
                    }
                });
    }

    private boolean settle(PullSubscription found, Verdict verdict, String token, @Nullable Long delayMs) {
        PullCursor cursor = found.cursor();
        long now = parts.clockMs().getAsLong();
        return switch (verdict) {
            case DONE -> cursor.acknowledge(token, now);
            case AGAIN -> cursor.release(token, delayMs, found.definition().terms(), now);
            case UNUSED -> cursor.giveBack(token, now);
            case NEVER -> cursor.reject(token, now);
            case LONGER -> cursor.extend(token, found.definition().terms(), now) > 0;
        };
    }

    @Override
    public CompletableFuture<Shown> seek(Access access, String name, StartFrom start) {
        return show(access, name)
                .thenCompose(shown -> onRead(() -> first(shown.filter(), start)))
                .thenCompose(first -> with(access, name, found -> {
                    found.seek(first);
                    return place(found, found.shown());
                }));
    }

    @Override
    public CompletableFuture<Shown> pause(Access access, String name, boolean paused) {
        return with(access, name, found -> {
            found.redefine(found.definition().paused(paused));
            return rows.all(found.definition(), found.cursor(), found.shown());
        });
    }

    @Override
    public CompletableFuture<List<Dead>> deadLetters(Access access, String name, long after, int limit) {
        return with(access, name, found -> {
            List<DeadLetter> letters = found.cursor().deadLetters(after, limit);
            TopicFilter filter = found.definition().filter();
            return onRead(() -> letters.stream()
                    .map(letter -> new Dead(letter, readable(access, filter, letter.position())))
                    .toList());
        });
    }

    /** Null if it is not there any more, or not for him. Blocks. */
    private @Nullable Event readable(Access access, TopicFilter filter, long position) {
        EventReader.Page page = parts.reader().read(filter, new StartFrom.AfterPosition(position - 1), 1);
        Event event = page.events().isEmpty() ? null : page.events().get(0);
        return event != null && event.position() == position && access.mayReceive(event.topic()) ? event : null;
    }

    @Override
    public CompletableFuture<Integer> redrive(Access access, String name, int max) {
        return with(access, name, found -> {
            int count = found.cursor().redrive(max);
            found.turn();
            return place(found, count);
        });
    }

    @Override
    public CompletableFuture<Integer> bury(Access access, String name) {
        return with(access, name, found -> {
            int count = found.cursor().bury();
            return place(found, count);
        });
    }

    private <T> CompletableFuture<T> with(
            Access access, String name, Function<PullSubscription, CompletableFuture<T>> use) {
        return onThread(() -> {
            PullSubscription found = all.find(access, name);
            if (found == null) {
                throw unknown(name);
            }
            return use.apply(found);
        });
    }

    private static RefusedException unknown(String name) {
        return new RefusedException(
                FailureCode.SUBSCRIPTION_UNKNOWN, "nobody here has a subscription '" + name + "' for you");
    }

    private <T> CompletableFuture<T> onThread(Supplier<CompletableFuture<T>> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (thread.isShutdown()) {
            answer.completeExceptionally(new RefusedException(FailureCode.SHUTTING_DOWN, "the node is stopping"));
            return answer;
        }
        thread.execute(() -> {
            try {
                CompletableFuture<?> unused = work.get().whenComplete((value, failure) -> {
                    if (failure == null) {
                        answer.complete(value);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                });
            } catch (RuntimeException failed) {
                answer.completeExceptionally(failed);
            }
        });
        return answer;
    }

    private <T> CompletableFuture<T> onRead(Supplier<T> read) {
        try {
            return CompletableFuture.supplyAsync(read, readers);
        } catch (RejectedExecutionException full) {
            return CompletableFuture.failedFuture(
                    new RefusedException(FailureCode.NODE_BUSY, "too many reads are waiting"));
        }
    }

    /** Whoever waits is told; nothing new is taken. */
    @Override
    public void close() {
        Refusal refusal = new Refusal(FailureCode.SHUTTING_DOWN, "events that were not acknowledged come again");
        thread.execute(() -> all.all().forEach(each -> each.end(refusal)));
        thread.shutdown();
        readers.shutdown();
    }
}
