package io.waxwing.perf;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** One row of a table: publishers that send as fast as acknowledgements allow, for some seconds. */
final class Measurement {
    static final String HEADER = "| scenario | events/s | p50 ms | p99 ms | max ms | CPU us/event, all nodes |\n"
            + "| --- | --- | --- | --- | --- | --- |";

    private static final int PAYLOAD_BYTES = 256;

    private Measurement() {}

    /**
     * What is measured.
     *
     * @param window unacknowledged events of each publisher
     */
    record Scenario(String name, int publishers, int window, String topicPrefix) {}

    /**
     * What came of a scenario; latencies are from publishing to the acknowledgement.
     *
     * @param cpuMicros of all nodes, an event
     */
    record Result(Scenario scenario, double rate, Histogram latency, double cpuMicros) {
        double millis(double percentile) {
            return latency.getValueAtPercentile(percentile) / 1e6;
        }

        String row() {
            return String.format(
                    Locale.ROOT,
                    "| %s | %.0f | %.2f | %.2f | %.1f | %.1f |",
                    scenario.name(),
                    rate,
                    millis(50),
                    millis(99),
                    latency.getMaxValue() / 1e6,
                    cpuMicros);
        }
    }

    /** Publishes at the first node; CPU is that of all. */
    static String row(List<NodeUnderTest> nodes, Scenario scenario, int seconds)
            throws IOException, InterruptedException {
        return run(nodes, List.of(nodes.get(0)), scenario, seconds).row();
    }

    /** Publishes at these nodes in turn; CPU is that of all. */
    static Result run(List<NodeUnderTest> nodes, List<NodeUnderTest> entries, Scenario scenario, int seconds)
            throws IOException, InterruptedException {
        List<Publisher> publishers = new ArrayList<>();
        for (int i = 0; i < scenario.publishers(); i++) {
            String topic = scenario.topicPrefix() + "device-" + i;
            NodeUnderTest entry = entries.get(i % entries.size());
            publishers.add(new Publisher(entry.mqtt(), "perf-" + i, topic, PAYLOAD_BYTES, scenario.window()));
        }
        ExecutorService threads = Executors.newCachedThreadPool();
        long cpuBefore = cpuMicros(nodes);
        long begin = System.nanoTime();
        long end = begin + TimeUnit.SECONDS.toNanos(seconds);
        List<Callable<Long>> work = new ArrayList<>();
        publishers.forEach(publisher -> work.add(() -> publisher.runUntil(end, true)));
        long events = 0;
        for (Future<Long> done : threads.invokeAll(work)) {
            events += get(done);
        }
        double elapsed = (System.nanoTime() - begin) / 1e9;
        double cpu = (double) (cpuMicros(nodes) - cpuBefore) / events;
        threads.shutdown();
        Histogram all = new Histogram(60_000_000_000L, 3);
        for (Publisher publisher : publishers) {
            all.add(publisher.latency());
            publisher.close();
        }
        return new Result(scenario, events / elapsed, all, cpu);
    }

    private static long get(Future<Long> done) throws IOException, InterruptedException {
        try {
            return done.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IOException("a publisher failed", e.getCause());
        }
    }

    private static long cpuMicros(List<NodeUnderTest> nodes) {
        return nodes.stream().mapToLong(NodeUnderTest::cpuMicros).sum();
    }
}
