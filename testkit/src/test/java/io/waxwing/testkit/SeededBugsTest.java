package io.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.simplex.VotingRules;
import io.waxwing.testkit.liar.Liars;
import io.waxwing.testkit.mutant.SeededBug;
import io.waxwing.testkit.scenario.ConsensusRun;
import io.waxwing.testkit.scenario.Plan;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.Violation;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each known fault, put back into the rules, is found by the laws within a number of seeds, and the unchanged rules
 * pass the very same seeds. A simulator that finds none of them proves nothing.
 */
class SeededBugsTest {
    private static final int SEEDS = Integer.getInteger("sim.bugs.seeds", 3000);

    @ParameterizedTest
    @EnumSource
    void isFound(SeededBug bug) {
        String found = "";
        long seed = 0;
        for (; seed < SEEDS && found.isEmpty(); seed++) {
            found = violation(bug, seed);
        }
        assertThat(found).as(bug + " in " + SEEDS + " seeds").isNotEmpty();
        System.out.println(
                "SeededBugs: fault " + bug.fault() + " " + bug + " found with seed " + (seed - 1) + ": " + found);
        Replay.forEachSeed((int) seed, survivor -> Replay.play(survivor, planFor(bug), VotingRules.PROTOCOL));
    }

    /** Any plan, but where the fault needs one certain lie at one certain moment. */
    private static Function<Chance, Plan> planFor(SeededBug bug) {
        return bug == SeededBug.GAP_UNCHECKED ? chance -> Plan.ofLiar(Liars.INVALID_JUSTIFY, chance) : Plan::of;
    }

    /** The first line of what was broken, empty if nothing was. */
    private static String violation(SeededBug bug, long seed) {
        try {
            ConsensusRun.of(seed, planFor(bug), bug.rules(), null).play();
            return "";
        } catch (Violation found) {
            return String.valueOf(found.getMessage()).lines().findFirst().orElse("");
        }
    }
}
