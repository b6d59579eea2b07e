package io.waxwing.ledger.simplex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.fixture.Generated;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import io.waxwing.ledger.simplex.Simplex.Standing;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandingTest {
    private static void assertSilent(Script script) {
        TestNode node = script.node;
        int applied = node.applied.size();
        node.takeSent();
        long view = node.core().view();
        node.chain.waiting.add(TestChain.batch(9));
        script.propose(script.block(view + 1, List.of()));
        script.nullify(view, 1, 2, 3);
        node.pass(100_000);
        assertThat(node.sent(SignedVote.class)).isEmpty();
        assertThat(node.applied).hasSize(applied);
        assertThat(node.timeoutNanos).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aNodeWithAnotherRootThanTheQuorumHalts() {
        Script script = Script.ofFour(0);
        TestNode node = script.node;
        Block first = script.block(1, List.of());
        script.propose(first);
        script.notarize(first, 1, 2);
        script.finalizes(first, 1, 2);
        assertThat(node.appliedHeights()).containsExactly(1L);
        node.chain.corrupt();
        script.chain.apply(first);
        Block second = script.block(2, List.of());
        node.hear(1, script.finalization(second, 1, 2, 3));
        node.hear(1, new BlockAnswer(0, second.blockId(), second));
        assertThat(node.core().standing()).isEqualTo(Standing.HALTED);
        assertThat(node.core().reason()).contains("root");
        assertSilent(script);
    }

    @Test
    void aNodeWhoseAppliedBlockIsNotInTheFinalChainHalts() {
        Script script = Script.ofFour(0);
        TestNode node = script.node;
        Block first = script.block(1, List.of());
        Block other = script.block(1, List.of(), 7);
        Block onOther = script.block(2, List.of(other));
        script.propose(first);
        node.hear(1, script.finalization(first, 1, 2, 3));
        node.hear(1, script.finalization(onOther, 1, 2, 3));
        node.hear(1, new BlockAnswer(0, onOther.blockId(), onOther));
        assertThat(node.core().standing()).isEqualTo(Standing.HALTED);
        assertThat(node.appliedHeights()).containsExactly(1L);
        assertSilent(script);
    }

    private static Net netWithConfig() {
        Net net = new Net(4, 5);
        Generated any = new Generated(3);
        ConfigLeaf config = any.configLeaf();
        net.nodes.forEach(node -> node.chain.configs.add(config));
        return net.start();
    }

    /** Fault 24: membership changes at a final block, and nothing of the old epoch comes after it. */
    @Test
    void theEpochEndsWithTheBlockThatCarriesAConfig() {
        Net net = netWithConfig();
        net.nodes.forEach(node -> node.pending(1));
        net.collect();
        net.run(3000);
        net.pending(2);
        net.run(10_000);
        net.check();
        for (TestNode node : net.nodes) {
            assertThat(node.core().standing()).isEqualTo(Standing.ENDED);
            assertThat(node.applied.get(node.applied.size() - 1).block().endsEpoch())
                    .isTrue();
            assertThat(node.chain.waiting).containsExactly(TestChain.batch(1), TestChain.batch(2));
        }
    }

    /** Fault 24: the old epoch goes on answering. */
    @Test
    void aStragglerIsStillHelpedOutOfTheOldEpoch() {
        Net net = netWithConfig();
        net.drops = envelope -> envelope.to() == 3 || envelope.from() == 3;
        net.run(5000);
        assertThat(net.nodes.get(0).core().standing()).isEqualTo(Standing.ENDED);
        assertThat(net.nodes.get(3).applied).isEmpty();
        net.drops = envelope -> false;
        net.run(20_000);
        assertThat(net.nodes.get(3).core().standing()).isEqualTo(Standing.ENDED);
        net.check();
    }

    @Test
    void blocksAfterAConfigThatIsNotFinalOrderNothing() {
        Script script = Script.ofFour(0);
        TestNode node = script.node;
        Block plain = script.block(1, List.of());
        Block config = new Block(
                new BlockHeader(
                        plain.header().ledgerId(),
                        0,
                        1,
                        1,
                        plain.header().parentId(),
                        0,
                        2,
                        plain.header().timeMs(),
                        plain.header().batchesRoot(),
                        0,
                        Block.evidenceRoot(List.of(new Generated(3).configLeaf())),
                        plain.header().parentTreeSize(),
                        plain.header().parentTreeRoot()),
                List.of(),
                List.of(),
                List.of(new Generated(3).configLeaf()));
        script.propose(config);
        script.notarize(config, 1, 2);
        node.takeSent();
        script.propose(script.block(2, List.of(config), TestChain.batch(1)));
        assertThat(node.sentVotes(Vote.Type.NOTARIZE)).isEmpty();
        assertThat(node.sentVotes(Vote.Type.NULLIFY)).hasSize(1);
    }

    @Test
    void theNextEpochBeginsOnThatBlockWithTheSameLog() {
        Net net = netWithConfig();
        net.run(3000);
        TestNode old = net.nodes.get(0);
        TestNode next = new TestNode(TestKeys.validators(4, 1), 0);
        next.log.addAll(old.log);
        next.base = old.core().lastApplied();
        next.chain = old.chain;
        next.start();
        assertThat(next.core().standing()).isEqualTo(Standing.VOTING);
        assertThat(next.core().view()).isEqualTo(next.base.view() + 1);
        assertThat(next.log).contains(new VoteRecord.Epoch(1));
        VoteHistory history = new VoteHistory();
        next.log.forEach(history::add);
        assertThat(history.epoch()).isEqualTo(1);
        assertThat(history.openVotes()).isEmpty();
        old.log.clear();
        old.log.addAll(next.log);
        old.applied.clear();
        old.takeSent();
        // The ledger was set back behind its log: the old epoch is gone through again, without a vote.
        old.chain = new TestChain();
        old.start();
        assertThat(old.core().standing()).isEqualTo(Standing.ENDED);
        assertThat(old.core().lastApplied()).isEqualTo(next.base);
        assertThat(old.sent(SignedVote.class)).isEmpty();
    }

    @Test
    void aCoreHasToBeStartedOnce() {
        TestNode node = TestNode.of(4, 0);
        node.start();
        assertThatThrownBy(() -> node.core().start(node.now())).hasMessageContaining("once");
        assertThat(node.sent).containsExactly(new Outgoing(Outgoing.ALL, new CertificateRequest(0, 1)));
    }
}
