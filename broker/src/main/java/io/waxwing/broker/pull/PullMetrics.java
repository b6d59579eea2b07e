package io.waxwing.broker.pull;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;

/** Counters of subscriptions. */
final class PullMetrics {
    final Counter lent;
    final Counter again;
    final Counter acknowledged;
    final Counter hidden;
    final Counter missed;
    final AtomicInteger subscriptions = new AtomicInteger();
    final AtomicInteger consumers = new AtomicInteger();

    PullMetrics(MeterRegistry registry) {
        lent = Counter.builder("waxwing.pull.lent")
                .description("Events lent to consumers for the first time")
                .register(registry);
        again = Counter.builder("waxwing.pull.lent.again")
                .description("Events lent once more")
                .register(registry);
        acknowledged = Counter.builder("waxwing.pull.acknowledged")
                .description("Events that consumers are done with")
                .register(registry);
        hidden = Counter.builder("waxwing.pull.hidden")
                .description("Events passed over: their owner may not read them any more")
                .register(registry);
        missed = Counter.builder("waxwing.pull.missed")
                .description("Events whose content was not kept any more when a subscription came to them")
                .register(registry);
        Gauge.builder("waxwing.pull.subscriptions", subscriptions, AtomicInteger::get)
                .description("Durable subscriptions")
                .register(registry);
        Gauge.builder("waxwing.pull.waiting", consumers, AtomicInteger::get)
                .description("Consumers that wait for events")
                .register(registry);
    }
}
