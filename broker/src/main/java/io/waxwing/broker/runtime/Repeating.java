package io.waxwing.broker.runtime;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Something that is done every so often on a thread of its own and may wait. A failure does not end it. Who closes it
 * interrupts it and waits for its end.
 */
public final class Repeating implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Repeating.class);

    private static final long END_S = 10;

    private final String name;
    private final ScheduledExecutorService thread;

    public Repeating(String name, Duration every, Runnable task) {
        this.name = name;
        thread = Executors.newSingleThreadScheduledExecutor(Pools.threads(name));
        Future<?> unused = thread.scheduleWithFixedDelay(
                () -> {
                    try {
                        task.run();
                    } catch (RuntimeException e) {
                        LOG.error("WXW-1399 {} failed and is tried again", name, e);
                    }
                },
                every.toNanos(),
                every.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            if (!thread.awaitTermination(END_S, TimeUnit.SECONDS)) {
                LOG.error("WXW-1399 {} does not end", name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
