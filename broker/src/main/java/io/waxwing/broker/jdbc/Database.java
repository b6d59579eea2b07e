package io.waxwing.broker.jdbc;

import io.waxwing.broker.runtime.Pools;
import io.waxwing.bus.failure.FailureCode;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One database that rules write to, with a thread that may wait for it. Whatever it does, others do not wait: what it
 * does not answer in time is answered here, and while it hangs nothing is sent to it. Any thread.
 */
public final class Database {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final long HANGS_MS = 5_000;
    private static final long BUSY_MS = 1_000;

    private final JdbcSettings.Named named;
    private final Link link;
    private final ThreadPoolExecutor thread;
    private final ScheduledExecutorService watch;
    private final long patienceMs;
    /** What is under way; written by the database's thread. */
    private volatile @Nullable CompletableFuture<?> current;

    /**
     * Makes one; it is not connected to yet.
     *
     * @param watch on which time runs out
     */
    Database(JdbcSettings.Named named, Driver driver, JdbcSettings settings, ScheduledExecutorService watch) {
        this.named = named;
        this.watch = watch;
        int seconds = (int) Math.max(1, TimeUnit.MILLISECONDS.toSeconds(settings.statementMs()));
        this.link = new Link(named, driver, seconds, () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
        this.thread = Pools.bounded("jdbc-" + named.name(), 1, settings.waiting());
        this.patienceMs = settings.connectMs() + 2 * settings.statementMs();
    }

    JdbcSettings.Named named() {
        return named;
    }

    boolean isOpen() {
        return link.isOpen();
    }

    /** Stores a row, once however often it is asked. */
    public CompletableFuture<Stored> insert(Table table, Row row) {
        return watched(() -> inserted(table, row), away -> away);
    }

    /** What is wrong with a table. */
    public CompletableFuture<Fit> look(Table table) {
        return watched(() -> fit(table), away -> new Fit(FailureCode.DATABASE, "connection", away.detail()));
    }

    /**
     * How a table fits a rule.
     *
     * @param code null if it does
     * @param member of the rule's target that does not
     */
    public record Fit(@Nullable FailureCode code, String member, String detail) {
        static final Fit WELL = new Fit(null, "", "");
    }

    private interface AsAnswer<T> {
        T of(Stored stored);
    }

    private <T> CompletableFuture<T> watched(Supplier<T> work, AsAnswer<T> as) {
        CompletableFuture<?> now = current;
        if (now != null && now.isDone()) {
            return CompletableFuture.completedFuture(as.of(Stored.away(HANGS_MS, link.away(": it does not answer"))));
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            thread.execute(() -> run(work, as, answer));
            return answer;
        } catch (RejectedExecutionException full) {
            return CompletableFuture.completedFuture(
                    as.of(Stored.away(BUSY_MS, "too many rows wait for database '" + named.name() + "'")));
        }
    }

    private <T> void run(Supplier<T> work, AsAnswer<T> as, CompletableFuture<T> answer) {
        current = answer;
        Future<?> alarm = watch.schedule(() -> late(as, answer), patienceMs, TimeUnit.MILLISECONDS);
        try {
            T done = work.get();
            current = null;
            answer.complete(done);
        } catch (RuntimeException | LinkageError broken) {
            current = null;
            LOG.error("{} the driver of '{}' fails", FailureCode.DATABASE.text(), named.name(), broken);
            link.close();
            answer.complete(as.of(Stored.failed("the driver of '" + named.name() + "' fails, see the log")));
        } finally {
            alarm.cancel(false);
        }
    }

    private <T> void late(AsAnswer<T> as, CompletableFuture<T> answer) {
        String what = "does not answer within " + patienceMs + " ms";
        boolean inTime = !answer.complete(as.of(
                link.isOpening()
                        ? Stored.away(HANGS_MS, link.away(": it " + what))
                        : Stored.failed("database '" + named.name() + "' " + what)));
        if (!inTime) {
            LOG.warn("{} database '{}' {}", FailureCode.DATABASE.text(), named.name(), what);
            link.abort();
        }
    }

    /** On the thread. */
    private Fit fit(Table table) {
        try {
            Connection connection = link.open();
            link.forget();
            try {
                Insert unused = link.insert(connection, table);
                return Fit.WELL;
            } catch (SQLException failed) {
                boolean away = Faults.isAway(failed) || !link.isValid(connection);
                String what = away ? link.lost(failed).what() : Faults.text(failed);
                return new Fit(FailureCode.DATABASE, "connection", what);
            }
        } catch (Link.AwayException away) {
            return new Fit(FailureCode.DATABASE, "connection", away.what());
        } catch (MisfitException misfit) {
            return new Fit(FailureCode.PROCESSING, misfit.member(), misfit.what());
        }
    }

    /** On the thread. */
    private Stored inserted(Table table, Row row) {
        try {
            Connection connection = link.open();
            try {
                Insert insert = link.insert(connection, table);
                return stored(connection, insert, row);
            } catch (SQLException failed) {
                if (Faults.isAway(failed) || !link.isValid(connection)) {
                    return link.lost(failed).stored();
                }
                link.forget();
                return Stored.failed(Faults.text(failed));
            }
        } catch (Link.AwayException away) {
            return away.stored();
        } catch (MisfitException misfit) {
            boolean ofValue = misfit.member().equals("columns");
            String what = misfit.member() + ": " + misfit.what();
            return ofValue ? Stored.never(what) : Stored.failed(what);
        }
    }

    /** A row that is refused may be there from a try whose answer was lost. */
    private Stored stored(Connection connection, Insert insert, Row row) throws SQLException, MisfitException {
        try {
            insert.store(connection, row, link.seconds());
            return Stored.NEW;
        } catch (SQLException failed) {
            if (Faults.isAway(failed)) {
                throw failed;
            }
            if (insert.isThere(connection, row.key(), link.seconds())) {
                return Stored.THERE;
            }
            if (Faults.isForGood(failed)) {
                return Stored.never(Faults.text(failed));
            }
            throw failed;
        }
    }

    /** What is under way is ended; rows that wait come again after the next start. */
    void close() {
        thread.shutdownNow();
        link.abort();
    }
}
