package io.waxwing.broker.processing;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** Counters of all rules together; each rule shows its own. Any thread. */
public final class RuleMeters {
    final Counter done;
    final Counter retried;
    final Counter dead;
    final Counter loops;
    final Counter passedOver;
    final AtomicInteger rules = new AtomicInteger();

    public RuleMeters(MeterRegistry registry) {
        done = counter(registry, "done");
        retried = counter(registry, "retried");
        dead = counter(registry, "dead");
        loops = Counter.builder("waxwing.processing.loops")
                .description("Events that have gone through too many rules")
                .register(registry);
        passedOver = Counter.builder("waxwing.processing.passed.over")
                .description("Events for which a rule's condition does not hold")
                .register(registry);
        Gauge.builder("waxwing.processing.rules", rules, AtomicInteger::get)
                .description("Rules")
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String result) {
        return Counter.builder("waxwing.processing.events")
                .description("Events that rules took on, by what became of the try")
                .tag("result", result)
                .register(registry);
    }
}
