package io.waxwing.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * QoS 1 publishing on loopback, 256-byte payloads: one publisher that waits for each acknowledgement, and 64 publishers
 * with 32 under way each; for topics of class ordered (acknowledged when final), sealed (when durable) and local.
 * Prints rate, latency and the node's CPU per event as Markdown rows.
 */
public final class PublishLoad {
    private static final int PAYLOAD_BYTES = 256;

    private PublishLoad() {}

    private record Scenario(String name, int publishers, int window, String topicPrefix) {}

    /** Runs it. Arguments: seconds per measurement (default 10), warm-up seconds (default 10). */
    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
        int warmUp = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        Path folder = Files.createTempDirectory("waxwing-perf");
        Path config = Files.writeString(folder.resolve("node.yaml"), """
                topics:
                  policies:
                    - { filter: "sealed/#", class: sealed }
                    - { filter: "local/#", class: local }
                """);
        List<Scenario> scenarios = List.of(
                new Scenario("ordered, 1 publisher, window 1", 1, 1, "ordered/"),
                new Scenario("ordered, 64 publishers, window 32", 64, 32, "ordered/"),
                new Scenario("sealed (durable), 1 publisher, window 1", 1, 1, "sealed/"),
                new Scenario("sealed (durable), 64 publishers, window 32", 64, 32, "sealed/"),
                new Scenario("local (durable), 64 publishers, window 32", 64, 32, "local/"));
        try (NodeUnderTest node = NodeUnderTest.start(folder, config)) {
            System.out.println("start to ready: " + node.readyMillis() + " ms");
            System.out.println("| scenario | events/s | p50 ms | p99 ms | max ms | node CPU us/event |");
            System.out.println("| --- | --- | --- | --- | --- | --- |");
            measure(node, new Scenario("warm-up", 64, 32, "ordered/"), warmUp);
            for (Scenario scenario : scenarios) {
                System.out.println(measure(node, scenario, seconds));
            }
        }
    }

    private static String measure(NodeUnderTest node, Scenario scenario, int seconds)
            throws IOException, InterruptedException {
        List<Publisher> publishers = new ArrayList<>();
        for (int i = 0; i < scenario.publishers(); i++) {
            String topic = scenario.topicPrefix() + "device-" + i;
            publishers.add(new Publisher(node.mqtt(), "perf-" + i, topic, PAYLOAD_BYTES, scenario.window()));
        }
        ExecutorService threads = Executors.newCachedThreadPool();
        long cpuBefore = node.cpuMicros();
        long begin = System.nanoTime();
        long end = begin + TimeUnit.SECONDS.toNanos(seconds);
        List<Callable<Long>> work = new ArrayList<>();
        publishers.forEach(publisher -> work.add(() -> publisher.runUntil(end, true)));
        long events = 0;
        for (Future<Long> done : threads.invokeAll(work)) {
            events += get(done);
        }
        double elapsed = (System.nanoTime() - begin) / 1e9;
        double cpu = (double) (node.cpuMicros() - cpuBefore) / events;
        threads.shutdown();
        Histogram all = new Histogram(60_000_000_000L, 3);
        for (Publisher publisher : publishers) {
            all.add(publisher.latency());
            publisher.close();
        }
        return String.format(
                Locale.ROOT,
                "| %s | %.0f | %.2f | %.2f | %.1f | %.1f |",
                scenario.name(),
                events / elapsed,
                all.getValueAtPercentile(50) / 1e6,
                all.getValueAtPercentile(99) / 1e6,
                all.getMaxValue() / 1e6,
                cpu);
    }

    private static long get(Future<Long> done) throws IOException, InterruptedException {
        try {
            return done.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IOException("a publisher failed", e.getCause());
        }
    }
}
