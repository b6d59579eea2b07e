package io.waxwing.ledger.simplex;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/** Loss, delay, crashes and power failures from a seed; {@code -Dseed=n} runs one alone, {@code -Dseeds=n} more. */
class FaultyNetworkTest {
    private static final int SEEDS = Integer.getInteger("seeds", 30);

    private static void forEachSeed(LongConsumer test) {
        Long only = Long.getLong("seed");
        long from = only == null ? 0 : only;
        long to = only == null ? SEEDS : only + 1;
        for (long seed = from; seed < to; seed++) {
            try {
                test.accept(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + " (replay with -Dseed=" + seed + "): " + e.getMessage(), e);
            }
        }
    }

    /** Heals the network, runs on, and asks that everybody has everything. */
    private static void healAndCheck(Net net, int batches) {
        net.check();
        net.drops = envelope -> false;
        net.maxDelayMs = 5;
        net.nodes.forEach(node -> {
            if (node.dead) {
                node.start();
            }
        });
        net.collect();
        for (int i = 0; i < 6; i++) {
            for (int batch = 1; batch <= batches; batch++) {
                net.pending(batch);
            }
            net.run(15_000);
        }
        net.check();
        for (TestNode node : net.nodes) {
            assertThat(node.core().standing())
                    .as("node " + node.self + " " + node.core().reason())
                    .isEqualTo(Simplex.Standing.VOTING);
            List<Long> seqs = node.applied.stream()
                    .flatMap(block -> block.block().batches().stream())
                    .map(batch -> batch.batchSeq())
                    .sorted()
                    .toList();
            assertThat(seqs).as("node " + node.self).hasSize(batches).doesNotHaveDuplicates();
            assertThat(node.evidence).isEmpty();
        }
    }

    @Test
    void lossAndDelayStopNothingForLong() {
        forEachSeed(seed -> {
            Net net = new Net(4, seed);
            net.maxDelayMs = 1 + net.random.nextInt(400);
            int lost = net.random.nextInt(40);
            net.drops = envelope -> net.random.nextInt(100) < lost;
            net.start();
            for (int batch = 1; batch <= 20; batch++) {
                net.pending(batch);
                net.run(net.random.nextInt(1000));
            }
            healAndCheck(net, 20);
        });
    }

    @Test
    void crashesAtAnyBoundaryLoseNoVoteAndNoBlock() {
        forEachSeed(seed -> {
            Net net = new Net(4, seed);
            net.maxDelayMs = 20;
            net.drops = envelope -> net.random.nextInt(100) < 10;
            net.start();
            for (int batch = 1; batch <= 30; batch++) {
                TestNode victim = net.nodes.get(net.random.nextInt(4));
                if (victim.dead) {
                    victim.dieAt = 0;
                    victim.start();
                } else {
                    victim.dieAt = 1 + net.random.nextInt(20);
                }
                net.pending(batch);
                net.run(net.random.nextInt(1500));
            }
            net.nodes.forEach(node -> node.dieAt = 0);
            healAndCheck(net, 30);
        });
    }

    @Test
    void aPowerFailureOfAllLosesNothing() {
        forEachSeed(seed -> {
            Net net = new Net(4, seed);
            net.maxDelayMs = 30;
            net.drops = envelope -> net.random.nextInt(100) < 20;
            net.start();
            for (int batch = 1; batch <= 20; batch++) {
                net.pending(batch);
                net.run(net.random.nextInt(300));
                if (batch % 4 == 0) {
                    net.loseWire();
                    net.nodes.forEach(TestNode::start);
                    net.collect();
                }
            }
            healAndCheck(net, 20);
        });
    }
}
