package io.waxwing.perf.mqtt;

import io.waxwing.perf.mqtt.LoadSubscriber.Position;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Runs a plan against a broker on the calling thread. Latency is taken from the time when a message was due, so a
 * broker that makes a fixed pace wait does not look better for it.
 */
public final class MqttLoad implements AutoCloseable {
    private static final long LONGEST_NANOS = TimeUnit.MINUTES.toNanos(2);
    private static final long NAP_NANOS = 20_000;

    private final LoadPlan plan;
    private final Selector selector;
    private final List<LoadPublisher> publishers = new ArrayList<>();
    private final List<LoadSubscriber> subscribers = new ArrayList<>();
    private final Histogram endToEnd = new Histogram(LONGEST_NANOS, 3);
    private final Histogram acknowledgement = new Histogram(LONGEST_NANOS, 3);
    private long nextPaced;
    private long pacedSinceNanos;

    /** Connects all clients and waits until each is ready. */
    public MqttLoad(InetSocketAddress broker, LoadPlan plan) throws IOException {
        this.plan = plan;
        this.selector = Selector.open();
        for (int i = 0; i < plan.publishers(); i++) {
            publishers.add(new LoadPublisher(selector, broker, plan, i, acknowledgement));
            for (int s = 0; s < plan.subscribersPerTopic(); s++) {
                subscribers.add(
                        new LoadSubscriber(selector, broker, plan, publishers.get(i), new Position(i, s, endToEnd)));
            }
            settle();
        }
    }

    private void settle() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!publishers.stream().allMatch(LoadClient::isReady)
                || !subscribers.stream().allMatch(LoadClient::isReady)) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("not all clients could connect and subscribe");
            }
            turn(100);
        }
    }

    private void turn(long waitMs) throws IOException {
        flush();
        if (waitMs == 0) {
            selector.selectNow();
        } else {
            selector.select(waitMs);
        }
        if (selector.selectedKeys().isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        for (SelectionKey key : selector.selectedKeys()) {
            LoadClient client = (LoadClient) key.attachment();
            if (client instanceof LoadPublisher publisher) {
                publisher.turn(now);
            } else if (client instanceof LoadSubscriber subscriber) {
                subscriber.turn(now);
            }
            if (key.isReadable()) {
                client.read();
            }
        }
        selector.selectedKeys().clear();
    }

    private void flush() throws IOException {
        for (LoadPublisher publisher : publishers) {
            publisher.flush();
        }
        for (LoadSubscriber subscriber : subscribers) {
            subscriber.flush();
        }
    }

    /**
     * Warms up, measures, and waits for what is under way.
     *
     * @param begin is called when measuring begins, and {@code end} when it ends
     * @throws IOException if a message was lost, or the broker ended a connection
     */
    public LoadResult run(int warmUpSeconds, int seconds, Runnable begin, Runnable end) throws IOException {
        pacedSinceNanos = System.nanoTime();
        publishFor(warmUpSeconds);
        endToEnd.reset();
        acknowledgement.reset();
        long deliveredBefore = delivered();
        long acknowledgedBefore = acknowledged();
        begin.run();
        long from = System.nanoTime();
        publishFor(seconds);
        double elapsed = (System.nanoTime() - from) / 1e9;
        end.run();
        LoadResult result = new LoadResult(
                delivered() - deliveredBefore,
                acknowledged() - acknowledgedBefore,
                elapsed,
                endToEnd.copy(),
                acknowledgement.copy());
        drain();
        return result;
    }

    private long delivered() {
        return subscribers.stream().mapToLong(LoadSubscriber::received).sum();
    }

    private long acknowledged() {
        return publishers.stream().mapToLong(LoadPublisher::acknowledged).sum();
    }

    private void publishFor(int seconds) throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        for (long now = System.nanoTime(); now - end < 0; now = System.nanoTime()) {
            if (plan.perSecond() > 0) {
                paced(now);
            } else {
                for (LoadPublisher publisher : publishers) {
                    while (publisher.mayPublish()) {
                        publisher.publish(now);
                    }
                }
                turn(100);
            }
        }
    }

    private void paced(long now) throws IOException {
        long due = pacedSinceNanos + nextPaced * 1_000_000_000L / plan.perSecond();
        while (now - due >= 0) {
            LoadPublisher publisher = publishers.get((int) (nextPaced % publishers.size()));
            if (!publisher.mayPublish()) {
                break;
            }
            publisher.publish(due);
            nextPaced++;
            due = pacedSinceNanos + nextPaced * 1_000_000_000L / plan.perSecond();
        }
        turn(0);
        LockSupport.parkNanos(Math.min(NAP_NANOS, Math.max(1, due - System.nanoTime())));
    }

    private void drain() throws IOException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!publishers.stream().allMatch(LoadPublisher::isDone)) {
            if (System.nanoTime() - end > 0) {
                long sent = publishers.stream().mapToLong(LoadPublisher::sent).sum();
                throw new IOException("of " + sent + " messages " + acknowledged() + " were acknowledged, and "
                        + delivered() + " received of " + sent * plan.subscribersPerTopic());
            }
            turn(100);
        }
    }

    @Override
    public void close() throws IOException {
        for (LoadPublisher publisher : publishers) {
            publisher.close();
        }
        for (LoadSubscriber subscriber : subscribers) {
            subscriber.close();
        }
        selector.close();
    }
}
