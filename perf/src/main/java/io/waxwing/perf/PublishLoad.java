package io.waxwing.perf;

import io.waxwing.perf.Measurement.Scenario;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * QoS 1 publishing on loopback, 256-byte payloads: one publisher that waits for each acknowledgement, and 64 publishers
 * with 32 under way each; for topics of class ordered (acknowledged when final), sealed (when durable) and local.
 * Prints rate, latency and the node's CPU per event as Markdown rows.
 */
public final class PublishLoad {
    private PublishLoad() {}

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
            System.out.println(Measurement.HEADER);
            Measurement.row(List.of(node), new Scenario("warm-up", 64, 32, "ordered/"), warmUp);
            for (Scenario scenario : scenarios) {
                System.out.println(Measurement.row(List.of(node), scenario, seconds));
            }
        }
    }
}
