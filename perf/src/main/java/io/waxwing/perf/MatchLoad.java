package io.waxwing.perf;

import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.bus.topic.TopicTrie;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * How long it takes to find the subscriptions that match a topic, among 100,000: without the memory of topics seen
 * before that stands in front of it. A group of a shared subscription is one entry under its filter.
 */
public final class MatchLoad {
    private static final int FILTERS = 100_000;
    private static final int SITES = 200;
    private static final int DEVICES = 1_000;
    private static final String[] METRICS = {"temperature", "pressure", "state", "power"};
    private static final int TOPICS = 1 << 14;

    private final SplittableRandom random = new SplittableRandom(7);
    private long found;

    private MatchLoad() {}

    /** Runs it. Argument: seconds a row (default 3), after as many of warm-up. */
    public static void main(String[] arguments) {
        int seconds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
        System.out.println("| 100,000 subscriptions | matches a topic | p50 us | p99 us | p99.9 us | topics/s |\n"
                + "| --- | --- | --- | --- | --- | --- |");
        for (String mix : new String[] {"exact", "plus", "hash", "shared", "all"}) {
            new MatchLoad().row(mix, seconds);
        }
    }

    private void row(String mix, int seconds) {
        TopicTrie<Integer> trie = new TopicTrie<>();
        for (int i = 0; i < FILTERS; i++) {
            trie.add(filter(mix.equals("all") ? new String[] {"exact", "plus", "hash", "shared"}[i & 3] : mix, i), i);
        }
        String[] topics = new String[TOPICS];
        for (int i = 0; i < TOPICS; i++) {
            topics[i] = topic(random.nextInt(SITES), random.nextInt(DEVICES), random.nextInt(METRICS.length));
        }
        Histogram latency = new Histogram(60_000_000_000L, 3);
        run(trie, topics, latency, seconds);
        latency.reset();
        found = 0;
        double perSecond = run(trie, topics, latency, seconds);
        System.out.printf(
                "| %s | %.1f | %.2f | %.2f | %.2f | %.0f |%n",
                mix,
                (double) found / latency.getTotalCount(),
                latency.getValueAtPercentile(50) / 1e3,
                latency.getValueAtPercentile(99) / 1e3,
                latency.getValueAtPercentile(99.9) / 1e3,
                perSecond);
    }

    private double run(TopicTrie<Integer> trie, String[] topics, Histogram latency, int seconds) {
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        long before = start;
        long count = 0;
        while (before < end) {
            trie.match(topics[(int) (count & (TOPICS - 1))], value -> found++);
            long now = System.nanoTime();
            latency.recordValue(now - before);
            before = now;
            count++;
        }
        return count * 1e9 / (before - start);
    }

    /** Number {@code i} of its kind; each kind as devices and dashboards have them. */
    private TopicFilter filter(String kind, int i) {
        int site = random.nextInt(SITES);
        int device = random.nextInt(DEVICES);
        return TopicFilter.parse(
                switch (kind) {
                    case "exact" -> topic(site, device, i % METRICS.length);
                    case "plus" ->
                        i % 2 == 0
                                ? "site/" + site + "/device/+/" + METRICS[i % METRICS.length] + "/" + i
                                : "site/+/device/" + device + "/" + METRICS[i % METRICS.length];
                    case "hash" -> i % 100 == 0 ? "site/" + site + "/#" : "site/" + site + "/device/" + device + "/#";
                    default -> "site/" + site + "/device/" + device + "/+";
                });
    }

    private static String topic(int site, int device, int metric) {
        return "site/" + site + "/device/" + device + "/" + METRICS[metric];
    }
}
