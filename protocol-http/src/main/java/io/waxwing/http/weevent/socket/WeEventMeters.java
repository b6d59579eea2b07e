package io.waxwing.http.weevent.socket;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/** What is counted of STOMP on WeEvent's paths. Thread safe. */
final class WeEventMeters {
    private final AtomicInteger connections = new AtomicInteger();
    private final Counter refused;
    private final Counter lostEphemeral;

    WeEventMeters(MeterRegistry registry, IntSupplier subscriptions) {
        Gauge.builder("waxwing.weevent.connections", connections, AtomicInteger::get)
                .description("Open STOMP connections of WeEvent's clients.")
                .register(registry);
        Gauge.builder("waxwing.weevent.subscriptions", subscriptions::getAsInt)
                .description("Open subscriptions of WeEvent's clients.")
                .register(registry);
        this.refused = Counter.builder("waxwing.weevent.connections.refused")
                .description("Connections beyond weevent.maxConnections.")
                .register(registry);
        this.lostEphemeral = Counter.builder("waxwing.weevent.ephemeral.lost")
                .description("Ephemeral events for which a subscriber had no room.")
                .register(registry);
    }

    /** Takes a place. @return false if {@code limit} are open */
    boolean open(int limit) {
        if (connections.incrementAndGet() > limit) {
            connections.decrementAndGet();
            refused.increment();
            return false;
        }
        return true;
    }

    void closed() {
        connections.decrementAndGet();
    }

    void lostEphemeral() {
        lostEphemeral.increment();
    }
}
