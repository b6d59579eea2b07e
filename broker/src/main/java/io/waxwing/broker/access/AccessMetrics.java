package io.waxwing.broker.access;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.identity.Action;

/** Counts who was not let in and what was not allowed; never who or which topic. */
final class AccessMetrics {
    private final MeterRegistry registry;
    private final Counter reloaded;
    private final Counter unreadable;

    AccessMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.reloaded = reloads("renewed");
        this.unreadable = reloads("refused");
    }

    private Counter reloads(String result) {
        return Counter.builder("waxwing.access.reloads")
                .description("Changed access files that were found")
                .tag("result", result)
                .register(registry);
    }

    void reloaded(boolean good) {
        (good ? reloaded : unreadable).increment();
    }

    void loggedIn(String protocol) {
        Counter.builder("waxwing.auth.logins")
                .description("Logins that were let in")
                .tag("protocol", protocol)
                .register(registry)
                .increment();
    }

    void failed(String protocol, FailureCode code) {
        String reason = switch (code) {
            case LOGIN_MISSING -> "missing";
            case LOGIN_LIMIT -> "limit";
            case LOGIN_BUSY -> "busy";
            default -> "wrong";
        };
        Counter.builder("waxwing.auth.failures")
                .description("Logins that were refused")
                .tag("protocol", protocol)
                .tag("reason", reason)
                .register(registry)
                .increment();
    }

    void denied(String protocol, Action action) {
        Counter.builder("waxwing.authz.denied")
                .description("Requests that no grant allows")
                .tag("protocol", protocol)
                .tag("action", action.word())
                .register(registry)
                .increment();
    }
}
