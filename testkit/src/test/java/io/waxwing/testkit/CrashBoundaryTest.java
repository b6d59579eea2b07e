package io.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.simplex.VotingRules;
import io.waxwing.testkit.check.AgreementCheck;
import io.waxwing.testkit.check.EvidenceCheck;
import io.waxwing.testkit.check.Tally;
import io.waxwing.testkit.check.VoteCheck;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.Mouth;
import io.waxwing.testkit.sim.SimNode;
import io.waxwing.testkit.sim.World;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One node's process ends at every single boundary between and within effects, one after the other. */
class CrashBoundaryTest {
    private static final int BATCHES = 4;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void everyBoundaryMayBeTheLast(int validators) {
        long boundaries = run(validators, -1, 0);
        assertThat(boundaries).isGreaterThan(20);
        for (int boundary = 0; boundary < boundaries; boundary++) {
            for (long seed = 0; seed < 3; seed++) {
                run(validators, boundary, seed);
            }
        }
    }

    /** Orders some batches while node 0 ends at that boundary; returns how many boundaries there were. */
    private static long run(int validators, int boundary, long seed) {
        World world = new World(
                new World.Shape(validators, validators, Puppets.TIMING, VotingRules.PROTOCOL), new Chance(seed), null);
        for (int i = 0; i < validators; i++) {
            world.add(i, true, Mouth.HONEST);
        }
        Tally tally = new Tally(world);
        world.watch(tally);
        world.watch(new VoteCheck(world, tally));
        world.watch(new AgreementCheck(world, tally));
        world.watch(new EvidenceCheck(world));
        SimNode victim = world.nodes().get(0);
        victim.deeds().endAt(boundary);
        world.nodes().forEach(SimNode::boot);
        for (int batch = 0; batch < BATCHES; batch++) {
            world.newBatch(batch % validators);
            pass(world, 300);
        }
        for (int turn = 0; turn < 100 && !isDone(world); turn++) {
            pass(world, 200);
        }
        assertThat(isDone(world))
                .as(validators + " validators, boundary " + boundary + ", seed " + seed)
                .isTrue();
        return victim.deeds().boundaries();
    }

    private static void pass(World world, long ms) {
        long end = world.agenda().nowNanos() + ms * Puppets.MS;
        world.agenda().after(ms * Puppets.MS, world::gossip);
        while (world.agenda().nowNanos() < end) {
            world.agenda().step();
        }
        world.nodes().stream().filter(node -> !node.isUp()).forEach(SimNode::boot);
    }

    private static boolean isDone(World world) {
        return world.nodes().stream().allMatch(node -> {
            int applied = 0;
            for (int lane = 0; lane < world.workload().lanes(); lane++) {
                applied += node.ledger().applied(lane);
            }
            return node.isUp() && applied == BATCHES;
        });
    }
}
