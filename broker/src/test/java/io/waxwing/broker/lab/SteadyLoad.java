package io.waxwing.broker.lab;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One publisher at each node, some events a second, in turn on a topic of its own and on one that all share. Every
 * event has a payload of its own and is published once. Remembers who was told what, and when.
 */
final class SteadyLoad implements AutoCloseable {
    private static final long PERIOD_MS = 100;
    private static final int WAIT_SECONDS = 3;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * An event whose publisher was told that it is final.
     *
     * @param startNanos before it was sent
     * @param endNanos after the answer had come
     */
    record Told(String payload, String eventId, int member, long startNanos, long endNanos) {}

    private final Queue<Told> ordered = new ConcurrentLinkedQueue<>();
    /** Payloads of which only durability was promised, and by which member. */
    private final Map<String, Integer> durable = new ConcurrentHashMap<>();

    private final Map<Integer, AtomicInteger> refused = new ConcurrentHashMap<>();
    private final ScheduledExecutorService threads;

    SteadyLoad(List<LabNode> nodes) {
        threads = Executors.newScheduledThreadPool(nodes.size());
        for (LabNode node : nodes) {
            AtomicInteger count = new AtomicInteger();
            refused.put(node.number(), new AtomicInteger());
            threads.scheduleWithFixedDelay(
                    () -> publish(node, count.incrementAndGet()), 0, PERIOD_MS, TimeUnit.MILLISECONDS);
        }
    }

    private void publish(LabNode node, int count) {
        if (!node.runs()) {
            return;
        }
        String payload = node.name() + " " + count;
        String topic = count % 2 == 0 ? "lab/all" : "lab/" + node.name();
        long start = System.nanoTime();
        HttpResponse<String> answer = node.publish(topic, payload, WAIT_SECONDS);
        if (answer == null) {
            return;
        }
        if (answer.statusCode() == 201) {
            ordered.add(new Told(payload, eventId(answer), node.number(), start, System.nanoTime()));
        } else if (answer.statusCode() == 202) {
            durable.put(payload, node.number());
        } else {
            counter(node.number()).incrementAndGet();
        }
    }

    private static String eventId(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body()).get("eventId").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private AtomicInteger counter(int member) {
        return refused.computeIfAbsent(member, unused -> new AtomicInteger());
    }

    /** Those that are said to be final. */
    List<Told> ordered() {
        return List.copyOf(ordered);
    }

    /** How many events of a member's publisher are said to be final. */
    long ordered(int member) {
        return ordered.stream().filter(told -> told.member() == member).count();
    }

    /** How many answers a publisher got that were neither final nor durable. */
    int refused(int member) {
        return counter(member).get();
    }

    /** Payloads that were said to be durable, final or not, with the member that said so. */
    Map<String, Integer> durable() {
        return Map.copyOf(durable);
    }

    /** How many of a member's events were said to be durable only. */
    long durable(int member) {
        return durable.values().stream().filter(who -> who == member).count();
    }

    /** When the last event became final before now; 0 if none did. */
    long lastNanos() {
        return ordered.stream().mapToLong(Told::endNanos).max().orElse(0);
    }

    /** The longest time since {@code fromNanos} in which nothing became final anywhere, in milliseconds. */
    long longestPauseMs(long fromNanos) {
        long last = fromNanos;
        long longest = 0;
        for (long end : ordered.stream()
                .mapToLong(Told::endNanos)
                .filter(end -> end > fromNanos)
                .sorted()
                .toArray()) {
            longest = Math.max(longest, end - last);
            last = end;
        }
        return TimeUnit.NANOSECONDS.toMillis(Math.max(longest, System.nanoTime() - last));
    }

    /** The middle time from sending to the answer of the events since {@code fromNanos}, in milliseconds. */
    @Nullable Long medianMs(long fromNanos) {
        long[] times = ordered.stream()
                .filter(told -> told.startNanos() > fromNanos)
                .mapToLong(told -> TimeUnit.NANOSECONDS.toMillis(told.endNanos() - told.startNanos()))
                .sorted()
                .toArray();
        return times.length == 0 ? null : times[times.length / 2];
    }

    /** Stops publishing and waits for the answers that are due. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("publishers do not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
