package io.waxwing.broker.schedule;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** Counters of all schedules together; each shows its own. */
final class ScheduleMeters {
    final Counter fired;
    final Counter failed;
    final Counter missed;
    final AtomicInteger schedules = new AtomicInteger();

    ScheduleMeters(MeterRegistry registry) {
        fired = counter(registry, "fired");
        failed = counter(registry, "failed");
        missed = counter(registry, "missed");
        Gauge.builder("waxwing.schedules", schedules, AtomicInteger::get)
                .description("Schedules")
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String result) {
        return Counter.builder("waxwing.schedules.times")
                .description("Times of schedules that have come, by what became of them")
                .tag("result", result)
                .register(registry);
    }

    void moved(Progress from, Progress to) {
        fired.increment((double) (to.fired() - from.fired()));
        failed.increment((double) (to.failed() - from.failed()));
        missed.increment((double) (to.missed() - from.missed()));
    }
}
