package io.waxwing.perf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Clients that connect all at once, beside one that publishes QoS 1 and waits for each acknowledgement: what the others
 * feel of a storm, and what becomes of those in it, without a bound of the rate and with the usual one.
 */
public final class ConnectStorm {
    private static final double NANOS_PER_MILLI = 1e6;

    private ConnectStorm() {}

    /** Runs it. Arguments: connections in a second (default 2,000), seconds (default 5). */
    public static void main(String[] arguments) throws Exception {
        int rate = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2_000;
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        System.out.println("| | others: p50 ms | p99 ms | max ms | CONNACK: p50 ms | p99 ms | answers |\n"
                + "| --- | --- | --- | --- | --- | --- | --- |");
        for (int bound : new int[] {0, 1_000}) {
            Path folder = Files.createTempDirectory("waxwing-perf");
            Path config = Files.writeString(
                    folder.resolve("node.yaml"),
                    "mqtt: { connectionRate: " + bound + " }\n"
                            + "topics: { default: { class: local, ack: accepted } }\n");
            try (NodeUnderTest node = NodeUnderTest.start(folder, config)) {
                Publisher other = new Publisher(node.mqtt(), "other", "t", 256, 1);
                try (Crowd warm = new Crowd(node.mqtt(), "warm", false)) {
                    warm.come(rate, rate);
                }
                other.runUntil(end(3), false);
                other.runUntil(end(seconds), true);
                System.out.println("| no storm | " + three(other.latency()) + " | | | |");
                try (Crowd storm = new Crowd(node.mqtt(), "storm", false)) {
                    CompletableFuture<Void> coming = CompletableFuture.runAsync(() -> {
                        try {
                            storm.come(rate * seconds, rate);
                        } catch (java.io.IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    });
                    other.runUntil(end(seconds), true);
                    coming.join();
                    System.out.println("| " + rate + "/s, connectionRate " + bound + " | " + three(other.latency())
                            + " | " + ms(storm.latency(), 50) + " | " + ms(storm.latency(), 99) + " | "
                            + storm.answers() + " |");
                }
                other.close();
            }
        }
    }

    private static long end(int seconds) {
        return System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    }

    private static String three(Histogram latency) {
        return ms(latency, 50) + " | " + ms(latency, 99) + " | " + ms(latency, 100);
    }

    private static String ms(Histogram latency, double percentile) {
        return String.format("%.2f", latency.getValueAtPercentile(percentile) / NANOS_PER_MILLI);
    }
}
