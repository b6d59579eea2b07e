package io.waxwing.perf;

import io.waxwing.broker.network.LocalNetwork;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.perf.Measurement.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Four institutions as four processes on loopback, beside a ledger of one in the same run: QoS 1 publishing to ordered
 * topics at one member, acknowledged when final; with one of four gone; how long events wait while the next one leads
 * in the place of a killed one; and how fast a member catches up. Prints Markdown.
 */
public final class ConsortiumLoad {
    private static final List<String> NAMES = List.of("a", "b", "c", "d");
    private static final String HEIGHT = "waxwing_ledger_height";

    private static final int BASE_PORT = 22_000;

    private ConsortiumLoad() {}

    /** Runs it. Arguments: seconds per measurement (default 10), warm-up seconds (default 10). */
    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
        int warmUp = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 10;
        Scenario single = new Scenario("1 publisher, window 1", 1, 1, "ordered/");
        Scenario many = new Scenario("64 publishers, window 32", 64, 32, "ordered/");
        Path folder = Files.createTempDirectory("waxwing-perf");
        System.out.println(Measurement.HEADER);
        Path config = Files.writeString(folder.resolve("solo.yaml"), "institution: solo\n");
        try (NodeUnderTest solo = NodeUnderTest.start(folder, config)) {
            String unused = Measurement.row(List.of(solo), many, warmUp);
            System.out.println(Measurement.row(List.of(solo), named("ledger of one", single), seconds));
            System.out.println(Measurement.row(List.of(solo), named("ledger of one", many), seconds));
        }
        Path network = folder.resolve("network");
        Genesis.Terms terms = new Genesis.Terms("perf.example", Availability.QUORUM, System.currentTimeMillis());
        new LocalNetwork(network, terms, BASE_PORT).create(NAMES);
        List<NodeUnderTest> nodes = new ArrayList<>();
        try {
            for (String name : NAMES) {
                nodes.add(start(network, name));
            }
            String unused = Measurement.row(nodes, many, warmUp);
            System.out.println(Measurement.row(nodes, named("four", single), seconds));
            System.out.println(Measurement.row(nodes, named("four", many), seconds));
            nodes.remove(3).kill();
            double missed = nodes.get(0).metric(HEIGHT);
            System.out.println(Measurement.row(nodes, named("three of four", single), seconds));
            System.out.println(Measurement.row(nodes, named("three of four", many), seconds));
            catchUp(network, nodes, missed, 2.0 * seconds);
        } finally {
            nodes.forEach(NodeUnderTest::close);
        }
    }

    private static void catchUp(Path network, List<NodeUnderTest> nodes, double from, double liveSeconds)
            throws IOException, InterruptedException {
        double target = nodes.get(0).metric(HEIGHT);
        NodeUnderTest back = start(network, NAMES.get(3));
        nodes.add(back);
        long begin = System.nanoTime();
        while (back.metric(HEIGHT) < target) {
            Thread.onSpinWait();
        }
        double took = (System.nanoTime() - begin) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%ncatch-up: %.0f blocks of %.1f s in %.2f s after being ready (%d ms): %.1f times the live rate%n",
                target - from,
                liveSeconds,
                took,
                back.readyMillis(),
                liveSeconds / took);
    }

    private static NodeUnderTest start(Path network, String name) throws IOException, InterruptedException {
        Path folder = network.resolve(name);
        return NodeUnderTest.start(folder, folder.resolve("waxwing.yaml"));
    }

    private static Scenario named(String prefix, Scenario scenario) {
        return new Scenario(
                prefix + ", " + scenario.name(), scenario.publishers(), scenario.window(), scenario.topicPrefix());
    }
}
