package io.waxwing.broker.audit;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.broker.runtime.Pools;
import io.waxwing.bus.audit.Act;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.ActLog;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's audit log: one thread writes what waits, forces it, and tells those who wait. After a failure of the disk
 * nothing more is taken until the node starts again, and so nothing more is managed: what is done without a trace is
 * worse than what is not done.
 */
public final class AuditLog implements ActLog, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final int WAITING_MAX = 4_096;
    /** Refusals at once, then one in so long: some three megabytes a day of somebody who does nothing else. */
    private static final int REFUSALS = 20;

    private static final Duration REFUSAL_EACH = Duration.ofSeconds(10);
    private static final long CLOSE_SECONDS = 5;

    /**
     * Where the log is.
     *
     * @param lines how many it has
     * @param head hash of the last
     * @param sealable lines that are there to be sealed: what tells of seals does not count
     */
    public record Head(long lines, String head, long sealable) {}

    private record Waiting(Act act, Recorded then) {}

    // A test takes the disk away.
    final AuditFile file;
    private final ThreadPoolExecutor writer = Pools.bounded("audit", 1, WAITING_MAX);
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();
    private final Sparing refusals = new Sparing(REFUSALS, REFUSAL_EACH.toNanos(), System.nanoTime());
    private final Counter written;
    private final Counter passedOver;
    private volatile @Nullable Refusal problem;
    private volatile Head head;
    // Of the writer.
    private long sealable;

    /** Opens it. @throws RefusedException WXW-1230, WXW-2101, WXW-2103 */
    public AuditLog(Path path, MeterRegistry registry, Consumer<Act> each) {
        file = AuditFile.open(path, Instant.now(), line -> {
            sealable += AuditSeals.isOne(line.act()) ? 0 : 1;
            each.accept(line.act());
        });
        head = new Head(file.lines(), file.head(), sealable);
        written = Counter.builder("waxwing.audit.lines")
                .description("Lines written to the audit log")
                .register(registry);
        passedOver = Counter.builder("waxwing.audit.passed.over")
                .description("Refused acts and logins that the audit log counts without a line each")
                .register(registry);
    }

    @Override
    public @Nullable Refusal problem() {
        return problem;
    }

    /** Where it is now; what it says is on the disk. */
    public Head head() {
        return head;
    }

    @Override
    public void record(Act act, Recorded then) {
        if (count.incrementAndGet() > WAITING_MAX && act.refused()) {
            count.decrementAndGet();
            passedOver.increment();
            then.recorded(null);
            return;
        }
        waiting.add(new Waiting(act, then));
        try {
            writer.execute(this::write);
        } catch (RejectedExecutionException full) {
            // Whoever is at work, or closes, takes what waits along.
            if (writer.isShutdown() && writer.getQueue().isEmpty()) {
                refuseWaiting(new Refusal(FailureCode.SHUTTING_DOWN, "nothing more is written down"));
            }
        }
    }

    /** On the writer. */
    private void write() {
        List<Waiting> taken = new ArrayList<>();
        while (taken.size() < WAITING_MAX) {
            Waiting next = waiting.poll();
            if (next == null) {
                break;
            }
            taken.add(next);
        }
        count.addAndGet(-taken.size());
        if (taken.isEmpty()) {
            return;
        }
        Refusal failed = problem == null ? append(taken) : problem;
        taken.forEach(each -> tell(each, failed));
    }

    private static void tell(Waiting each, @Nullable Refusal failed) {
        try {
            each.then().recorded(failed);
        } catch (RuntimeException e) {
            LOG.error("WXW-1399 who waited for the audit log failed", e);
        }
    }

    private @Nullable Refusal append(List<Waiting> taken) {
        List<Act> acts = new ArrayList<>();
        for (Waiting each : taken) {
            Act act = each.act();
            if (act.refused() && !refusals.keeps(System.nanoTime())) {
                passedOver.increment();
                continue;
            }
            long others = act.refused() ? refusals.takePassedOver() : 0;
            acts.add(others == 0 ? act : and(act, others));
        }
        if (acts.isEmpty()) {
            return null;
        }
        try {
            file.append(acts, Instant.now());
        } catch (IOException e) {
            Refusal refusal = new Refusal(
                    FailureCode.AUDIT_STOPPED, e.getMessage() + "; nothing is managed until the node starts again");
            problem = refusal;
            LOG.atError()
                    .addKeyValue("code", FailureCode.AUDIT_STOPPED.text())
                    .log("the audit log cannot be written: {}", e.getMessage());
            return refusal;
        }
        written.increment(acts.size());
        sealable += acts.stream().filter(act -> !AuditSeals.isOne(act)).count();
        head = new Head(file.lines(), file.head(), sealable);
        return null;
    }

    private static Act and(Act act, long others) {
        return new Act(
                act.who(),
                act.from(),
                act.act(),
                act.what() + " (and " + others + " refused ones before it)",
                act.result(),
                true);
    }

    private void refuseWaiting(Refusal refusal) {
        for (Waiting next = waiting.poll(); next != null; next = waiting.poll()) {
            tell(next, refusal);
        }
    }

    @Override
    public void close() {
        writer.shutdown();
        try {
            if (!writer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("the audit log was not done writing; what was answered is on the disk");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        refuseWaiting(new Refusal(FailureCode.SHUTTING_DOWN, "nothing more is written down"));
        file.close();
    }
}
