package io.waxwing.testkit;

import io.waxwing.ledger.simplex.VotingRules;
import io.waxwing.testkit.scenario.ConsensusRun;
import io.waxwing.testkit.scenario.Plan;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.Story;
import io.waxwing.testkit.sim.Violation;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/** Runs seeds, several at a time, and tells the story of one that failed. */
final class Replay {
    private static final int THREADS = Integer.getInteger("sim.threads", 2);

    private Replay() {}

    /** The seed's run. A broken law comes back with the seed and the end of the story. */
    static ConsensusRun play(long seed, Function<Chance, Plan> planner, VotingRules rules) {
        try {
            return ConsensusRun.of(seed, planner, rules, null).play();
        } catch (Violation found) {
            throw new AssertionError(
                    "seed " + seed + " (replay with -Dseed=" + seed + "): " + found.getMessage() + "\n"
                            + story(seed, planner, rules),
                    found);
        }
    }

    /** The same run again, written down this time. */
    private static String story(long seed, Function<Chance, Plan> planner, VotingRules rules) {
        ConsensusRun told = ConsensusRun.of(seed, planner, rules, new Story());
        try {
            told.play();
            return "it did not happen again: the simulation is not deterministic";
        } catch (Violation again) {
            return told.plan() + " " + told.lies() + "\n" + told.world().trace().story();
        }
    }

    /** Calls the test with every seed in [0, count), or with the one of {@code -Dseed}. The first failure counts. */
    static void forEachSeed(int count, LongConsumer test) {
        Long only = Long.getLong("seed");
        if (only != null) {
            test.accept(only);
            return;
        }
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            var parts = IntStream.range(0, THREADS)
                    .<Callable<Void>>mapToObj(part -> () -> {
                        for (long seed = part;
                                seed < count && !Thread.currentThread().isInterrupted();
                                seed += THREADS) {
                            test.accept(seed);
                        }
                        return null;
                    })
                    .map(threads::submit)
                    .toList();
            for (Future<Void> part : parts) {
                part.get();
            }
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof AssertionError error) {
                throw error;
            }
            throw new AssertionError(failed.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            threads.shutdownNow();
        }
    }
}
