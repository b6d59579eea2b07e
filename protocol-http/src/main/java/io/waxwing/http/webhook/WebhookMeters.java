package io.waxwing.http.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counters of webhooks. */
final class WebhookMeters {
    private final Counter delivered;
    private final Counter failed;

    WebhookMeters(MeterRegistry registry) {
        delivered = counter(registry, "delivered");
        failed = counter(registry, "failed");
    }

    private static Counter counter(MeterRegistry registry, String result) {
        return Counter.builder("waxwing.webhook.requests")
                .description("Events posted to receivers, by what became of it")
                .tag("result", result)
                .register(registry);
    }

    void sent(boolean done) {
        (done ? delivered : failed).increment();
    }
}
