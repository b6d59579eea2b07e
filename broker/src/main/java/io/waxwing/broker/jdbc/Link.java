package io.waxwing.broker.jdbc;

import io.waxwing.bus.failure.FailureCode;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection to a database: opened when it is needed, looked at after a while without work, and opened again
 * after waits that grow. Belongs to the database's thread but for {@link #abort} and {@link #isOpening}.
 */
final class Link {
    private static final Logger LOG = LoggerFactory.getLogger(Link.class);
    private static final long FIRST_WAIT_MS = 1_000;
    private static final long LONGEST_WAIT_MS = 60_000;
    private static final long IDLE_MS = 30_000;
    private static final int INSERTS_MAX = 256;

    private final JdbcSettings.Named named;
    private final Driver driver;
    private final int seconds;
    private final LongSupplier clockMs;
    private final Map<Table, Insert> inserts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Table, Insert> eldest) {
            return size() > INSERTS_MAX;
        }
    };
    private volatile @Nullable Connection connection;
    private volatile boolean opening;
    private long usedMs;
    private long notBeforeMs;
    private long waitMs = FIRST_WAIT_MS;

    Link(JdbcSettings.Named named, Driver driver, int seconds, LongSupplier clockMs) {
        this.named = named;
        this.driver = driver;
        this.seconds = seconds;
        this.clockMs = clockMs;
    }

    /** Nobody can work with the database before this time. */
    static final class AwayException extends Exception {
        private static final long serialVersionUID = 1L;
        private final long retryMs;

        AwayException(long retryMs, String what) {
            super(what, null, false, false);
            this.retryMs = retryMs;
        }

        Stored stored() {
            return Stored.away(retryMs, what());
        }

        String what() {
            return String.valueOf(getMessage());
        }
    }

    /** Seconds that a statement may take. */
    int seconds() {
        return seconds;
    }

    boolean isOpening() {
        return opening;
    }

    boolean isOpen() {
        return connection != null;
    }

    Insert insert(Connection with, Table table) throws SQLException, MisfitException {
        Insert known = inserts.get(table);
        if (known == null) {
            known = Insert.of(with, table);
            inserts.put(table, known);
        }
        return known;
    }

    /** What is known of tables may be wrong. */
    void forget() {
        inserts.clear();
    }

    /** One that works, as far as can be told. */
    Connection open() throws AwayException {
        long now = clockMs.getAsLong();
        Connection there = connection;
        if (there != null && (now - usedMs < IDLE_MS || isValid(there))) {
            usedMs = now;
            return there;
        }
        close();
        if (now < notBeforeMs) {
            throw new AwayException(notBeforeMs - now, away(""));
        }
        return opened(now);
    }

    private Connection opened(long now) throws AwayException {
        opening = true;
        try {
            Properties login = new Properties();
            if (!named.user().isEmpty()) {
                login.setProperty("user", named.user());
                login.setProperty("password", new String(named.password().bytes(), StandardCharsets.UTF_8));
            }
            Connection fresh = driver.connect(named.url(), login);
            if (fresh == null) {
                throw new SQLException("the driver does not take the url");
            }
            connection = fresh;
            fresh.setAutoCommit(true);
            limit(fresh);
            waitMs = FIRST_WAIT_MS;
            usedMs = now;
            return fresh;
        } catch (SQLException failed) {
            throw lost(failed);
        } finally {
            opening = false;
        }
    }

    /** Also what the driver does without being asked ends some time. */
    private void limit(Connection fresh) throws SQLException {
        try {
            fresh.setNetworkTimeout(Runnable::run, (int) TimeUnit.SECONDS.toMillis(seconds * 2L));
        } catch (SQLFeatureNotSupportedException | AbstractMethodError unknown) {
            LOG.debug("the driver of '{}' has no network timeout", named.name());
        }
    }

    boolean isValid(Connection there) {
        try {
            return there.isValid(seconds);
        } catch (SQLException notAtAll) {
            return false;
        }
    }

    /** Notes that it does not work; the next try comes later each time. */
    AwayException lost(SQLException why) {
        close();
        long wait = waitMs;
        notBeforeMs = clockMs.getAsLong() + wait;
        waitMs = Math.min(LONGEST_WAIT_MS, wait * 2);
        LOG.warn("{} {}", FailureCode.DATABASE.text(), away(": " + hidden(Faults.text(why))));
        return new AwayException(wait, away(" (SQLState " + why.getSQLState() + ")"));
    }

    String away(String why) {
        return "database '" + named.name() + "' cannot be reached" + why;
    }

    /** Drivers like to repeat what they were given. */
    private String hidden(String said) {
        String password = new String(named.password().bytes(), StandardCharsets.UTF_8);
        String without = said.replace(named.url(), "(url)");
        return password.isEmpty() ? without : without.replace(password, "(password)");
    }

    void close() {
        Connection there = connection;
        connection = null;
        inserts.clear();
        if (there != null) {
            try {
                there.close();
            } catch (SQLException gone) {
                LOG.debug("the connection to '{}' was gone already", named.name());
            }
        }
    }

    /** Ends what is under way, from another thread. */
    void abort() {
        Connection there = connection;
        if (there != null) {
            try {
                there.abort(Runnable::run);
            } catch (SQLException | AbstractMethodError unable) {
                LOG.debug("the connection to '{}' cannot be aborted", named.name());
            }
        }
    }
}
