package io.waxwing.perf.http;

import io.waxwing.perf.mqtt.LoadResult;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Runs a plan against a broker on the calling thread. Latency is taken from the time when a request was due, so a
 * broker that makes a fixed pace wait does not look better for it.
 */
public final class HttpLoad implements AutoCloseable {
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final HttpPlan plan;
    private final Selector selector;
    private final List<HttpPublisher> publishers = new ArrayList<>();
    private final Histogram acknowledgement = new Histogram(LONGEST_NANOS, 3);
    private long nextPaced;
    private long pacedSinceNanos;

    /** Opens all connections. */
    public HttpLoad(InetSocketAddress broker, HttpPlan plan) throws IOException {
        this.plan = plan;
        this.selector = Selector.open();
        for (int i = 0; i < plan.connections(); i++) {
            publishers.add(new HttpPublisher(selector, broker, plan, i));
        }
    }

    /**
     * Warms up, measures, and waits for the answers that are under way. Events that were acknowledged count as
     * deliveries; nobody subscribes, so there is no latency from end to end.
     *
     * @param begin is called when measuring begins, and {@code end} when it ends
     * @throws IOException if an event was refused, or the broker ended a connection or did not answer
     */
    public LoadResult run(int warmUpSeconds, int seconds, Runnable begin, Runnable end) throws IOException {
        pacedSinceNanos = System.nanoTime();
        publishFor(warmUpSeconds);
        acknowledgement.reset();
        long before = events();
        begin.run();
        long from = System.nanoTime();
        publishFor(seconds);
        double elapsed = (System.nanoTime() - from) / 1e9;
        end.run();
        long count = events() - before;
        LoadResult result =
                new LoadResult(count, count, elapsed, new Histogram(LONGEST_NANOS, 3), acknowledgement.copy());
        drain();
        return result;
    }

    private long events() {
        return publishers.stream().mapToLong(HttpPublisher::events).sum();
    }

    private void publishFor(int seconds) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (long now = System.nanoTime(); now - end < 0; now = System.nanoTime()) {
            for (HttpPublisher publisher : publishers) {
                if (publisher.isFree() && (plan.perSecond() == 0 || now - due() >= 0)) {
                    publisher.publish(plan.perSecond() == 0 ? now : due());
                    nextPaced++;
                }
            }
            turn(plan.perSecond() == 0 ? 100 : 1);
        }
    }

    private long due() {
        return pacedSinceNanos + nextPaced * 1_000_000_000L / Math.max(1, plan.perSecond());
    }

    private void turn(long waitMs) throws IOException {
        selector.select(waitMs);
        for (SelectionKey key : selector.selectedKeys()) {
            HttpPublisher publisher = (HttpPublisher) key.attachment();
            if (key.isWritable()) {
                publisher.flush();
            }
            if (key.isReadable() && publisher.read()) {
                acknowledgement.recordValue(Math.max(0, System.nanoTime() - publisher.dueNanos()));
            }
        }
        selector.selectedKeys().clear();
    }

    private void drain() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!publishers.stream().allMatch(HttpPublisher::isFree)) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("requests were not answered within 30 s");
            }
            turn(100);
        }
    }

    @Override
    public void close() throws IOException {
        for (HttpPublisher publisher : publishers) {
            publisher.close();
        }
        selector.close();
    }
}
