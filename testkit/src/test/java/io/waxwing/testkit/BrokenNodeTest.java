package io.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.simplex.Simplex.Standing;
import io.waxwing.ledger.simplex.VotingRules;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.Mouth;
import io.waxwing.testkit.sim.SimNode;
import io.waxwing.testkit.sim.World;
import org.junit.jupiter.api.Test;

/** A node that executes blocks to another root than the others (ledger-runtime.md section 1). */
class BrokenNodeTest {
    @Test
    void itHaltsAndTheOthersGoOn() {
        World world = new World(new World.Shape(4, 4, Puppets.TIMING, VotingRules.PROTOCOL), new Chance(1), null);
        for (int i = 0; i < 4; i++) {
            world.add(i, true, Mouth.HONEST);
        }
        world.nodes().forEach(SimNode::boot);
        SimNode broken = world.nodes().get(2);
        broken.ledger().miscompute();
        for (int batch = 0; batch < 5; batch++) {
            world.newBatch(0);
            for (int turn = 0; turn < 40; turn++) {
                long end = world.agenda().nowNanos() + 100 * Puppets.MS;
                world.agenda().after(100 * Puppets.MS, world::gossip);
                while (world.agenda().nowNanos() < end) {
                    world.agenda().step();
                }
            }
        }
        assertThat(broken.core().standing()).isEqualTo(Standing.HALTED);
        assertThat(broken.core().reason()).contains("root");
        for (int i : new int[] {0, 1, 3}) {
            assertThat(world.nodes().get(i).ledger().applied(0)).isEqualTo(5);
            assertThat(world.nodes().get(i).isVoting()).isTrue();
        }
    }
}
