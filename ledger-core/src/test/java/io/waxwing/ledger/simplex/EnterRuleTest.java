package io.waxwing.ledger.simplex;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.simplex.Effects.Outgoing;
import java.util.List;
import org.junit.jupiter.api.Test;

class EnterRuleTest {
    private final Script script = Script.ofFour(0);
    private final TestNode node = script.node;

    @Test
    void aNotarizationOpensTheNextView() {
        Block block = script.block(1, List.of());
        script.propose(block);
        script.notarize(block, 1);
        assertThat(node.core().view()).isEqualTo(1);
        script.notarize(block, 2);
        assertThat(node.core().view()).isEqualTo(2);
        assertThat(node.log).contains(new VoteRecord.Enter(2));
    }

    @Test
    void aNullificationOpensTheNextView() {
        script.nullify(1, 1, 2);
        assertThat(node.core().view()).isEqualTo(1);
        script.nullify(1, 3);
        assertThat(node.core().view()).isEqualTo(2);
    }

    @Test
    void aCertificateOfAnyLaterViewCarriesThereAtOnce() {
        node.hear(2, script.nullification(40, 1, 2, 3));
        assertThat(node.core().view()).isEqualTo(41);
        Block block = script.block(70, List.of());
        node.hear(2, script.notarization(block, 1, 2, 3));
        assertThat(node.core().view()).isEqualTo(71);
        Block later = script.block(90, List.of());
        node.hear(2, script.finalization(later, 1, 2, 3));
        assertThat(node.core().view()).isEqualTo(91);
    }

    @Test
    void theCertificateIsKeptAndPassedOn() {
        Certificate certificate = script.nullification(1, 1, 2, 3);
        node.hear(2, certificate);
        assertThat(node.sent).contains(new Outgoing(Outgoing.ALL, certificate));
        assertThat(node.log).containsSubsequence(new VoteRecord.Certified(certificate), new VoteRecord.Enter(2));
    }

    /** Fault 16: votes, proposals and requests that name a later view are no reason to go there. */
    @Test
    void aViewNumberWithoutACertificateMovesNothing() {
        for (long view = 2; view < 20; view++) {
            script.nullify(view, 1, 2);
            script.propose(script.block(view, List.of()));
            node.hear(3, new CertificateRequest(0, view));
        }
        assertThat(node.core().view()).isEqualTo(1);
    }

    /** Fault 6. */
    @Test
    void aValidatorCountsOnceHoweverOftenItIsHeard() {
        script.nullify(1, 1, 1, 1, 2, 2, 1, 2);
        assertThat(node.core().view()).isEqualTo(1);
        Block block = script.block(1, List.of());
        script.notarize(block, 1, 1, 2, 2, 1);
        assertThat(node.core().view()).isEqualTo(1);
    }

    @Test
    void votesForDifferentBlocksAreNotAddedUp() {
        Block one = script.block(1, List.of());
        Block other = script.block(1, List.of(), 7);
        script.notarize(one, 1, 2);
        script.notarize(other, 3);
        assertThat(node.core().view()).isEqualTo(1);
    }

    @Test
    void earlierViewsNeverComeBack() {
        node.hear(2, script.nullification(40, 1, 2, 3));
        node.hear(2, script.nullification(30, 1, 2, 3));
        script.nullify(39, 1, 2, 3);
        assertThat(node.core().view()).isEqualTo(41);
    }
}
