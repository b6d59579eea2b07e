package io.waxwing.perf.compare;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Makes a page with tables and a plot of a result file, and nothing but that file: the page beside it with the same
 * name. Figures are medians of the rounds; the ratio is that of Waxwing to the best of the others.
 */
public final class Report {
    private static final String OURS = "waxwing";

    private final JsonNode machine;
    private final Map<String, List<Summary>> byScenario = new LinkedHashMap<>();

    private Report(Path results) throws IOException {
        List<String> lines = Files.readAllLines(results);
        ObjectMapper json = new ObjectMapper();
        machine = json.readTree(lines.get(0));
        Map<String, List<Row>> runs = new LinkedHashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            Row row = Row.parse(json.readTree(line));
            runs.computeIfAbsent(row.scenario() + " " + row.broker(), key -> new ArrayList<>())
                    .add(row);
        }
        runs.values().forEach(rows -> {
            Summary summary = Summary.of(rows);
            byScenario
                    .computeIfAbsent(summary.title(), key -> new ArrayList<>())
                    .add(summary);
        });
    }

    /** Runs it. Argument: a result file, name.json; writes name.md and name.svg. */
    public static void main(String[] arguments) throws IOException {
        String name = arguments[0].replaceFirst("\\.json$", "");
        Report report = new Report(Path.of(arguments[0]));
        Path plot = Path.of(name + ".svg");
        Files.writeString(plot, new Plot(report.byScenario).svg());
        Files.writeString(Path.of(name + ".md"), report.page(String.valueOf(plot.getFileName())));
    }

    private String page(String plot) {
        StringBuilder page = new StringBuilder("# Brokers side by side\n\n");
        page.append(String.format(
                Locale.ROOT,
                "%s, %s cores of %s, %d GiB, kernel %s, JVM %s. Brokers and the load generator share the cores; every broker is"
                        + " measured in each round, and the figures are medians of the rounds. A rate with losses, repeats or changes of"
                        + " order does not count. Made by `perf/compare`; do not edit.\n\n![deliveries a second](%s)\n",
                machine.get("date").asText(),
                machine.get("cores").asText(),
                machine.get("processor").asText(),
                machine.get("memoryKib").asLong() >> 20,
                machine.get("kernel").asText(),
                machine.get("java").asText(),
                plot));
        byScenario.forEach((title, summaries) -> page.append(table(title, summaries)));
        return page.toString();
    }

    private static String table(String title, List<Summary> summaries) {
        double best = summaries.stream()
                .filter(summary -> !summary.broker().startsWith(OURS))
                .mapToDouble(Summary::rate)
                .max()
                .orElse(0);
        String rows = summaries.stream()
                .map(summary -> String.format(
                        Locale.ROOT,
                        "| %s | %.0f | %s | %.1f | %s | %s | %s |\n",
                        summary.broker(),
                        summary.rate(),
                        summary.broker().startsWith(OURS) && best > 0
                                ? String.format(Locale.ROOT, "%.2f", summary.rate() / best)
                                : "",
                        summary.cpuMicros(),
                        latency(summary.endToEndP50Ms(), summary.endToEndP99Ms()),
                        latency(summary.ackP50Ms(), summary.ackP99Ms()),
                        summary.failure()))
                .collect(Collectors.joining());
        return "\n## " + title
                + "\n\n| broker | deliveries/s | ratio to the best other | CPU us each | end to end p50 / p99 ms | acknowledged p50 / p99 ms | |\n"
                + "| --- | --- | --- | --- | --- | --- | --- |\n" + rows;
    }

    /** Nothing where nothing was measured: QoS 0 is not acknowledged, and nobody subscribes to what comes by HTTP. */
    private static String latency(double p50, double p99) {
        return p99 > 0 ? String.format(Locale.ROOT, "%.2f / %.2f", p50, p99) : "";
    }
}
