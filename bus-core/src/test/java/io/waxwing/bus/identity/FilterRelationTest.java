package io.waxwing.bus.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.TopicFilter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Every pair of small filters against every small topic: the relations are exactly what the sets say. The empty topic,
 * which nobody may publish to, is counted in.
 */
class FilterRelationTest {
    private static final String[] FILTER_LEVELS = {"a", "b", "", "$s", "+", "#"};
    /** With a name that no filter has, which stands for all the others. */
    private static final String[] TOPIC_LEVELS = {"a", "b", "", "$s", "z"};

    private static final List<String> TOPICS = all(TOPIC_LEVELS, 4);

    @Test
    void coversAndOverlapsAreWhatTheSetsOfTopicsSay() {
        List<TopicFilter> filters = legal(all(FILTER_LEVELS, 3));
        List<BitSet> sets = filters.stream().map(FilterRelationTest::topicsOf).toList();
        assertThat(filters).hasSizeGreaterThan(150);
        for (int i = 0; i < filters.size(); i++) {
            for (int j = 0; j < filters.size(); j++) {
                check(filters.get(i), sets.get(i), filters.get(j), sets.get(j));
            }
        }
    }

    @Test
    void deeperFiltersToo() {
        long only = Long.getLong("seed", -1);
        List<String> texts = all(new String[] {"a", "$s", "+", "#"}, 4);
        List<TopicFilter> filters = legal(texts);
        List<String> topics = all(new String[] {"a", "$s", "z"}, 6);
        for (long seed = 0; seed < 400; seed++) {
            if (only >= 0 && only != seed) {
                continue;
            }
            SplittableRandom random = new SplittableRandom(seed);
            TopicFilter one = filters.get(random.nextInt(filters.size()));
            TopicFilter other = filters.get(random.nextInt(filters.size()));
            boolean covers = topics.stream().allMatch(topic -> !other.matches(topic) || one.matches(topic));
            boolean overlaps = topics.stream().anyMatch(topic -> other.matches(topic) && one.matches(topic));
            assertThat(FilterRelation.covers(one, other))
                    .as("seed %d: %s covers %s", seed, one, other)
                    .isEqualTo(covers);
            assertThat(FilterRelation.overlaps(one, other))
                    .as("seed %d: %s overlaps %s", seed, one, other)
                    .isEqualTo(overlaps);
        }
    }

    private static void check(TopicFilter one, BitSet ofOne, TopicFilter other, BitSet ofOther) {
        BitSet missing = (BitSet) ofOther.clone();
        missing.andNot(ofOne);
        assertThat(FilterRelation.covers(one, other))
                .as("%s covers %s", one, other)
                .isEqualTo(missing.isEmpty());
        assertThat(FilterRelation.overlaps(one, other))
                .as("%s overlaps %s", one, other)
                .isEqualTo(ofOne.intersects(ofOther));
    }

    private static BitSet topicsOf(TopicFilter filter) {
        BitSet set = new BitSet();
        for (int i = 0; i < TOPICS.size(); i++) {
            set.set(i, filter.matches(TOPICS.get(i)));
        }
        return set;
    }

    private static List<TopicFilter> legal(List<String> texts) {
        List<TopicFilter> filters = new ArrayList<>();
        for (String text : texts) {
            try {
                filters.add(TopicFilter.parse(text));
            } catch (RefusedException wildcardInTheMiddle) {
                continue;
            }
        }
        return filters;
    }

    private static List<String> all(String[] levels, int depth) {
        List<String> all = new ArrayList<>();
        List<String> longest = List.of(levels);
        for (int i = 1; i <= depth; i++) {
            all.addAll(longest);
            List<String> next = new ArrayList<>();
            for (String begin : longest) {
                for (String level : levels) {
                    next.add(begin + "/" + level);
                }
            }
            longest = next;
        }
        return all;
    }
}
