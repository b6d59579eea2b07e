package io.waxwing.anchor.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** What the anchor counts of a node's own batches. */
final class AnchorMetrics {
    final Counter batches;
    final DistributionSummary batchEvents;
    final Counter pushed;
    final Counter unsent;
    final Counter repeats;
    final Timer certificateDuration;

    AnchorMetrics(MeterRegistry registry) {
        batches = counter(registry, "waxwing.anchor.batches", "Batches closed and signed");
        pushed = counter(registry, "waxwing.anchor.pushes", "Batches sent to a member");
        unsent = counter(registry, "waxwing.anchor.pushes.unsent", "Batches that found no link or no room to a member");
        repeats = counter(registry, "waxwing.anchor.pushes.repeated", "Batches sent again because signatures are owed");
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
