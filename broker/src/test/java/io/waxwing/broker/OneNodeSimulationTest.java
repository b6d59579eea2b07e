package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.testkit.sim.Seeds;
import org.junit.jupiter.api.Test;

/**
 * Laws 2 to 7 and 10 of the architecture over the way of an event on one node: journal, anchor, ledger and dispatch, on
 * one thread, with a disk that loses what was not synced, fills up and stops anywhere.
 */
class OneNodeSimulationTest {
    private static final int SEEDS = Integer.getInteger("sim.seeds", 1000);

    @Test
    void lawsHoldWhateverCrashesInWhateverOrder() {
        Totals totals = new Totals();
        Seeds.forEach(SEEDS, seed -> {
            OneNodeStory run = new OneNodeStory(seed);
            run.play();
            totals.add(run);
        });
        System.out.println("OneNodeSimulation: " + totals);
        if (Long.getLong("seed") == null) {
            totals.assertThatEverythingHappened();
        }
    }

    @Test
    void anEqualSeedGivesAnEqualStory() {
        Seeds.forEach(20, seed -> assertThat(storyOf(seed)).isEqualTo(storyOf(seed)));
    }

    private static Hash storyOf(long seed) {
        OneNodeStory run = new OneNodeStory(seed);
        run.play();
        return run.story().hash();
    }

    /** A simulation in which something never happens proves nothing about it. */
    private static final class Totals {
        private long seeds;
        private long crashes;
        private long acknowledged;
        private long refused;
        private long duplicates;
        private long replayed;

        void add(OneNodeStory run) {
            seeds++;
            crashes += run.crashes();
            acknowledged += run.publisher().acknowledged();
            refused += run.publisher().refused();
            duplicates += run.publisher().duplicates();
            replayed += run.subscriber().replayed();
        }

        void assertThatEverythingHappened() {
            assertThat(crashes).as("crashes").isGreaterThan(seeds / 2);
            assertThat(acknowledged).as("acknowledged").isGreaterThan(seeds);
            assertThat(refused).as("refused on a full disk").isPositive();
            assertThat(duplicates).as("duplicates").isPositive();
            assertThat(replayed).as("replayed to a slow subscriber").isPositive();
        }

        @Override
        public String toString() {
            return seeds + " seeds, " + crashes + " crashes, " + acknowledged + " acknowledged, " + refused
                    + " refused, " + duplicates + " duplicates, " + replayed + " replayed";
        }
    }
}
