package io.waxwing.bus.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TopicTrieTest {
    private static final int SEEDS = 300;
    private static final String[] LEVELS = {"a", "b", "", "$x", "ü"};

    /** A value of the model: its filter and a number. */
    private record Entry(TopicFilter filter, int number) {}

    @Test
    void findsExactlyTheFiltersThatANaiveMatcherFindsWhileFiltersComeAndGo() {
        long only = Long.getLong("seed", -1);
        for (long seed = 0; seed < SEEDS; seed++) {
            if (only < 0 || only == seed) {
                compareWithNaiveMatcher(seed);
            }
        }
    }

    private static void compareWithNaiveMatcher(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TopicTrie<Integer> trie = new TopicTrie<>();
        List<Entry> model = new ArrayList<>();
        for (int step = 0; step < 60; step++) {
            if (!model.isEmpty() && random.nextInt(3) == 0) {
                Entry gone = model.remove(random.nextInt(model.size()));
                assertThat(trie.remove(gone.filter(), value -> value == gone.number()))
                        .as("seed %d", seed)
                        .isTrue();
            } else {
                Entry added = new Entry(randomFilter(random), step);
                model.add(added);
                trie.add(added.filter(), added.number());
            }
            String topic = randomTopic(random);
            List<Integer> found = new ArrayList<>();
            trie.match(topic, found::add);
            List<Integer> wanted = model.stream()
                    .filter(entry -> entry.filter().matches(topic))
                    .map(Entry::number)
                    .toList();
            assertThat(found).as("seed %d, topic '%s'", seed, topic).containsExactlyInAnyOrderElementsOf(wanted);
            assertThat(trie.size()).as("seed %d", seed).isEqualTo(model.size());
        }
    }

    private static TopicFilter randomFilter(SplittableRandom random) {
        List<String> levels = new ArrayList<>();
        int depth = 1 + random.nextInt(4);
        for (int i = 0; i < depth; i++) {
            levels.add(random.nextInt(3) == 0 ? "+" : LEVELS[random.nextInt(LEVELS.length)]);
        }
        if (random.nextInt(3) == 0) {
            levels.add("#");
        }
        String text = String.join("/", levels);
        return TopicFilter.parse(text.isEmpty() ? "+" : text);
    }

    private static String randomTopic(SplittableRandom random) {
        List<String> levels = new ArrayList<>();
        int depth = 1 + random.nextInt(5);
        for (int i = 0; i < depth; i++) {
            levels.add(LEVELS[random.nextInt(LEVELS.length)]);
        }
        return String.join("/", levels);
    }

    @Test
    void removingWhatIsNotThereChangesNothing() {
        TopicTrie<String> trie = new TopicTrie<>();
        trie.add(TopicFilter.parse("a/b"), "x");
        assertThat(trie.remove(TopicFilter.parse("a"), value -> true)).isFalse();
        assertThat(trie.remove(TopicFilter.parse("a/b/c"), value -> true)).isFalse();
        assertThat(trie.remove(TopicFilter.parse("a/b"), "y"::equals)).isFalse();
        assertThat(trie.size()).isEqualTo(1);
    }
}
