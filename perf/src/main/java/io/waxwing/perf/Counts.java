package io.waxwing.perf;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What nodes have counted so far, to be compared with what they count later. */
final class Counts {
    private static final String FINALITY = "waxwing_ledger_finality_duration_seconds";
    private static final String CERTIFICATE = "waxwing_anchor_certificate_duration_seconds";

    private final NavigableMap<Double, Double> finality;
    private final NavigableMap<Double, Double> certificate;
    private final Map<String, Double> sums = new TreeMap<>();

    private Counts(NavigableMap<Double, Double> finality, NavigableMap<Double, Double> certificate) {
        this.finality = finality;
        this.certificate = certificate;
    }

    static Counts of(List<NodeUnderTest> nodes) throws IOException, InterruptedException {
        Counts counts = new Counts(histogram(nodes, FINALITY), histogram(nodes, CERTIFICATE));
        for (String name : List.of(
                "waxwing_anchor_batches_total",
                "waxwing_anchor_batch_events_sum",
                "waxwing_wal_sync_duration_seconds_count")) {
            double sum = 0;
            for (NodeUnderTest node : nodes) {
                sum += node.metric(name);
            }
            counts.sums.put(name, sum);
        }
        counts.sums.put("blocks", nodes.get(0).metric("waxwing_ledger_height"));
        return counts;
    }

    private static NavigableMap<Double, Double> histogram(List<NodeUnderTest> nodes, String name)
            throws IOException, InterruptedException {
        NavigableMap<Double, Double> all = new TreeMap<>();
        for (NodeUnderTest node : nodes) {
            node.histogram(name).forEach((bound, count) -> all.merge(bound, count, Double::sum));
        }
        return all;
    }

    private double since(Counts before, String name) {
        return sums.getOrDefault(name, 0.0) - before.sums.getOrDefault(name, 0.0);
    }

    /** Events per batch, batches per block, and times in milliseconds as the bounds of the histograms' steps. */
    String since(Counts before) {
        double batches = since(before, "waxwing_anchor_batches_total");
        return String.format(
                Locale.ROOT,
                "%.1f events a batch, %.1f batches a block; block final after its proposal p50 %.1f ms, p99 %.1f ms;"
                        + " batch certified p50 %.1f ms",
                since(before, "waxwing_anchor_batch_events_sum") / batches,
                batches / since(before, "blocks"),
                percentile(before.finality, finality, 0.50),
                percentile(before.finality, finality, 0.99),
                percentile(before.certificate, certificate, 0.50));
    }

    private static double percentile(Map<Double, Double> before, NavigableMap<Double, Double> now, double share) {
        double all = now.isEmpty() ? 0 : now.lastEntry().getValue() - before.getOrDefault(now.lastKey(), 0.0);
        for (Map.Entry<Double, Double> bucket : now.entrySet()) {
            if (bucket.getValue() - before.getOrDefault(bucket.getKey(), 0.0) >= share * all) {
                return bucket.getKey() * 1000;
            }
        }
        return Double.NaN;
    }
}
