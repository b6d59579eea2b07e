package io.waxwing.broker.jdbc;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Stream;

/** The drivers in the jars of a folder, which see nothing of the node's own classes. Any thread. */
final class Drivers implements AutoCloseable {
    private final Path folder;
    private final URLClassLoader classes;
    private final List<Driver> all = new ArrayList<>();

    /** Throws {@link RefusedException} WXW-2002 if the folder or a driver cannot be read. */
    Drivers(Path folder) {
        this.folder = folder;
        this.classes = new URLClassLoader("jdbc", jars(folder), ClassLoader.getPlatformClassLoader());
        try {
            ServiceLoader.load(Driver.class, classes).forEach(this::keep);
        } catch (ServiceConfigurationError | LinkageError broken) {
            throw refused("a driver in " + folder + " cannot be used: " + broken);
        }
    }

    /** Not those that Java itself brings. */
    private void keep(Driver driver) {
        if (driver.getClass().getClassLoader() == classes) {
            all.add(driver);
        }
    }

    private static URL[] jars(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            List<URL> jars = new ArrayList<>();
            for (Path file : files.filter(each -> each.toString().endsWith(".jar"))
                    .sorted()
                    .toList()) {
                jars.add(url(file));
            }
            return jars.toArray(new URL[0]);
        } catch (IOException unreadable) {
            throw refused("the folder " + folder + " cannot be read");
        }
    }

    private static URL url(Path file) {
        try {
            return file.toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw refused(file + " has no address");
        }
    }

    /** The one that takes an address; throws {@link RefusedException} WXW-2002 if there is none. */
    Driver of(JdbcSettings.Named database) {
        for (Driver driver : all) {
            if (takes(driver, database.url())) {
                return driver;
            }
        }
        throw new RefusedException(
                FailureCode.CONFIG_VALUE,
                "jdbc.connections: no driver in " + folder + " takes the url of '" + database.name() + "'");
    }

    private static boolean takes(Driver driver, String url) {
        try {
            return driver.acceptsURL(url);
        } catch (SQLException notIts) {
            return false;
        }
    }

    private static RefusedException refused(String why) {
        return new RefusedException(FailureCode.CONFIG_VALUE, "jdbc.drivers: " + why);
    }

    @Override
    public void close() {
        try {
            classes.close();
        } catch (IOException nothingIsLost) {
            all.clear();
        }
    }
}
