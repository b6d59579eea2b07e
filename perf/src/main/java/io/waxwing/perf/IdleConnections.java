package io.waxwing.perf;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a connection costs that does nothing: resident memory and live heap of the node, before and after so many MQTT 5
 * clients have connected. Live heap is what a full collection leaves; which classes that is made of is told too.
 */
public final class IdleConnections {
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total\\s+\\d+\\s+(\\d+)");
    private static final Pattern CLASS = Pattern.compile("(?m)^\\s*\\d+:\\s+\\d+\\s+(\\d+)\\s+(\\S+)");
    private static final int BATCH = 1_000;
    private static final int CLASSES_SHOWN = 25;

    private IdleConnections() {}

    /** Runs it. Argument: connections (default 19,000; the limit of open files has to allow for them, twice). */
    public static void main(String[] arguments) throws Exception {
        int connections = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 19_000;
        Path folder = Files.createTempDirectory("waxwing-perf");
        Path config = Files.writeString(folder.resolve("node.yaml"), """
                mqtt: { maxConnections: 1000000, connectionRate: 0, systemInterval: 0s }
                """);
        try (NodeUnderTest node = NodeUnderTest.start(folder, config)) {
            try (Crowd warm = new Crowd(node.mqtt(), "warm", false)) {
                warm.come(2_000, 2_000);
            }
            String before = histogram(node.pid());
            long residentBefore = resident(node.pid());
            try (Crowd crowd = new Crowd(node.mqtt(), "idle", true)) {
                for (int i = 0; i < connections; i += BATCH) {
                    crowd.come(Math.min(BATCH, connections - i), BATCH);
                }
                long residentAfter = resident(node.pid());
                String after = histogram(node.pid());
                long residentCollected = resident(node.pid());
                System.out.println("answers: " + crowd.answers());
                System.out.println("| connections | RSS B/connection | RSS B/connection after a collection"
                        + " | live heap B/connection |\n| --- | --- | --- | --- |");
                System.out.printf(
                        "| %d | %d | %d | %d |%n",
                        connections,
                        (residentAfter - residentBefore) / connections,
                        (residentCollected - residentBefore) / connections,
                        (number(TOTAL, after) - number(TOTAL, before)) / connections);
                tellClasses(before, after, connections);
                long cpu = node.cpuMicros();
                Thread.sleep(5_000);
                System.out.println("idle CPU: " + (node.cpuMicros() - cpu) / 50_000.0 + " % of a core");
            }
        }
    }

    private static long resident(long pid) throws IOException {
        return number(RESIDENT, Files.readString(Path.of("/proc/" + pid + "/status"))) << 10;
    }

    private static void tellClasses(String before, String after, int connections) {
        Map<String, Long> grown = bytesByClass(after);
        bytesByClass(before).forEach((name, bytes) -> grown.merge(name, -bytes, Long::sum));
        System.out.println("| class | B/connection |\n| --- | --- |");
        grown.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(CLASSES_SHOWN)
                .forEach(entry -> System.out.printf("| %s | %d |%n", entry.getKey(), entry.getValue() / connections));
    }

    private static Map<String, Long> bytesByClass(String histogram) {
        Map<String, Long> bytes = new HashMap<>();
        Matcher line = CLASS.matcher(histogram);
        while (line.find()) {
            bytes.merge(line.group(2), Long.parseLong(line.group(1)), Long::sum);
        }
        return bytes;
    }

    /** Has the node collect its garbage and counts what is left, by class. */
    private static String histogram(long pid) throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process process = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.class_histogram").start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static long number(Pattern pattern, String text) throws IOException {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IOException("no " + pattern);
        }
        return Long.parseLong(matcher.group(1));
    }
}
