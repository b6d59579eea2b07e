package io.waxwing.broker.pull;

import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.spi.EventReader;
import io.waxwing.bus.spi.SessionStore;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What subscriptions need of the node.
 *
 * @param thread owns all of them
 * @param readers where the store is read; may refuse
 * @param nonce a text that was never given before
 * @param waiters counts who waits
 */
record PullParts(
        EventBus bus,
        EventReader reader,
        Passing passing,
        SessionStore rows,
        ScheduledExecutorService thread,
        Executor readers,
        LongSupplier clockMs,
        Supplier<String> nonce,
        PullMetrics metrics,
        Waiters waiters) {}
