package io.waxwing.perf;

import io.waxwing.broker.network.LocalNetwork;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.perf.Measurement.Result;
import io.waxwing.perf.Measurement.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * The rows of ledger-runtime.md section 8: four institutions as four processes on loopback beside a ledger of one in
 * the same run. QoS 1 publishing to ordered topics, acknowledged when final: one publisher, one at each member, many;
 * the same with one of four killed, how long events wait meanwhile, how fast it catches up and how soon it votes again;
 * and four with 50 ms between any two. Prints Markdown.
 */
public final class ConsortiumLoad {
    private static final List<String> NAMES = List.of("a", "b", "c", "d");
    private static final String HEIGHT = "waxwing_ledger_height";
    private static final String VOTING = "waxwing_ledger_voting";

    private static final Scenario ONE = scenario("1 publisher, window 1", 1, 1);
    private static final Scenario EACH = scenario("1 publisher at each member, window 1", 4, 1);
    private static final Scenario MANY = scenario("64 publishers, window 32", 64, 32);
    private static final Scenario DEEP = scenario("64 publishers, window 256", 64, 256);

    private static final int BASE_PORT = 22_000;
    private static final int FAR_BASE_PORT = 22_100;
    /** From the port that the genesis names to the one that the node listens on. */
    private static final int BEHIND = 5;

    private static final int ONE_WAY_MS = 25;

    private final int seconds;
    private final int warmUp;
    private final Path folder;

    private ConsortiumLoad(int seconds, int warmUp, Path folder) {
        this.seconds = seconds;
        this.warmUp = warmUp;
        this.folder = folder;
    }

    /**
     * Runs it. Arguments: seconds per measurement (default 10), warm-up seconds (default 60: four virtual machines
     * compile on the same cores, and take that long).
     */
    public static void main(String[] arguments) throws Exception {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 10;
        int warmUp = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 60;
        ConsortiumLoad load = new ConsortiumLoad(seconds, warmUp, Files.createTempDirectory("waxwing-perf"));
        System.out.println(Measurement.HEADER);
        load.alone();
        load.four();
        load.farApart();
    }

    private static Scenario scenario(String name, int publishers, int window) {
        return new Scenario(name, publishers, window, "ordered/");
    }

    private void alone() throws IOException, InterruptedException {
        Path config = Files.writeString(folder.resolve("solo.yaml"), "institution: solo\n");
        try (NodeUnderTest solo = NodeUnderTest.start(folder, config)) {
            Measurement.row(List.of(solo), MANY, Math.max(1, warmUp / 4));
            System.out.println(Measurement.row(List.of(solo), named("ledger of one", ONE), seconds));
            System.out.println(Measurement.row(List.of(solo), named("ledger of one", MANY), seconds));
        }
    }

    private void four() throws IOException, InterruptedException {
        Path network = folder.resolve("network");
        new LocalNetwork(network, terms(), BASE_PORT).create(NAMES);
        List<NodeUnderTest> nodes = new ArrayList<>();
        try {
            for (String name : NAMES) {
                nodes.add(start(network, name));
            }
            warmUp(nodes);
            row(nodes, List.of(nodes.get(0)), named("four", ONE));
            row(nodes, nodes, named("four", EACH));
            row(nodes, List.of(nodes.get(0)), named("four", MANY));
            row(nodes, List.of(nodes.get(0)), named("four", DEEP));
            double missed = nodes.get(0).metric(HEIGHT);
            row(nodes, List.of(nodes.get(0)), named("four, one killed after a second", ONE), killing(nodes));
            row(nodes, List.of(nodes.get(0)), named("three of four", ONE));
            row(nodes, List.of(nodes.get(0)), named("three of four", DEEP));
            catchUp(network, nodes, missed, 3.0 * seconds);
            restart(network, nodes);
        } finally {
            nodes.forEach(NodeUnderTest::close);
        }
    }

    /** Kills the last of the nodes a second from now; it leads one of the next four views. */
    private static CompletableFuture<Void> killing(List<NodeUnderTest> nodes) {
        NodeUnderTest victim = nodes.remove(nodes.size() - 1);
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        victim.kill();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS));
    }

    private void farApart() throws IOException, InterruptedException {
        Path network = folder.resolve("far");
        LocalNetwork far = new LocalNetwork(network, terms(), FAR_BASE_PORT);
        far.create(NAMES);
        List<NodeUnderTest> nodes = new ArrayList<>();
        List<DelayedPort> distances = new ArrayList<>();
        try {
            for (int i = 0; i < NAMES.size(); i++) {
                int port = far.ports(i).peer();
                distances.add(DelayedPort.open(port, port + BEHIND, ONE_WAY_MS));
                Path config = network.resolve(NAMES.get(i)).resolve("waxwing.yaml");
                String setting = "peers.port=" + (port + BEHIND);
                nodes.add(NodeUnderTest.start(network.resolve(NAMES.get(i)), config, setting));
            }
            warmUp(nodes);
            row(nodes, List.of(nodes.get(0)), named("four, 50 ms round trip", ONE));
        } finally {
            nodes.forEach(NodeUnderTest::close);
            for (DelayedPort distance : distances) {
                distance.close();
            }
        }
    }

    private static Genesis.Terms terms() {
        return new Genesis.Terms("perf.example", Availability.QUORUM, System.currentTimeMillis());
    }

    private void warmUp(List<NodeUnderTest> nodes) throws IOException, InterruptedException {
        Measurement.row(nodes, MANY, warmUp - warmUp / 3);
        Measurement.row(nodes, ONE, Math.max(1, warmUp / 3));
    }

    private void row(List<NodeUnderTest> nodes, List<NodeUnderTest> entries, Scenario scenario)
            throws IOException, InterruptedException {
        row(nodes, entries, scenario, CompletableFuture.completedFuture(null));
    }

    private void row(
            List<NodeUnderTest> nodes,
            List<NodeUnderTest> entries,
            Scenario scenario,
            CompletableFuture<Void> meanwhile)
            throws IOException, InterruptedException {
        Counts before = Counts.of(nodes);
        Result result = Measurement.run(nodes, entries, scenario, seconds);
        try {
            meanwhile.get();
        } catch (ExecutionException e) {
            throw new IOException("what should happen meanwhile failed", e.getCause());
        }
        System.out.println(result.row());
        System.err.println(scenario.name() + ": " + Counts.of(nodes).since(before));
    }

    private void catchUp(Path network, List<NodeUnderTest> nodes, double from, double liveSeconds)
            throws IOException, InterruptedException {
        double target = nodes.get(0).metric(HEIGHT);
        NodeUnderTest back = start(network, NAMES.get(3));
        nodes.add(back);
        double took = secondsUntil(back, HEIGHT, target);
        System.out.printf(
                Locale.ROOT,
                "%ncatch-up: %.0f blocks of %.1f s in %.2f s after being ready (%d ms): %.1f times the live rate%n",
                target - from,
                liveSeconds,
                took,
                back.readyMillis(),
                liveSeconds / took);
    }

    private void restart(Path network, List<NodeUnderTest> nodes) throws IOException, InterruptedException {
        double blocks = nodes.get(0).metric(HEIGHT);
        nodes.remove(nodes.size() - 1).kill();
        NodeUnderTest back = start(network, NAMES.get(3));
        nodes.add(back);
        double took = secondsUntil(back, VOTING, 1);
        System.out.printf(
                Locale.ROOT,
                "restart with %.0f blocks: ready after %.2f s, voting %.2f s later%n",
                blocks,
                back.readyMillis() / 1000.0,
                took);
    }

    private static double secondsUntil(NodeUnderTest node, String metric, double least)
            throws IOException, InterruptedException {
        long begin = System.nanoTime();
        while (node.metric(metric) < least) {
            Thread.onSpinWait();
        }
        return (System.nanoTime() - begin) / 1e9;
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
