package io.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.simplex.VotingRules;
import io.waxwing.testkit.scenario.ConsensusRun;
import io.waxwing.testkit.scenario.Plan;
import io.waxwing.testkit.sim.Violation;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Twins: two unmodified processes with one key in a split network. They lie without knowing it. */
class TwinsTest {
    private static final int SEEDS = Integer.getInteger("sim.twins.seeds", 40);
    private static final Set<String> BREAKS =
            Set.of("agreement", "one final block a height", "final once and in order", "nobody honest halts");

    @ParameterizedTest
    @ValueSource(ints = {4, 7})
    void fTwinsBreakNothing(int validators) {
        int twins = Quorum.faults(validators);
        Replay.forEachSeed(SEEDS, seed -> {
            ConsensusRun run =
                    Replay.play(seed, chance -> Plan.ofTwins(validators, twins, chance), VotingRules.PROTOCOL);
            assertThat(run.evidence().convicted())
                    .as("seed " + seed)
                    .allSatisfy(culprit -> assertThat(
                                    run.world().nodes().get(culprit).isHonest())
                            .isFalse());
        });
    }

    /** One pair more than the protocol bears: if agreement breaks, the messages convict at least f + 1. */
    @ParameterizedTest
    @ValueSource(ints = {4, 7})
    void moreTwinsThanFAreConvictedIfAgreementBreaks(int validators) {
        int twins = Quorum.faults(validators) + 1;
        AtomicInteger broken = new AtomicInteger();
        Replay.forEachSeed(SEEDS, seed -> {
            ConsensusRun run = ConsensusRun.of(
                    seed, chance -> Plan.ofTwins(validators, twins, chance), VotingRules.PROTOCOL, null);
            try {
                run.play();
            } catch (Violation found) {
                if (BREAKS.contains(found.law())) {
                    broken.incrementAndGet();
                    assertThat(run.union().culprits()).as("seed " + seed).hasSizeGreaterThanOrEqualTo(twins);
                }
            }
            assertThat(run.union().culprits())
                    .as("seed " + seed)
                    .allSatisfy(culprit -> assertThat(
                                    run.world().nodes().get(culprit).isHonest())
                            .isFalse());
        });
        System.out.println("Twins: agreement of " + validators + " with " + twins + " pairs broke in " + broken + " of "
                + SEEDS + " seeds, and f + 1 were convicted each time");
        if (Long.getLong("seed") == null) {
            assertThat(broken.get()).as("seeds in which agreement broke").isPositive();
        }
    }
}
