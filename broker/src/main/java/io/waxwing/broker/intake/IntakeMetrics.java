package io.waxwing.broker.intake;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** The figures of intake and journal. */
public final class IntakeMetrics {
    final Counter live;
    final Counter durable;
    final Counter duplicates;
    final Counter refusedStorage;
    final Counter refusedTopic;
    final Counter stalls;
    final Counter holdStalls;
    final Timer sync;
    final Timer durableDuration;

    public IntakeMetrics(MeterRegistry registry) {
        live = Counter.builder("waxwing.events.live")
                .description("Events of class live that were given to their receivers without being written")
                .register(registry);
        durable = Counter.builder("waxwing.events.durable")
                .description("Events whose synced write is done")
                .register(registry);
        duplicates = Counter.builder("waxwing.events.duplicate")
                .description("Events published again under the same source and id")
                .tag("kind", "id")
                .register(registry);
        refusedStorage = rejected(registry, "storage");
        refusedTopic = rejected(registry, "topic_limit");
        stalls = Counter.builder("waxwing.pipeline.stalls")
                .description("Times a publisher found the ring full")
                .tag("stage", "intake")
                .register(registry);
        holdStalls = Counter.builder("waxwing.pipeline.stalls")
                .description("Times a publisher found the ring full")
                .tag("stage", "entrusted")
                .register(registry);
        sync = Timer.builder("waxwing.wal.sync.duration")
                .description("Synced write of one group of events")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        durableDuration = Timer.builder("waxwing.durable.duration")
                .description("From receiving an event to its synced write")
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
    }

    /** Bounds of latency histograms. */
    private static final Duration[] BUCKETS = {
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    /** A fresh array of the bounds. */
    public static Duration[] buckets() {
        return BUCKETS.clone();
    }

    private static Counter rejected(MeterRegistry registry, String reason) {
        return Counter.builder("waxwing.events.rejected")
                .description("Events refused after they were read")
                .tag("protocol", "any")
                .tag("reason", reason)
                .register(registry);
    }
}
