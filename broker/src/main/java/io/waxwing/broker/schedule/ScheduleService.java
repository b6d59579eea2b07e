package io.waxwing.broker.schedule;

import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.broker.access.Owned;
import io.waxwing.broker.processing.Publication;
import io.waxwing.broker.runtime.Pools;
import io.waxwing.broker.store.Column;
import io.waxwing.broker.store.ColumnStore;
import io.waxwing.broker.store.Columns;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.http.exchange.JsonBody;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.processing.Schedules;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All schedules of the node and the thread that owns them; it waits for the disk, and for nothing else. */
public final class ScheduleService implements Schedules, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ScheduleService.class);
    private static final int SECRET_BYTES = 16;
    private static final int TRIES = 5;
    /** The clock may be set while nobody looks. */
    private static final long LOOK_MS = 15_000;

    private static final long AGAIN_MS = 1_000;

    private final Parts parts;
    private final ScheduledThreadPoolExecutor thread;
    private final ScheduleMeters meters;
    private final SecureRandom random = new SecureRandom();
    // Belong to the thread.
    private final Owned<Entry> all = new Owned<>();
    private long lookAtMs = Long.MAX_VALUE;
    /** The clock's word at the last look. Before the first it may have been anything. */
    private long lookedMs = Long.MAX_VALUE;

    private @Nullable Future<?> timer;

    /**
     * What schedules need of the node.
     *
     * @param institution name of the node's institution, part of the source of events
     */
    public record Parts(
            EventBus bus,
            ColumnStore store,
            Authentication authentication,
            String institution,
            ScheduleLimits limits,
            LongSupplier clockMs) {}

    public ScheduleService(Parts parts, MeterRegistry registry) {
        this.parts = parts;
        this.meters = new ScheduleMeters(registry);
        this.thread =
                new ScheduledThreadPoolExecutor(1, Pools.threads("schedules"), new ThreadPoolExecutor.DiscardPolicy());
        thread.setRemoveOnCancelPolicy(true);
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Reads what is stored. Throws {@link RefusedException} WXW-2104. */
    public void load() {
        Columns.forEach(parts.store(), Column.SCHEDULES, row -> all.add(Entry.of(row.value())));
        meters.schedules.set(all.size());
    }

    /** Begins to publish: what a crash left under way first. */
    public void start() {
        thread.execute(() -> {
            all.all().stream().filter(each -> each.progress().underWay() > 0).forEach(each -> publish(each, 1));
            lookAtAll();
        });
    }

    /** Takes up what is due, and comes again when the next is. */
    private void lookAtAll() {
        stopWaiting();
        long now = parts.clockMs().getAsLong();
        boolean clockSetBack = isAhead(lookedMs, now);
        lookedMs = now;
        for (Entry each : all.all()) {
            try {
                look(clockSetBack ? withClockSetBack(each, now) : each, now);
            } catch (RefusedException notWritten) {
                LOG.error(
                        "{} schedule {}: {}", notWritten.refusal().code().text(), each.name(), notWritten.getMessage());
            } catch (RuntimeException mistake) {
                // One schedule that cannot be looked at does not end the clock of all the others.
                LOG.error("{} schedule {}", FailureCode.INTERNAL.text(), each.name(), mistake);
            }
        }
        long next = all.all().stream()
                .filter(each ->
                        each.progress().underWay() == 0 && each.progress().next() > 0)
                .mapToLong(each -> each.progress().next())
                .min()
                .orElse(Long.MAX_VALUE);
        lookAt(Math.min(next, now + LOOK_MS));
    }

    private boolean isAhead(long ms, long now) {
        return ms > now + parts.limits().graceMs();
    }

    private Entry withClockSetBack(Entry each, long now) {
        Progress right =
                each.progress().setBack(each.schedule(), now, parts.limits().graceMs());
        if (right.equals(each.progress())) {
            return each;
        }
        LOG.atWarn()
                .addKeyValue("code", FailureCode.PROCESSING.text())
                .log(
                        "schedule {} of '{}': its next time was reckoned with a clock that was ahead; it is {} now",
                        each.name(),
                        each.owner(),
                        Instant.ofEpochMilli(right.next()));
        return kept(each, each.with(right));
    }

    private void look(Entry each, long now) {
        Progress moved =
                each.progress().due(each.schedule(), now, parts.limits().graceMs());
        if (moved.equals(each.progress())) {
            return;
        }
        Entry entry = kept(each, each.with(moved));
        if (moved.missed() > each.progress().missed()) {
            LOG.atWarn()
                    .addKeyValue("code", FailureCode.PROCESSING.text())
                    .log(
                            "schedule {} of '{}': {} times passed while the node was not looking",
                            each.name(),
                            each.owner(),
                            moved.missed() - each.progress().missed());
        }
        if (moved.underWay() > 0) {
            publish(entry, 1);
        }
    }

    private void lookAt(long atMs) {
        if (atMs < lookAtMs) {
            stopWaiting();
            lookAtMs = atMs;
            long delay = Math.max(1, atMs - parts.clockMs().getAsLong());
            timer = thread.schedule(this::lookAtAll, delay, TimeUnit.MILLISECONDS);
        }
    }

    private void stopWaiting() {
        lookAtMs = Long.MAX_VALUE;
        Future<?> waiting = timer;
        if (waiting != null) {
            waiting.cancel(false);
            timer = null;
        }
    }

    private void publish(Entry entry, int attempt) {
        Access owner = parts.authentication().absent(entry.owner(), null);
        if (!owner.mayPublish(entry.schedule().topic(), entry.schedule().attributes())) {
            settled(entry, FailureCode.NOT_GRANTED.text() + " the schedule's owner may not publish to this topic");
            return;
        }
        EventDraft draft = entry.draft(parts.institution());
        // What comes at a time comes then: the owner's next publications wait for it, if it is more than he may.
        long unusedWait = owner.spending().owe(draft.sizeBytes(), System.nanoTime());
        CompletableFuture<?> unused =
                Publication.of(parts.bus(), draft).thenAcceptAsync(answer -> onAnswer(entry, attempt, answer), thread);
    }

    private void onAnswer(Entry entry, int attempt, Optional<Refusal> answer) {
        if (answer.isEmpty()) {
            settled(entry, "");
            return;
        }
        FailureCode code = answer.get().code();
        boolean passing = switch (code.kind()) {
            case OVERLOADED, UNAVAILABLE, INTERNAL -> attempt < TRIES;
            default -> false;
        };
        if (passing) {
            var unused =
                    thread.schedule(() -> publishAgain(entry, attempt + 1), AGAIN_MS << attempt, TimeUnit.MILLISECONDS);
            return;
        }
        // What a former try published stands, also if the schedule has been changed since.
        settled(
                entry,
                code == FailureCode.IDENTITY_REUSED
                        ? ""
                        : code.text() + " " + answer.get().detail());
    }

    /** Of a schedule that was removed meanwhile nothing more is published. */
    private void publishAgain(Entry entry, int attempt) {
        if (isUnderWay(entry, current(entry))) {
            publish(entry, attempt);
        }
    }

    private static boolean isUnderWay(Entry entry, @Nullable Entry now) {
        return now != null && now.progress().underWay() == entry.progress().underWay();
    }

    /** What is under way is done with, or was not taken; the schedule may have been changed or removed meanwhile. */
    private void settled(Entry entry, String problem) {
        Entry now = current(entry);
        if (now == null || !isUnderWay(entry, now)) {
            return;
        }
        if (isAhead(entry.progress().underWay(), parts.clockMs().getAsLong())) {
            lookedMs = Long.MAX_VALUE;
        }
        try {
            kept(now, now.with(now.progress().settled(now.schedule(), problem)));
            lookAtAll();
        } catch (RefusedException notWritten) {
            LOG.error("{} schedule {}: {}", notWritten.refusal().code().text(), entry.name(), notWritten.getMessage());
            var unused = thread.schedule(() -> settled(entry, problem), LOOK_MS, TimeUnit.MILLISECONDS);
        }
    }

    private @Nullable Entry current(Entry entry) {
        return all.all().stream()
                .filter(each -> each.secret().equals(entry.secret()))
                .findFirst()
                .orElse(null);
    }

    /** On the disk, then in memory. */
    private Entry kept(@Nullable Entry from, Entry to) {
        ColumnStore.Writes writes = new ColumnStore.Writes();
        writes.put(Column.SCHEDULES, to.key(), to.bytes());
        parts.store().write(writes, true);
        all.add(to);
        meters.schedules.set(all.size());
        meters.moved(from == null ? Progress.NONE : from.progress(), to.progress());
        return to;
    }

    @Override
    public CompletableFuture<List<Shown>> list(Access access) {
        return onThread(
                () -> all.of(access).stream().map(ScheduleService::shown).toList());
    }

    @Override
    public CompletableFuture<Shown> show(Access access, String id) {
        return with(access, id, ScheduleService::shown);
    }

    private static Shown shown(Entry entry) {
        Progress progress = entry.progress();
        return new Shown(
                entry.name(),
                entry.owner(),
                entry.schedule().json(),
                entry.createdMs(),
                progress.underWay() > 0 ? progress.underWay() : progress.next(),
                progress.last(),
                Map.of("fired", progress.fired(), "missed", progress.missed(), "failed", progress.failed()),
                progress.lastFailure());
    }

    @Override
    public CompletableFuture<Put> put(Access access, String id, byte[] body) {
        if (body.length > parts.limits().bytes()) {
            throw Problem.of(
                            FailureCode.REQUEST_TOO_LARGE,
                            "a schedule has at most " + parts.limits().bytes() + " bytes (schedules.size)")
                    .asException();
        }
        Schedule schedule = ScheduleReading.schedule(body);
        for (Access each :
                List.of(access, parts.authentication().absent(access.principal().name(), null))) {
            if (!each.mayPublish(schedule.topic(), schedule.attributes())) {
                throw new RefusedException(
                        FailureCode.NOT_GRANTED,
                        "no grant lets '" + access.principal().name() + "' publish to " + schedule.topic());
            }
        }
        return onThread(() -> putAt(access, id, schedule));
    }

    private Put putAt(Access access, String id, Schedule schedule) {
        long now = parts.clockMs().getAsLong();
        Entry former = all.find(access, id);
        // One time that is just over is as one that is due: whoever names it a little too late means it all the same.
        long from = schedule.times() instanceof At ? now - parts.limits().graceMs() : now;
        long last = former == null ? 0 : former.progress().last();
        long behind = isAhead(last, now) ? from : Math.max(from, last);
        if (schedule.after(behind) == 0) {
            throw JsonBody.refused("no such time is to come", schedule.json().has("at") ? "/at" : "/cron");
        }
        if (former == null) {
            requireRoom(access.principal().name(), id);
        }
        Entry entry = former == null
                ? new Entry(id, access.principal().name(), secret(), now, schedule, Progress.NONE)
                : former.with(schedule, former.progress());
        entry = kept(former, entry.with(entry.progress().begun(schedule, behind)));
        lookAt(entry.progress().next());
        return new Put(shown(entry), former == null);
    }

    private String secret() {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return HexFormat.of().formatHex(secret);
    }

    private void requireRoom(String owner, String id) {
        if (id.indexOf('@') > 0) {
            throw unknown(id);
        }
        if (all.size() >= parts.limits().max()) {
            throw new RefusedException(
                    FailureCode.PROCESSING_LIMIT,
                    "the node keeps " + parts.limits().max() + " schedules (schedules.max)");
        }
        if (!owner.isEmpty() && all.countOf(owner, "") >= parts.limits().maxPerUser()) {
            throw new RefusedException(
                    FailureCode.PROCESSING_LIMIT,
                    "the node keeps " + parts.limits().maxPerUser() + " schedules of one user (schedules.maxPerUser)");
        }
    }

    private static RefusedException unknown(String id) {
        return new RefusedException(FailureCode.PROCESSING_UNKNOWN, "nobody here has a schedule '" + id + "' for you");
    }

    @Override
    public CompletableFuture<Shown> remove(Access access, String id) {
        return with(access, id, entry -> {
            ColumnStore.Writes writes = new ColumnStore.Writes();
            writes.delete(Column.SCHEDULES, entry.key());
            parts.store().write(writes, true);
            all.remove(entry);
            meters.schedules.set(all.size());
            return shown(entry);
        });
    }

    private <T> CompletableFuture<T> with(Access access, String id, Function<Entry, T> use) {
        return onThread(() -> {
            Entry entry = all.find(access, id);
            if (entry == null) {
                throw unknown(id);
            }
            return use.apply(entry);
        });
    }

    private <T> CompletableFuture<T> onThread(java.util.function.Supplier<T> work) {
        if (thread.isShutdown()) {
            return CompletableFuture.failedFuture(
                    new RefusedException(FailureCode.SHUTTING_DOWN, "the node is stopping"));
        }
        return CompletableFuture.supplyAsync(work, thread);
    }

    /** Nothing more is begun; what is under way is published again at the next start, as the same event. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            boolean unused = thread.awaitTermination(LOOK_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
