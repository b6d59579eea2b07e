package io.waxwing.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.CarriedBatch;
import io.waxwing.ledger.batch.CarriedEvent;
import io.waxwing.ledger.control.Change;
import io.waxwing.ledger.dispute.ChallengeId;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.dispute.OpenChallenge;
import io.waxwing.ledger.dispute.SealedBatch;
import io.waxwing.ledger.dispute.X25519;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.VerdictLeaf;
import io.waxwing.ledger.merkle.MerkleRoot;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.node.check.BlockCheck;
import io.waxwing.node.check.LedgerCheck;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.store.AppliedReader;
import io.waxwing.node.store.StoredDisputes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Four whole ledgers quarrel about a payload; the fourth challenges. Nothing but links is simulated. */
class ChallengeTest {
    private static final String TERMS = "parameter challenge-blocks 5\nparameter challenge-time 10000\n";
    private static final SignatureCheck SIGNATURES = Signatures.bouncyCastle();
    private static final Hash TAG = Sha256.digest(new byte[] {1});
    private static final Hash SECRET = Sha256.digest(new byte[] {2});
    private static final ChallengeId ID = new ChallengeId(4, 1);

    private final Consortium four = new Consortium(4, 0, TERMS);
    private final CarriedBatch payloads = payloads("the event");
    private final BatchReference batch = four.batch(
            1, 1, TAG, MerkleRoot.ofHashEntries(List.of(payloads.events().get(0).payloadCommit())));

    private static CarriedBatch payloads(String text) {
        CarriedEvent event = new CarriedEvent(
                1, 0, false, Consortium.BEGIN_MS, SECRET, "t", new byte[0], text.getBytes(StandardCharsets.UTF_8));
        return CarriedBatch.of(List.of(TAG), List.of(event));
    }

    private Consortium.Node node(int member) {
        return four.nodes.get(member - 1);
    }

    private static Signer originOf(int member) {
        return ConsortiumKeys.of(member).origin();
    }

    private void challenge() {
        node(1).agent().submit(batch);
        four.run(500);
        long leafIndex = node(4).applied.stream()
                .flatMap(applied -> applied.batches().stream())
                .findFirst()
                .orElseThrow()
                .batchLeafIndex();
        long size = node(4).disputes.provableSize(leafIndex + 2);
        Dispute said = Dispute.Challenge.of(
                ID,
                X25519.publicKey(SECRET),
                new StoredDisputes(node(4).store).prove(leafIndex, size),
                originOf(4),
                four.genesis.configHash());
        assertThat(node(4).agent().submit(said)).isTrue();
        four.run(500);
        four.nodes.forEach(node -> assertThat(node.disputes.get(ID)).isNotNull());
    }

    private void answer(int member, CarriedBatch with) {
        Hash ledgerId = four.genesis.configHash();
        OpenChallenge open = Objects.requireNonNull(node(member).disputes.get(ID));
        SealedBatch sealed = SealedBatch.seal(
                with.encode(),
                open.key(),
                Sha256.digest(new byte[] {(byte) member}),
                Dispute.Answer.context(ID, member, ledgerId));
        node(member).agent().submit(Dispute.Answer.of(open.recipient(), member, sealed, originOf(member), ledgerId));
        four.run(500);
    }

    private List<VerdictLeaf> verdicts(Consortium.Node node) {
        return node.applied.stream()
                .flatMap(applied -> applied.verdicts().stream())
                .map(Applied.AppliedVerdict::leaf)
                .toList();
    }

    private void assertOneLedger() {
        for (Consortium.Node node : four.nodes) {
            assertThat(node.store.state()).isEqualTo(node(1).store.state());
            assertThat(verdicts(node)).isEqualTo(verdicts(node(1)));
            assertThat(new LedgerCheck(node.store, SIGNATURES).run()).isEmpty();
            assertThat(new BlockCheck(node.store, SIGNATURES).run()).isEmpty();
        }
    }

    @Test
    void theWithholdersAreConvictedOnEveryNodeThoughNobodyElseOrdersAnything() {
        challenge();
        four.run(12_000);
        assertOneLedger();
        assertThat(verdicts(node(1))).hasSize(1);
        assertThat(verdicts(node(1)).get(0).voids()).isTrue();
        for (Consortium.Node node : four.nodes) {
            assertThat(node.agent().governance().convicted()).containsOnlyKeys("m1", "m2", "m3", "m4");
            assertThat(node.agent().governance().convicted().get("m1")).containsExactly("false-avail");
            assertThat(node.metrics.get("waxwing.ledger.verdicts").counter().count())
                    .isEqualTo(1);
        }
        Applied told = node(1).applied.stream()
                .filter(applied -> !applied.verdicts().isEmpty())
                .findFirst()
                .orElseThrow();
        assertThat(new AppliedReader(node(2).store).at(told.height())).isEqualTo(told);
        // Convicted leaders do not stop the ledger: it goes on.
        node(2).agent().submit(four.batch(2, 1, TAG));
        four.run(2000);
        assertThat(node(4).applied.stream().mapToInt(Applied::eventCount).sum()).isEqualTo(2);
    }

    @Test
    void aLyingChallengerConvictsNobodyBecauseOneHolderAnswers() {
        challenge();
        answer(3, payloads);
        for (int seq = 1; seq <= 7; seq++) {
            four.run(4000);
            node(2).agent().submit(four.batch(2, seq, TAG));
        }
        four.run(1000);
        assertOneLedger();
        assertThat(verdicts(node(1))).isEmpty();
        assertThat(node(1).agent().governance().convicted()).isEmpty();
        assertThat(node(1).disputes.all()).isEmpty();
    }

    @Test
    void theChallengerFindsTheAnswerInTheBlockAlsoAfterARestart() {
        challenge();
        answer(2, payloads);
        node(4).crash(0);
        node(4).start();
        four.run(1000);
        OpenChallenge answered =
                Objects.requireNonNull(node(4).agent().disputes().get(ID));
        assertThat(answered.standing()).isEqualTo(OpenChallenge.Standing.ANSWERED);
        Dispute.Answer found =
                Objects.requireNonNull(new StoredDisputes(node(4).store).answer(ID, answered.sinceHeight()));
        byte[] plain = found.sealed().open(SECRET, Dispute.Answer.context(ID, 2, four.genesis.configHash()));
        assertThat(plain).isEqualTo(payloads.encode());
    }

    @Test
    void aFalseAnswerConvictsItsAuthorAloneAndATrueOneStillCounts() {
        challenge();
        answer(2, payloads("another event"));
        OpenChallenge answered = Objects.requireNonNull(node(4).disputes.get(ID));
        Dispute.Answer garbage =
                Objects.requireNonNull(new StoredDisputes(node(4).store).answer(ID, answered.sinceHeight()));
        node(4).agent()
                .submit(Dispute.Disproof.of(
                        ID,
                        new Dispute.Disproof.Keys(SECRET, X25519.publicKey(Sha256.digest(new byte[] {9}))),
                        garbage.sealed(),
                        originOf(4),
                        four.genesis.configHash()));
        four.run(500);
        assertThat(verdicts(node(3))).hasSize(1);
        assertThat(node(1).agent().governance().convicted()).containsOnlyKeys("m2");
        answer(3, payloads);
        four.run(25_000);
        assertThat(verdicts(node(3))).hasSize(1);
        assertOneLedger();
    }

    @Test
    void whoWasAwayFindsTheSameVerdicts() {
        challenge();
        node(3).crash(0);
        four.run(30_000);
        assertThat(verdicts(node(1))).hasSize(1);
        node(3).start();
        four.run(10_000);
        assertThat(node(3).store.state()).isEqualTo(node(1).store.state());
    }

    private void agree(Change change) {
        Hash intent = node(1).agent().governance().propose(List.of(change));
        four.run(1200);
        node(2).agent().governance().vote(intent, true);
        node(3).agent().governance().vote(intent, true);
        four.run(4000);
    }

    @Test
    void aQuorumAbolishesChallengesAndTheOneThatRunsIsOverWithoutAVerdict() {
        challenge();
        agree(new Change.SetParameter(Change.Parameter.CHALLENGE_BLOCKS, 0));
        assertThat(node(4).epochs).hasSize(1);
        assertThat(node(4).disputes.all()).isEmpty();
        four.run(30_000);
        assertOneLedger();
        assertThat(verdicts(node(1))).isEmpty();
        assertThat(node(1).agent().governance().convicted()).isEmpty();
    }

    @Test
    void aQuorumGivesAChallengeThatRunsMoreTime() {
        challenge();
        agree(new Change.SetParameter(Change.Parameter.CHALLENGE_TIME, 40_000));
        four.run(15_000);
        assertThat(verdicts(node(1))).isEmpty();
        four.run(40_000);
        assertThat(verdicts(node(1))).hasSize(1);
        assertOneLedger();
    }
}
