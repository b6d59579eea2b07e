package io.waxwing.http.fake;

import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.pull.PullCursor;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.http.pull.Subscriptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Subscriptions of nobody in particular, in memory; a receive waits for 20 ms at most. */
public final class MemorySubscriptions implements Subscriptions {
    private static final Executor SOON = CompletableFuture.delayedExecutor(20, TimeUnit.MILLISECONDS);

    private final EventReader reader;
    private final Map<String, Shown> all = new TreeMap<>();
    private final Map<String, PullCursor> cursors = new TreeMap<>();
    private int nonces;

    public MemorySubscriptions(EventReader reader) {
        this.reader = reader;
    }

    private synchronized <T> CompletableFuture<T> answer(Supplier<T> work) {
        try {
            return CompletableFuture.completedFuture(work.get());
        } catch (RefusedException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** As the operator names it. */
    private static String plain(String name) {
        int at = name.indexOf('@', 1);
        return at < 0 ? name : name.substring(0, at);
    }

    private Shown known(String qualified) {
        String name = plain(qualified);
        Shown was = all.get(name);
        if (was == null) {
            throw new RefusedException(FailureCode.SUBSCRIPTION_UNKNOWN, name);
        }
        return shown(was, was.paused());
    }

    private Shown shown(Shown was, boolean paused) {
        PullCursor cursor = cursors.get(was.name());
        Shown now = new Shown(
                was.name(),
                was.owner(),
                was.filter(),
                was.sql(),
                was.terms(),
                paused,
                was.createdMs(),
                cursor.next(),
                cursor.leased(),
                cursor.pending() - cursor.leased(),
                cursor.dead(),
                0,
                was.note());
        all.put(was.name(), now);
        return now;
    }

    @Override
    public CompletableFuture<List<Shown>> list(Access access) {
        return answer(() -> List.copyOf(all.values()));
    }

    @Override
    public CompletableFuture<Shown> show(Access access, String name) {
        return answer(() -> known(name));
    }

    @Override
    public CompletableFuture<Put> put(Access access, String qualified, Wish wish) {
        return answer(() -> {
            String name = plain(qualified);
            boolean created = !all.containsKey(name);
            cursors.computeIfAbsent(name, unused -> new PullCursor(first(wish, wish.start())));
            String owner = created ? access.principal().name() : all.get(name).owner();
            all.put(
                    name,
                    new Shown(
                            name,
                            owner,
                            wish.filter(),
                            wish.sql(),
                            wish.terms(),
                            false,
                            1_000,
                            0,
                            0,
                            0,
                            0,
                            0,
                            wish.note()));
            return new Put(known(name), created);
        });
    }

    private long first(Wish wish, StartFrom start) {
        EventReader.Page page = reader.read(wish.filter(), start, 1);
        return page.events().isEmpty()
                ? page.nextPosition() + 1
                : page.events().get(0).position();
    }

    @Override
    public CompletableFuture<Shown> remove(Access access, String name) {
        return answer(() -> {
            Shown was = known(name);
            all.remove(was.name());
            cursors.remove(was.name());
            return was;
        });
    }

    @Override
    public CompletableFuture<List<Leased>> receive(Access access, String name, int max, long maxBytes, long waitMs) {
        CompletableFuture<List<Leased>> now = lend(name, max);
        boolean waits =
                waitMs > 0 && !now.isCompletedExceptionally() && now.join().isEmpty();
        return waits ? now.thenApplyAsync(empty -> empty, SOON) : now;
    }

    private CompletableFuture<List<Leased>> lend(String name, int max) {
        return answer(() -> {
            Shown shown = known(name);
            PullCursor cursor = cursors.get(name);
            List<Leased> lent = new ArrayList<>();
            for (long position : cursor.due(shown.terms(), max, 0)) {
                lent.add(lend(shown, cursor, event(shown, position)));
            }
            StartFrom from = new StartFrom.AfterPosition(cursor.next() - 1);
            for (Event event : reader.read(shown.filter(), from, max).events()) {
                if (lent.size() < max && cursor.pending() < shown.terms().maxAckPending()) {
                    lent.add(lend(shown, cursor, event));
                }
            }
            return lent;
        });
    }

    private Leased lend(Shown shown, PullCursor cursor, Event event) {
        return new Leased(cursor.lend(event.position(), Integer.toString(nonces++), shown.terms(), 0), event);
    }

    private Event event(Shown shown, long position) {
        return reader.read(shown.filter(), new StartFrom.AfterPosition(position - 1), 1)
                .events()
                .get(0);
    }

    @Override
    public CompletableFuture<Settled> settle(
            Access access, String name, Verdict verdict, List<String> tokens, Long delayMs) {
        return answer(() -> {
            Shown shown = known(name);
            PullCursor cursor = cursors.get(name);
            List<String> gone = new ArrayList<>();
            for (String token : tokens) {
                boolean settled = switch (verdict) {
                    case DONE -> cursor.acknowledge(token, 0);
                    case AGAIN -> cursor.release(token, delayMs, shown.terms(), 0);
                    case UNUSED -> cursor.giveBack(token, 0);
                    case NEVER -> cursor.reject(token, 0);
                    case LONGER -> cursor.extend(token, shown.terms(), 0) > 0;
                };
                if (!settled) {
                    gone.add(token);
                }
            }
            return new Settled(tokens.size() - gone.size(), gone);
        });
    }

    @Override
    public CompletableFuture<Shown> seek(Access access, String name, StartFrom start) {
        return answer(() -> {
            Shown shown = known(name);
            cursors.get(name).seek(first(new Wish(shown.filter(), null, shown.terms(), start, ""), start));
            return known(name);
        });
    }

    @Override
    public CompletableFuture<Shown> pause(Access access, String name, boolean paused) {
        return answer(() -> shown(known(name), paused));
    }

    @Override
    public CompletableFuture<List<Dead>> deadLetters(Access access, String name, long after, int limit) {
        return answer(() -> {
            Shown shown = known(name);
            return cursors.get(name).deadLetters(after, limit).stream()
                    .map(letter -> new Dead(letter, event(shown, letter.position())))
                    .toList();
        });
    }

    @Override
    public CompletableFuture<Integer> redrive(Access access, String name, int max) {
        return answer(() -> cursors.get(known(name).name()).redrive(max));
    }

    @Override
    public CompletableFuture<Integer> bury(Access access, String name) {
        return answer(() -> cursors.get(known(name).name()).bury());
    }
}
