package io.waxwing.perf.compare;

import io.waxwing.perf.mqtt.LoadResult;
import io.waxwing.perf.peer.BrokerProcess;
import io.waxwing.perf.peer.Peer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Runs scenarios against brokers in turn, A B C A B C, and writes a line for each run. The brokers of a scenario run
 * all the while: those that wait cost next to nothing, and stay warm.
 */
public final class Compare {
    private static final int WARM_UP_SECONDS = 4;

    private final Path folder;
    private final PrintStream results;
    private final int rounds;
    private final int seconds;

    private Compare(Path folder, PrintStream results, int rounds, int seconds) {
        this.folder = folder;
        this.results = results;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /**
     * Runs it. Arguments: the result file; which scenarios (a regular expression over their keys, all by default);
     * rounds (3); seconds of each measurement (5).
     */
    public static void main(String[] arguments) throws Exception {
        Pattern only = Pattern.compile(arguments.length > 1 ? arguments[1] : ".*");
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
        int seconds = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 5;
        Path folder = Files.createTempDirectory("waxwing-compare");
        try (PrintStream results =
                new PrintStream(Files.newOutputStream(Path.of(arguments[0])), true, StandardCharsets.UTF_8)) {
            results.println(Machine.json());
            Compare compare = new Compare(folder, results, rounds, seconds);
            for (Scenario scenario : Scenario.all()) {
                if (only.matcher(scenario.key()).matches()) {
                    compare.run(scenario);
                }
            }
        }
    }

    private void run(Scenario scenario) throws IOException, InterruptedException {
        List<BrokerProcess> brokers = new ArrayList<>();
        try {
            for (Peer peer : scenario.peers()) {
                if (peer.isInstalled().getAsBoolean()) {
                    brokers.add(peer.starter().start(folder));
                } else {
                    System.out.println(peer.name() + " is not installed");
                }
            }
            for (int round = 0; round <= rounds; round++) {
                for (BrokerProcess broker : brokers) {
                    Row row = measure(scenario, broker, round);
                    // The first round warms up the brokers that compile while they run.
                    if (round > 0) {
                        results.println(row.json());
                        print(row);
                    }
                }
            }
        } finally {
            for (BrokerProcess broker : brokers) {
                broker.close();
            }
        }
    }

    private Row measure(Scenario scenario, BrokerProcess broker, int round) {
        String prefix = scenario.key() + "/" + round + "/";
        long[] cpu = new long[2];
        try {
            LoadResult result = scenario.load()
                    .run(
                            broker,
                            prefix,
                            new Load.Span(
                                    WARM_UP_SECONDS,
                                    seconds,
                                    () -> cpu[0] = broker.cpuMicros(),
                                    () -> cpu[1] = broker.cpuMicros()));
            double perDelivery = (double) (cpu[1] - cpu[0]) / Math.max(1, result.deliveries());
            return Row.of(scenario, broker.name(), round, result, perDelivery);
        } catch (IOException | IllegalStateException e) {
            return Row.failed(scenario, broker.name(), round, String.valueOf(e.getMessage()));
        }
    }

    private static void print(Row row) {
        System.out.printf(
                Locale.ROOT,
                "%-13s %-18s round %d: %8.0f/s %7.1f us CPU  end to end %.2f / %.2f ms  ack %.2f / %.2f ms %s%n",
                row.scenario(),
                row.broker(),
                row.round(),
                row.rate(),
                row.cpuMicros(),
                row.endToEndP50Ms(),
                row.endToEndP99Ms(),
                row.ackP50Ms(),
                row.ackP99Ms(),
                row.failure());
    }
}
