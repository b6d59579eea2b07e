package io.waxwing.perf.micro;

import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.bus.topic.TopicTrie;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Finding the subscriptions of a topic among few and many. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TopicMatchBench {
    private static final int TOPICS = 1 << 12;

    /** How many filters there are. */
    @Param({"1", "1000", "100000"})
    public int filters;

    private final String[] topics = new String[TOPICS];
    private final TopicTrie<Integer> trie = new TopicTrie<>();
    private int next;
    private long found;

    /** Exact filters, and with each kind of wildcard. */
    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < filters; i++) {
            String device = "site/" + random.nextInt(200) + "/device/" + random.nextInt(1000);
            String filter = i % 3 == 0 ? device + "/state" : i % 3 == 1 ? device + "/+" : device + "/#";
            trie.add(TopicFilter.parse(filter), i);
        }
        for (int i = 0; i < TOPICS; i++) {
            topics[i] = "site/" + random.nextInt(200) + "/device/" + random.nextInt(1000) + "/state";
        }
    }

    /** One topic. */
    @Benchmark
    public long match() {
        trie.match(topics[next++ & (TOPICS - 1)], value -> found++);
        return found;
    }
}
