package io.waxwing.ledger.simplex;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The strongest liar that needs no script: validator 3 runs twice with one key and two logs, and each honest node hears
 * one of the two, for a while. {@code -Dseed=n} runs one seed alone, {@code -Dseeds=n} more.
 */
class TwinsTest {
    private static final int SEEDS = Integer.getInteger("seeds", 30);

    private static final VotingRules TWIN = new VotingRules() {
        @Override
        public boolean stopsAtUnknownOwnVote() {
            return false;
        }
    };

    @Test
    void theHonestOnesAgreeGoOnAndConvictNobodyElse() {
        Long only = Long.getLong("seed");
        int convictions = 0;
        for (long seed = only == null ? 0 : only; seed < (only == null ? SEEDS : only + 1); seed++) {
            Net net = new Net(4, seed);
            net.nodes.get(3).rules = TWIN;
            TestNode twin = TestNode.of(4, 3);
            twin.rules = TWIN;
            net.nodes.add(twin);
            net.maxDelayMs = 1 + net.random.nextInt(60);
            int lost = net.random.nextInt(20);
            int[] hears = new int[3];
            net.drops = envelope -> {
                int honest = Math.min(envelope.from(), envelope.to());
                int other = Math.max(envelope.from(), envelope.to());
                return (other >= 3 && honest < 3 && hears[honest] != other) || net.random.nextInt(100) < lost;
            };
            List<TestNode> honest = net.nodes.subList(0, 3);
            shuffle(net, hears);
            net.start();
            for (int batch = 1; batch <= 25; batch++) {
                if (batch % 5 == 0) {
                    shuffle(net, hears);
                }
                // Each half of the world may know other batches first.
                net.nodes.get(net.random.nextInt(5)).pending(batch);
                net.pending(batch);
                net.run(net.random.nextInt(500));
            }
            Net.check(honest);
            for (int i = 0; i < 4; i++) {
                net.run(20_000);
            }
            Net.check(honest);
            for (TestNode node : honest) {
                String story = "seed " + seed + " node " + node.self;
                assertThat(node.core().standing()).as(story).isEqualTo(Simplex.Standing.VOTING);
                assertThat(node.chain.waiting).as(story).isEmpty();
                assertThat(node.evidence).as(story).allMatch(pair -> pair.culprit() == 3);
                convictions += node.evidence.isEmpty() ? 0 : 1;
            }
        }
        // Else the twins never contradicted each other, and nothing was tested.
        assertThat(only != null || convictions > SEEDS / 10)
                .as("%s convictions", convictions)
                .isTrue();
    }

    private static void shuffle(Net net, int[] hears) {
        for (int i = 0; i < hears.length; i++) {
            hears[i] = 3 + net.random.nextInt(2);
        }
    }
}
