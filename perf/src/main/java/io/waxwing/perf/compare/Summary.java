package io.waxwing.perf.compare;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** Medians of one broker's runs of one scenario; those that failed are told and do not count. */
record Summary(
        String title,
        String broker,
        double rate,
        double cpuMicros,
        double endToEndP50Ms,
        double endToEndP99Ms,
        double ackP50Ms,
        double ackP99Ms,
        String failure) {
    static Summary of(List<Row> rows) {
        List<Row> good = rows.stream().filter(row -> row.failure().isEmpty()).toList();
        String failure = rows.stream()
                .map(Row::failure)
                .filter(why -> !why.isEmpty())
                .findFirst()
                .map(why -> rows.size() - good.size() + " of " + rows.size() + " runs failed: " + why)
                .orElse("");
        return new Summary(
                rows.get(0).title(),
                rows.get(0).broker(),
                median(good, Row::rate),
                median(good, Row::cpuMicros),
                median(good, Row::endToEndP50Ms),
                median(good, Row::endToEndP99Ms),
                median(good, Row::ackP50Ms),
                median(good, Row::ackP99Ms),
                failure);
    }

    private static double median(List<Row> rows, ToDoubleFunction<Row> figure) {
        double[] sorted = rows.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        if (sorted.length == 0) {
            return 0;
        }
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
