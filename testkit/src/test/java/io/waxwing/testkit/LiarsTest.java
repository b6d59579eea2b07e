package io.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.simplex.VotingRules;
import io.waxwing.testkit.liar.Liars;
import io.waxwing.testkit.scenario.ConsensusRun;
import io.waxwing.testkit.scenario.Plan;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each liar by itself among four: agreement and progress hold, and who can be convicted is. */
class LiarsTest {
    private static final int SEEDS = Integer.getInteger("sim.liars.seeds", 6);

    // Those that put two contradicting statements under their own key.
    private static final Set<Liars> PROVABLE =
            EnumSet.of(Liars.EQUIVOCATOR, Liars.DOUBLE_VOTER, Liars.FINALIZE_AFTER_NULLIFY);

    @ParameterizedTest
    @EnumSource
    void breaksNothing(Liars liar) {
        AtomicInteger convicted = new AtomicInteger();
        Replay.forEachSeed(SEEDS, seed -> {
            ConsensusRun run = Replay.play(seed, chance -> Plan.ofLiar(liar, chance), VotingRules.PROTOCOL);
            assertThat(run.height()).as("blocks with seed " + seed).isGreaterThan(10);
            if (!run.evidence().convicted().isEmpty()) {
                convicted.incrementAndGet();
            }
        });
        System.out.println("Liars: " + liar + " was convicted in " + convicted + " of " + SEEDS + " seeds");
        if (Long.getLong("seed") == null && PROVABLE.contains(liar)) {
            assertThat(convicted.get()).as("convicted").isEqualTo(SEEDS);
        }
        if (liar == Liars.SILENT || liar == Liars.WITHHOLDER || liar == Liars.SLOW || liar == Liars.SELECTIVE) {
            assertThat(convicted.get()).as("nobody is convicted of silence").isZero();
        }
    }
}
