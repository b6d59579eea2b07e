package io.waxwing.broker.dispatch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.waxwing.broker.intake.IntakeMetrics;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** The figures of dispatch. */
final class DispatchMetrics {
    final Counter ordered;
    final Counter slow;
    final Counter readersFull;
    final Counter undeliverable;
    final Counter missed;
    final Timer orderedDuration;
    final AtomicInteger subscriptions = new AtomicInteger();
    final AtomicInteger retained = new AtomicInteger();
    final AtomicLong behind = new AtomicLong();

    DispatchMetrics(MeterRegistry registry) {
        ordered = Counter.builder("waxwing.events.ordered")
                .description("Events that became final")
                .register(registry);
        slow = Counter.builder("waxwing.subscribers.slow")
                .description("Times a subscriber had no room and was continued from the store")
                .register(registry);
        readersFull = Counter.builder("waxwing.readers.full")
                .description("Times a read of history had to wait for the pool")
                .register(registry);
        undeliverable = Counter.builder("waxwing.shared.undeliverable")
                .description("Events of shared subscriptions that no member could take")
                .register(registry);
        missed = Counter.builder("waxwing.delivery.missed")
                .description("Events that subscribers came to when their content was not kept any more")
                .register(registry);
        orderedDuration = Timer.builder("waxwing.ordered.duration")
                .description("From receiving an event to its finality")
                .serviceLevelObjectives(IntakeMetrics.buckets())
                .register(registry);
        Gauge.builder("waxwing.subscriptions", subscriptions, AtomicInteger::get)
                .description("Subscriptions in force")
                .register(registry);
        Gauge.builder("waxwing.dispatch.blocks.waiting", behind, AtomicLong::get)
                .description("Final blocks that are not delivered, because payloads are missing or the node catches up")
                .register(registry);
        Gauge.builder("waxwing.retained.events", retained, AtomicInteger::get)
                .description("Topics with a retained value")
                .register(registry);
    }
}
