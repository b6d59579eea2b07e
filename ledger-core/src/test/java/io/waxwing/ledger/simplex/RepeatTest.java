package io.waxwing.ledger.simplex;

import static io.waxwing.ledger.simplex.Vote.Type.FINALIZE;
import static io.waxwing.ledger.simplex.Vote.Type.NULLIFY;
import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Effects.Outgoing;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fault 18: what was said is said again until something moves. D is 250 ms in the first views. */
class RepeatTest {
    private final Script script = Script.ofFour(0);
    private final TestNode node = script.node;

    @Test
    void certificatesAndOwnVotesEveryDelay() {
        node.pending(1);
        Certificate nullification = script.nullification(1, 1, 2, 3);
        node.hear(1, nullification);
        node.pass(1000);
        node.takeSent();
        for (int i = 0; i < 5; i++) {
            node.pass(500);
            assertThat(node.takeSent())
                    .contains(
                            new Outgoing(Outgoing.ALL, nullification),
                            new Outgoing(Outgoing.ALL, script.vote(0, NULLIFY, 2, Hash.ZERO)));
        }
    }

    @Test
    void finalizeVotesOfTheViewsBefore() {
        Block block = script.block(1, List.of());
        script.propose(block);
        script.notarize(block, 1, 2);
        node.takeSent();
        node.pass(300);
        assertThat(node.sentVotes(FINALIZE)).containsExactly(script.vote(0, FINALIZE, 1, block.blockId()));
    }

    @Test
    void aLeadersProposal() {
        Script leading = Script.ofFour(1);
        leading.node.pending(1);
        List<Proposal> first = leading.node.sent(Proposal.class);
        leading.node.takeSent();
        leading.node.pass(300);
        assertThat(leading.node.sent(Proposal.class)).isEqualTo(first).hasSize(1);
    }

    @Test
    void notWhileThereIsNothingToDecide() {
        node.hear(1, script.nullification(1, 1, 2, 3));
        node.takeSent();
        node.pass(100_000);
        assertThat(node.sent).isEmpty();
    }

    @Test
    void whoRepeatsHimselfInAViewLongDecidedIsToldSoOnceADelay() {
        Certificate nullification = script.nullification(5, 1, 2, 3);
        SignedVote old = script.vote(3, NULLIFY, 1, Hash.ZERO);
        node.hear(3, old);
        node.hear(1, nullification);
        node.takeSent();
        node.hear(3, old);
        node.hear(3, old);
        assertThat(node.takeSent()).containsExactly(new Outgoing(3, nullification));
        node.pass(250);
        node.hear(3, old);
        assertThat(node.takeSent()).containsExactly(new Outgoing(3, nullification));
    }

    @Test
    void whoAsksForCertificatesGetsThoseFromThatViewOnAndNotMoreThanTheLimit() {
        for (int view = 1; view <= 50; view++) {
            node.hear(1, script.nullification(view, 1, 2, 3));
        }
        node.takeSent();
        node.hear(3, new CertificateRequest(0, 10));
        List<Certificate> answers = node.sent(Certificate.class);
        assertThat(answers).hasSize(CertificateRequest.MAX_ANSWERS);
        assertThat(answers.get(0).view()).isEqualTo(10);
    }

    @Test
    void aRequestIsAnsweredWithTheNewestFinalization() {
        Block block = script.block(3, List.of());
        Certificate finalization = script.finalization(block, 1, 2, 3);
        node.hear(1, finalization);
        node.takeSent();
        node.hear(3, new CertificateRequest(0, 1));
        assertThat(node.takeSent()).contains(new Outgoing(3, finalization));
        node.hear(3, new CertificateRequest(0, 4));
        assertThat(node.takeSent()).isEmpty();
    }

    @Test
    void lostFinalizeVotesAreMadeUpForWithoutNewBlocks() {
        Net net = new Net(4, 3).start();
        net.drops = envelope -> envelope.message() instanceof SignedVote vote && vote.type() == FINALIZE;
        net.pending(1);
        net.run(100);
        assertThat(net.nodes).allMatch(each -> each.applied.isEmpty());
        net.drops = envelope -> false;
        net.run(2000);
        assertThat(net.nodes).allMatch(each -> each.chain.waiting.isEmpty());
        net.check();
    }
}
