package io.waxwing.perf.peer;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;

/**
 * A broker that can be started.
 *
 * @param name as in the report, with what decides about its speed
 * @param isInstalled false: it is left out
 * @param starter starts it with its files below a folder
 */
public record Peer(String name, BooleanSupplier isInstalled, Starter starter) {
    /** Starts a broker. */
    @FunctionalInterface
    public interface Starter {
        BrokerProcess start(Path below) throws IOException, InterruptedException;
    }
}
