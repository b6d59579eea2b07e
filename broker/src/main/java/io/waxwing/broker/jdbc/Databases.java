package io.waxwing.broker.jdbc;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.broker.runtime.Pools;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Principal;
import io.waxwing.bus.spi.Access;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The databases that the configuration names. Any thread. */
public final class Databases implements AutoCloseable {
    private final Map<String, Database> all = new TreeMap<>();
    private final MeterRegistry registry;
    private final @Nullable Drivers drivers;
    private final @Nullable ScheduledThreadPoolExecutor watch;

    /** Throws {@link RefusedException} WXW-2002 if there is no driver for one of them. */
    public Databases(JdbcSettings settings, MeterRegistry registry) {
        this.registry = registry;
        if (settings.connections().isEmpty()) {
            drivers = null;
            watch = null;
            return;
        }
        if (settings.drivers().isEmpty()) {
            throw new RefusedException(
                    FailureCode.CONFIG_VALUE, "jdbc.drivers: want the folder with the drivers of jdbc.connections");
        }
        Drivers found = new Drivers(Path.of(settings.drivers()));
        drivers = found;
        // Drivers that ask for it; for others the alarm of Database holds.
        DriverManager.setLoginTimeout((int) Math.max(1, TimeUnit.MILLISECONDS.toSeconds(settings.connectMs())));
        ScheduledThreadPoolExecutor alarms =
                new ScheduledThreadPoolExecutor(1, Pools.threads("jdbc-watch"), new ThreadPoolExecutor.DiscardPolicy());
        alarms.setRemoveOnCancelPolicy(true);
        watch = alarms;
        for (JdbcSettings.Named named : settings.connections()) {
            Database database = new Database(named, found.of(named), settings, alarms);
            all.put(named.name(), database);
            Gauge.builder("waxwing.jdbc.connected", () -> database.isOpen() ? 1 : 0)
                    .description("1 while there is a connection to the database")
                    .tag("connection", named.name())
                    .register(registry);
        }
    }

    /**
     * The one of this name, null if there is none that he may have rules write to.
     *
     * @param asked whether the node asks who somebody is
     */
    public @Nullable Database find(String name, Access access, boolean asked) {
        Database database = all.get(name);
        if (database == null) {
            return null;
        }
        JdbcSettings.Named named = database.named();
        boolean may = !asked
                || named.anybody()
                || access.principal().kind() == Principal.Kind.OPERATOR
                || named.users().contains(access.principal().name());
        return may ? database : null;
    }

    /** Counts what became of a row. */
    public void count(String name, Stored.Result result) {
        Counter.builder("waxwing.jdbc.rows")
                .description("Rows that were to be stored, by what became of the try")
                .tag("connection", name)
                .tag("result", result.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment();
    }

    @Override
    public void close() {
        all.values().forEach(Database::close);
        if (watch != null) {
            watch.shutdownNow();
        }
        if (drivers != null) {
            drivers.close();
        }
    }
}
