package io.waxwing.ledger.simplex;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HappyPathTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void everyNodeAppliesEverythingOnceAndInTheSameOrder(int n) {
        Net net = new Net(n, 1).start();
        for (int batch = 1; batch <= 10; batch++) {
            net.pending(batch);
            net.run(20);
        }
        net.run(200);
        net.check();
        for (TestNode node : net.nodes) {
            List<Long> batches = node.applied.stream()
                    .flatMap(block -> block.block().batches().stream())
                    .map(batch -> batch.batchSeq())
                    .toList();
            assertThat(batches).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
            assertThat(node.core().standing()).isEqualTo(Simplex.Standing.VOTING);
        }
    }

    @Test
    void oneNodeFinalizesInOneCall() {
        TestNode node = TestNode.of(1, 0).start();
        Effects effects = pendingEffects(node);
        assertThat(effects.thenApply()).hasSize(1);
        assertThat(effects.persistFirst()).contains(new VoteRecord.Enter(2));
        assertThat(effects.storeFirst())
                .containsExactly(effects.thenApply().get(0).block());
    }

    private static Effects pendingEffects(TestNode node) {
        node.chain.waiting.add(TestChain.batch(1));
        return node.core().onPending(node.now());
    }
}
