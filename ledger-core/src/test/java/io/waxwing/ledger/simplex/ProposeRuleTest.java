package io.waxwing.ledger.simplex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.waxwing.ledger.batch.BatchReference;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProposeRuleTest {
    private static Proposal only(TestNode node) {
        assertThat(node.sent(Proposal.class)).hasSize(1);
        return node.sent(Proposal.class).get(0);
    }

    @Test
    void theLeaderProposesWhatWaits() {
        Script script = Script.ofFour(1);
        script.node.pending(1, 2);
        Block block = only(script.node).block();
        assertThat(block.batches()).containsExactly(TestChain.batch(1), TestChain.batch(2));
        assertThat(block.header().parentId()).isEqualTo(TestChain.GENESIS.blockId());
        assertThat(block.header().view()).isEqualTo(1);
        assertThat(block.header().proposer()).isEqualTo(2);
        assertThat(script.node.log)
                .containsSubsequence(
                        new VoteRecord.Proposed(1, block.blockId()), new VoteRecord.Notarized(1, block.blockId()));
        assertThat(script.node.disk).containsKey(block.blockId());
    }

    @Test
    void nobodyElseProposes() {
        Script script = Script.ofFour(0);
        script.node.pending(1);
        assertThat(script.node.sent(Proposal.class)).isEmpty();
    }

    @Test
    void onceAView() {
        Script script = Script.ofFour(1);
        script.node.pending(1);
        script.node.pending(2);
        script.node.pass(100);
        only(script.node);
    }

    /** Fault 20. */
    @Test
    void nothingIsProposedAndNoTimerRunsWhileNothingWaits() {
        Script script = Script.ofFour(1);
        script.node.pass(1_000_000);
        assertThat(script.node.sent).isEmpty();
        assertThat(script.node.timeoutNanos).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aHeartbeatIsAnEmptyBlock() {
        Script script = Script.ofFour(1);
        script.node.heartbeat();
        assertThat(only(script.node).block().isEmpty()).isTrue();
    }

    @Test
    void theParentsNotarizationAndTheGapsNullificationsJustify() {
        Script script = Script.ofFour(3);
        Block first = script.block(1, List.of(), TestChain.batch(1));
        script.node.pending(1, 2);
        script.propose(first);
        script.notarize(first, 0, 1);
        script.nullify(2, 0, 1, 2);
        Block block = only(script.node).block();
        assertThat(block.header().view()).isEqualTo(3);
        assertThat(block.header().parentId()).isEqualTo(first.blockId());
        assertThat(block.header().parentView()).isEqualTo(1);
        assertThat(block.batches()).containsExactly(TestChain.batch(2));
        assertThat(block.justify())
                .extracting(Certificate::type, Certificate::view)
                .containsExactly(tuple(Vote.Type.NOTARIZE, 1L), tuple(Vote.Type.NULLIFY, 2L));
    }

    @Test
    void aMissingCertificateOfTheGapIsAskedForFirst() {
        Script script = Script.ofFour(3);
        script.node.pending(1);
        script.node.hear(0, script.nullification(2, 0, 1, 2));
        assertThat(script.node.core().view()).isEqualTo(3);
        assertThat(script.node.sent(Proposal.class)).isEmpty();
        assertThat(script.node.sent(CertificateRequest.class)).containsExactly(new CertificateRequest(0, 1));
        script.node.hear(0, script.nullification(1, 0, 1, 2));
        assertThat(only(script.node).block().header().parentView()).isZero();
    }

    @Test
    void anEmptyBlockIsProposedOnlyToFinishTheOnesBeforeItAndNotAtOnce() {
        Script script = Script.ofFour(2);
        Block first = script.block(1, List.of(), TestChain.batch(1));
        script.node.pending(1);
        script.propose(first);
        script.notarize(first, 0, 1);
        assertThat(script.node.core().view()).isEqualTo(2);
        assertThat(script.node.sent(Proposal.class)).isEmpty();
        script.node.pass(124);
        assertThat(script.node.sent(Proposal.class)).isEmpty();
        script.node.pass(1);
        assertThat(only(script.node).block().isEmpty()).isTrue();
        assertThat(only(script.node).block().header().parentId()).isEqualTo(first.blockId());
    }

    @Test
    void nothingIsProposedBesideANewerFinalBlockThatIsNotHereYet() {
        Script script = Script.ofFour(2);
        script.node.pending(1);
        Block unknown = script.block(1, List.of());
        script.node.hear(0, script.finalization(unknown, 0, 1, 3));
        script.node.pass(200);
        assertThat(script.node.core().view()).isEqualTo(2);
        assertThat(script.node.sent(Proposal.class)).isEmpty();
    }

    @Test
    void timeGoesForwardAlsoWhenTheClockGoesBack() {
        Script script = Script.ofFour(2);
        BatchReference batch = TestChain.batch(1);
        Block first = script.block(1, List.of(), batch);
        script.node.pending(1, 2);
        script.propose(first);
        script.node.clockSkewMs = -3_600_000;
        script.notarize(first, 0, 1);
        assertThat(only(script.node).block().header().timeMs())
                .isEqualTo(first.header().timeMs() + 1);
    }

    @Test
    void aRestartedLeaderSendsTheSameProposalAndNoOther() {
        Script script = Script.ofFour(1);
        script.node.pending(1);
        Proposal before = only(script.node);
        script.node.takeSent();
        script.node.chain.waiting.add(TestChain.batch(2));
        script.node.start();
        script.node.pass(10_000);
        assertThat(script.node.sent(Proposal.class)).isNotEmpty().allMatch(before::equals);
    }
}
