package io.waxwing.perf.scale;

import io.waxwing.perf.mqtt.LoadPlan;
import io.waxwing.perf.mqtt.LoadResult;
import io.waxwing.perf.mqtt.MqttLoad;
import io.waxwing.perf.peer.BrokerProcess;
import io.waxwing.perf.peer.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Runs the curves against one node, topics of class sealed, QoS 1, four publishers with a subscriber each; prints
 * Markdown. The points of a curve are run forth and back, and each is the mean of its two runs, so that a node that
 * gets warmer or a machine that gets busier does not look like a slope.
 */
public final class Scale {
    private static final int WARM_UP_SECONDS = 2;
    private static final int PAIRS = 4;
    private static final int PAYLOAD = 256;

    private final BrokerProcess node;
    private final int seconds;
    private int run;

    private Scale(BrokerProcess node, int seconds) {
        this.node = node;
        this.seconds = seconds;
    }

    private record Point(double rate, double cpuMicros, double p50Ms, double p99Ms, double residentMib) {
        Point mean(Point other) {
            return new Point(
                    (rate + other.rate) / 2,
                    (cpuMicros + other.cpuMicros) / 2,
                    (p50Ms + other.p50Ms) / 2,
                    (p99Ms + other.p99Ms) / 2,
                    (residentMib + other.residentMib) / 2);
        }
    }

    @FunctionalInterface
    private interface Run {
        Point at(int size) throws IOException;
    }

    /**
     * Runs it. Arguments: which curves (a regular expression over topics, subscriptions, connections, payload; all by
     * default); seconds of each run (5).
     */
    public static void main(String[] arguments) throws Exception {
        Pattern only = Pattern.compile(arguments.length > 0 ? arguments[0] : ".*");
        int seconds = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 5;
        Path folder = Files.createTempDirectory("waxwing-scale");
        try (BrokerProcess node = Peers.WAXWING_SEALED.starter().start(folder)) {
            Scale scale = new Scale(node, seconds);
            scale.load(1, PAYLOAD);
            scale.curve("topics", only, scale::topics, 10, 1_000, 10_000, 100_000);
            scale.curve("subscriptions", only, scale::subscriptions, 1, 1_000, 10_000, 100_000);
            scale.curve("connections", only, scale::connections, 100, 1_000, 5_000, 9_000);
            scale.curve("payload", only, scale::payload, 24, 256, 4_096, 65_536, 262_144);
        }
    }

    private void curve(String name, Pattern only, Run each, int... sizes) throws IOException {
        if (!only.matcher(name).matches()) {
            return;
        }
        List<Point> forth = new ArrayList<>();
        for (int size : sizes) {
            forth.add(each.at(size));
        }
        List<Point> back = new ArrayList<>();
        for (int i = sizes.length - 1; i >= 0; i--) {
            back.add(0, each.at(sizes[i]));
        }
        System.out.println("| " + name + " | events/s | CPU us/event | end to end p50 ms | p99 ms | resident MiB |\n"
                + "| --- | --- | --- | --- | --- | --- |");
        for (int i = 0; i < sizes.length; i++) {
            Point point = forth.get(i).mean(back.get(i));
            System.out.printf(
                    Locale.ROOT,
                    "| %,d | %.0f | %.1f | %.2f | %.2f | %.0f |%n",
                    sizes[i],
                    point.rate(),
                    point.cpuMicros(),
                    point.p50Ms(),
                    point.p99Ms(),
                    point.residentMib());
        }
        System.out.println();
    }

    private Point topics(int topics) throws IOException {
        return load(Math.max(1, topics / PAIRS), PAYLOAD);
    }

    private Point subscriptions(int subscriptions) throws IOException {
        return beside(Bystanders.subscribed(node.mqtt(), subscriptions));
    }

    private Point connections(int connections) throws IOException {
        return beside(Bystanders.idle(node.mqtt(), connections));
    }

    private Point beside(Bystanders others) throws IOException {
        try (others) {
            Point point = load(1, PAYLOAD);
            others.requireConnected();
            return point;
        }
    }

    private Point payload(int bytes) throws IOException {
        return load(1, bytes);
    }

    private Point load(int topics, int payloadBytes) throws IOException {
        int window = Math.max(2, Math.min(100, (8 << 20) / PAIRS / payloadBytes));
        String prefix = "scale/" + ++run + "/";
        LoadPlan plan = new LoadPlan(PAIRS, 1, 1, window, payloadBytes, 0, true, prefix, topics);
        long[] cpu = new long[2];
        try (MqttLoad load = new MqttLoad(node.mqtt(), plan)) {
            LoadResult result = load.run(
                    WARM_UP_SECONDS, seconds, () -> cpu[0] = node.cpuMicros(), () -> cpu[1] = node.cpuMicros());
            return new Point(
                    result.deliveriesPerSecond(),
                    (double) (cpu[1] - cpu[0]) / Math.max(1, result.deliveries()),
                    result.endToEndMs(50),
                    result.endToEndMs(99),
                    node.residentBytes() / (double) (1 << 20));
        }
    }
}
