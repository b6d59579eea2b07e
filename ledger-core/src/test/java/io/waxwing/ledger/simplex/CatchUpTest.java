package io.waxwing.ledger.simplex;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CatchUpTest {
    private final Script script = Script.ofFour(0);
    private final TestNode node = script.node;

    private List<Block> chainOf(int length) {
        List<Block> blocks = new ArrayList<>();
        for (int height = 1; height <= length; height++) {
            blocks.add(script.block(height, blocks));
        }
        return blocks;
    }

    /** Answers the node's requests from these blocks until it asks no more; returns how many were asked for. */
    private int answer(List<Block> blocks) {
        Map<Hash, Block> byId = new HashMap<>();
        blocks.forEach(block -> byId.put(block.blockId(), block));
        int asked = 0;
        for (List<Outgoing> sent = node.takeSent(); !sent.isEmpty(); sent = node.takeSent()) {
            for (Outgoing outgoing : sent) {
                if (outgoing.message() instanceof BlockRequest request) {
                    asked++;
                    node.hear(outgoing.to(), new BlockAnswer(0, request.blockId(), byId.get(request.blockId())));
                }
            }
        }
        return asked;
    }

    @Test
    void oneFinalizationBringsEverythingBeforeIt() {
        List<Block> blocks = chainOf(20);
        node.hear(1, script.finalization(blocks.get(19), 1, 2, 3));
        assertThat(answer(blocks)).isEqualTo(20);
        assertThat(node.appliedHeights()).hasSize(20).isSorted();
    }

    @Test
    void aLongWayNeedsOnlyABoundedNumberOfBodiesAtATime() {
        List<Block> blocks = chainOf(300);
        node.hear(1, script.finalization(blocks.get(299), 1, 2, 3));
        // All but the 64 lowest bodies are fetched a second time.
        assertThat(answer(blocks)).isBetween(500, 540);
        assertThat(node.appliedHeights()).hasSize(300).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void newerFinalizationsAreReachedAfterwards() {
        List<Block> blocks = chainOf(30);
        node.hear(1, script.finalization(blocks.get(9), 1, 2, 3));
        node.hear(1, script.finalization(blocks.get(29), 1, 2, 3));
        answer(blocks);
        assertThat(node.appliedHeights()).hasSize(30);
    }

    @Test
    void oneRequestAPeerAndTheNextPeerAfterATimeout() {
        List<Block> blocks = chainOf(2);
        node.hear(1, script.finalization(blocks.get(1), 1, 2, 3));
        List<Integer> asked = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            for (Outgoing outgoing : node.takeSent()) {
                if (outgoing.message() instanceof BlockRequest) {
                    asked.add(outgoing.to());
                }
            }
            assertThat(node.timeoutNanos).isEqualTo(node.nanos + 1_000_000_000);
            node.pass(1000);
        }
        assertThat(asked).containsExactly(1, 2, 3, 1);
    }

    @Test
    void aRefusalGoesToTheNextPeerButARoundOfRefusalsWaits() {
        Block block = script.block(1, List.of());
        node.hear(1, script.finalization(block, 1, 2, 3));
        assertThat(answer(List.of())).isEqualTo(3);
        assertThat(node.applied).isEmpty();
        node.pass(1000);
        assertThat(answer(List.of(block))).isEqualTo(1);
        assertThat(node.appliedHeights()).containsExactly(1L);
    }

    /** Fault 22. */
    @Test
    void aBodyOfAnotherIdIsNotTaken() {
        Block block = script.block(1, List.of());
        Block other = script.block(1, List.of(), 7);
        node.hear(1, script.finalization(block, 1, 2, 3));
        node.hear(1, new BlockAnswer(0, block.blockId(), other));
        assertThat(node.applied).isEmpty();
        node.hear(2, new BlockAnswer(0, block.blockId(), block));
        assertThat(node.applied)
                .extracting(applied -> applied.block().blockId())
                .containsExactly(block.blockId());
    }

    /** Fault 22. */
    @Test
    void bodiesThatNobodyAskedForAreNotTaken() {
        for (Block block : chainOf(5)) {
            node.hear(1, new BlockAnswer(0, block.blockId(), block));
        }
        assertThat(node.applied).isEmpty();
        assertThat(node.sent).isEmpty();
    }

    @Test
    void certificatesBesideAFetchedBodyAreNotKept() {
        Block block = script.block(1, List.of());
        Block poisoned = Script.justified(
                block,
                new Certificate(
                        Vote.Type.NULLIFY,
                        0,
                        0,
                        Hash.ZERO,
                        ByteString.of(new byte[] {1}),
                        List.of(ByteString.of(new byte[64]))));
        node.hear(1, script.finalization(block, 1, 2, 3));
        node.hear(1, new BlockAnswer(0, block.blockId(), poisoned));
        assertThat(node.applied.get(0).block().justify()).isEmpty();
    }

    @Test
    void blocksAreServedFromMemoryOrLookedUp() {
        Block block = script.block(1, List.of());
        script.propose(block);
        node.takeSent();
        node.hear(3, new BlockRequest(0, block.blockId()));
        assertThat(node.takeSent()).containsExactly(new Outgoing(3, new BlockAnswer(0, block.blockId(), block)));
        script.notarize(block, 1, 2);
        script.finalizes(block, 1, 2);
        node.takeSent();
        node.hear(3, new BlockRequest(0, block.blockId()));
        assertThat(node.takeSent()).containsExactly(new Outgoing(3, new BlockAnswer(0, block.blockId(), block)));
        Hash unknown = TestKeys.hash("unknown");
        node.hear(3, new BlockRequest(0, unknown));
        assertThat(node.takeSent()).containsExactly(new Outgoing(3, new BlockAnswer(0, unknown, null)));
    }

    @Test
    void theShellMayBringBlocksByOtherMeans() {
        List<Block> blocks = chainOf(10);
        Certificate finalization = script.finalization(blocks.get(7), 1, 2, 3);
        for (Block block : blocks.subList(0, 8)) {
            node.chain.apply(block);
        }
        node.input(core -> core.onSynced(blocks.get(7).header(), node.check.check(1, finalization), node.now()));
        assertThat(node.core().lastApplied()).isEqualTo(blocks.get(7).header());
        node.hear(1, script.finalization(blocks.get(9), 1, 2, 3));
        answer(blocks);
        assertThat(node.appliedHeights()).containsExactly(9L, 10L);
    }

    @Test
    void oneAloneThatLostAFinalBlockWaitsForNobody() {
        TestNode alone = TestNode.of(1, 0).start();
        alone.pending(1);
        alone.applied.clear();
        alone.disk.clear();
        alone.chain = new TestChain();
        alone.start();
        assertThat(alone.applied).isEmpty();
        assertThat(alone.timeoutNanos).isEqualTo(Long.MAX_VALUE);
    }

    /** Certificates of more skipped views than a block can carry are fetched. */
    @Test
    void aGapLongerThanAJustificationIsFilled() {
        Net net = new Net(4, 9);
        net.drops = envelope -> envelope.message() instanceof Proposal || envelope.from() == 3 || envelope.to() == 3;
        net.start();
        net.pending(1);
        net.run(3_000_000);
        assertThat(net.nodes.get(0).core().view()).isGreaterThan(90);
        assertThat(net.nodes.get(3).core().view()).isEqualTo(1);
        // Now the one that was cut off is needed for a quorum.
        net.drops = envelope -> envelope.from() == 0 || envelope.to() == 0;
        net.run(90_000);
        for (TestNode each : net.nodes.subList(1, 4)) {
            assertThat(each.chain.waiting).as("node " + each.self).isEmpty();
        }
        net.check();
    }

    /** Fault 21: one comes back, the others are idle. */
    @Test
    void aNodeThatWasAwayCatchesUpThoughTheOthersAreIdle() {
        Net net = new Net(4, 7).start();
        net.nodes.get(3).dead = true;
        for (int batch = 1; batch <= 100; batch++) {
            for (int i = 0; i < 3; i++) {
                net.nodes.get(i).pending(batch);
            }
            net.collect();
            net.run(30);
        }
        net.run(5000);
        assertThat(net.nodes.get(0).chain.waiting).isEmpty();
        net.nodes.get(3).start();
        net.collect();
        net.run(3000);
        assertThat(net.nodes.get(3).appliedHeights()).isEqualTo(net.nodes.get(0).appliedHeights());
    }
}
