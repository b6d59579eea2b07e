package io.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.simplex.VotingRules;
import io.waxwing.testkit.liar.Liars;
import io.waxwing.testkit.scenario.ConsensusRun;
import io.waxwing.testkit.scenario.Plan;
import io.waxwing.testkit.scenario.Plan.Fault;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Agreement, durability, accountability and progress of n validators, whatever the network, the disks, the clocks and
 * up to f liars do. {@code -Dsim.consensus.seeds=20000} is the long run; {@code -Dseed=n} replays one.
 */
class ConsensusSimulationTest {
    private static final int SEEDS = Integer.getInteger("sim.consensus.seeds", 400);

    @Test
    void lawsHoldForEverySeed() {
        Totals totals = new Totals();
        long start = System.nanoTime();
        Replay.forEachSeed(SEEDS, seed -> totals.add(Replay.play(seed, Plan::of, VotingRules.PROTOCOL)));
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("ConsensusSimulation: %s, %.0f views a second%n", totals, totals.views / seconds);
        if (Long.getLong("seed") == null && SEEDS >= 300) {
            totals.assertThatEverythingHappened();
        }
    }

    @Test
    void anEqualSeedGivesAnEqualStory() {
        StringBuilder hashes = new StringBuilder();
        for (long seed = 0; seed < 20; seed++) {
            String once =
                    new ConsensusRun(seed, VotingRules.PROTOCOL, null).play().storyHash();
            String again =
                    new ConsensusRun(seed, VotingRules.PROTOCOL, null).play().storyHash();
            assertThat(again).as("seed " + seed).isEqualTo(once);
            hashes.append(once);
        }
        // To be compared between versions of Java.
        System.out.println("ConsensusSimulation: stories of seeds 0 to 19 hash to "
                + Sha256.digest(hashes.toString().getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void differentSeedsGiveDifferentStories() {
        String one = new ConsensusRun(1, VotingRules.PROTOCOL, null).play().storyHash();
        String other = new ConsensusRun(2, VotingRules.PROTOCOL, null).play().storyHash();
        assertThat(one).isNotEqualTo(other);
    }

    /** A simulation in which something never happens proves nothing about it. */
    private static final class Totals {
        private long seeds;
        private long views;
        private long blocks;
        private long slowest;
        private long sent;
        private long lost;
        private long repeated;
        private long blocked;
        private long refusals;
        private long slowForces;
        private long refused;
        private long pairs;
        private long votesDue;
        private long restored;
        private final Map<Fault, Long> faults = new EnumMap<>(Fault.class);
        private final Map<String, Integer> liars = new TreeMap<>();
        private final Map<Integer, Integer> sizes = new TreeMap<>();

        synchronized void add(ConsensusRun run) {
            seeds++;
            views += run.views();
            blocks += run.height();
            slowest = Math.max(slowest, run.viewsToFinality());
            sent += run.world().network().sent();
            lost += run.world().network().lost();
            repeated += run.world().network().repeated();
            blocked += run.world().network().blocked();
            pairs += run.evidence().pairs();
            restored += run.restoredLogs();
            votesDue += run.willingness().votesDue();
            run.world().nodes().forEach(node -> {
                refusals += node.deeds().refusals();
                slowForces += node.deeds().slowForces();
                refused += node.refused();
            });
            for (Fault fault : Fault.values()) {
                faults.merge(fault, run.happened(fault), Long::sum);
            }
            run.lies().forEach(lie -> liars.merge(lie, 1, Integer::sum));
            sizes.merge(run.plan().validators(), 1, Integer::sum);
        }

        void assertThatEverythingHappened() {
            for (Fault fault : Fault.values()) {
                assertThat(faults.get(fault)).as(fault.name()).isGreaterThan(seeds / 50);
            }
            for (Liars liar : Liars.values()) {
                assertThat(liars).containsKey(liar.name());
            }
            assertThat(liars).containsKey("TWINS");
            assertThat(sizes.keySet()).containsExactly(1, 2, 3, 4, 5, 7, 10);
            assertThat(blocks).as("blocks").isGreaterThan(20 * seeds);
            assertThat(lost).as("lost").isGreaterThan(seeds);
            assertThat(repeated).as("repeated").isGreaterThan(seeds);
            assertThat(blocked).as("met a cut link").isGreaterThan(seeds);
            assertThat(refusals).as("refused by a full disk").isGreaterThan(seeds);
            assertThat(slowForces).as("slow forced writes").isGreaterThan(seeds);
            assertThat(refused).as("messages refused").isGreaterThan(seeds);
            assertThat(pairs).as("pieces of evidence").isGreaterThan(seeds / 10);
            assertThat(restored).as("old vote logs put back").isPositive();
            assertThat(votesDue).as("proposals that had to be voted for").isGreaterThan(seeds);
        }

        @Override
        public String toString() {
            return seeds + " seeds " + sizes + ", " + views + " views, " + blocks + " blocks, at most " + slowest
                    + " views to finality after the last fault, " + sent + " messages (" + lost + " lost, " + repeated
                    + " repeated, " + blocked + " cut off, " + refused + " refused), " + faults + ", liars " + liars
                    + ", " + pairs + " pieces of evidence";
        }
    }
}
