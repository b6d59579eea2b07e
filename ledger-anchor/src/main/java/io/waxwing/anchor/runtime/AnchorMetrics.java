package io.waxwing.anchor.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.atomic.AtomicLong;

/** What the anchor counts of a node's own batches. */
public final class AnchorMetrics {
    final Counter batches;
    final DistributionSummary batchEvents;
    final Counter pushed;
    final Counter unsent;
    final Counter repeats;
    final Timer certificateDuration;

    final Counter refused;
    // Sums over all lanes: written by the core thread, read by the gauges from another.
    final AtomicLong pendingEvents = new AtomicLong();
    final AtomicLong uncertified = new AtomicLong();

    public AnchorMetrics(MeterRegistry registry) {
        batches = counter(registry, "waxwing.anchor.batches", "Batches closed and signed");
        pushed = counter(registry, "waxwing.anchor.pushes", "Batches sent to a member");
        unsent = counter(registry, "waxwing.anchor.pushes.unsent", "Batches that found no link or no room to a member");
        repeats = counter(registry, "waxwing.anchor.pushes.repeated", "Batches sent again because signatures are owed");
        refused = counter(registry, "waxwing.anchor.submissions.refused", "Certified batches that the ledger refused");
        Gauge.builder("waxwing.ledger.pending.events", pendingEvents, AtomicLong::get)
                .description("Durable events that are not final yet")
                .register(registry);
        Gauge.builder("waxwing.anchor.batches.uncertified", uncertified, AtomicLong::get)
                .description("Batches of this node that too few members have signed for")
                .register(registry);
        certificateDuration = Timer.builder("waxwing.anchor.certificate.duration")
                .description("From sending a batch to its members to having the signatures it needs")
                .publishPercentileHistogram()
                .register(registry);
        batchEvents = DistributionSummary.builder("waxwing.anchor.batch.events")
                .description("Events of a closed batch")
                .serviceLevelObjectives(1, 10, 100, 1000, 4096)
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }
}
