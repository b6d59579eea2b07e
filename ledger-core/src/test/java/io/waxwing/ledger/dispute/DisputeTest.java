package io.waxwing.ledger.dispute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.batch.CarriedBatch;
import io.waxwing.ledger.control.Change;
import io.waxwing.ledger.control.ConfigProposal;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.dispute.OpenChallenge.Standing;
import io.waxwing.ledger.execute.Execution;
import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.execute.Undo;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.VerdictLeaf;
import io.waxwing.ledger.leaf.VerdictLeaf.Finding;
import io.waxwing.ledger.simplex.Conviction;
import io.waxwing.ledger.simplex.Evidence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DisputeTest {
    private static final Evidence.Kind FALSE_AVAIL = Evidence.Kind.FALSE_AVAIL;

    private final Quarrel quarrel = new Quarrel();

    private static List<VerdictLeaf> verdicts(Execution.Step step) {
        return step.applied().verdicts().stream().map(verdict -> verdict.leaf()).toList();
    }

    private void assertRefused(Dispute dispute, String because) {
        LedgerState state = quarrel.ledger.state;
        Undo undo = state.remember();
        ByteString before = state.encode();
        assertThatThrownBy(() -> quarrel.say(dispute))
                .isInstanceOf(LedgerFailure.class)
                .hasMessageContaining(because);
        state.takeBack(undo);
        assertThat(state.encode()).isEqualTo(before);
    }

    @Test
    void whatNobodyServesIsVoidAndItsOriginAndSignersAreConvicted() {
        quarrel.say(quarrel.challenge("d", 1));
        Execution.Step last = quarrel.runOut();
        VerdictLeaf verdict = verdicts(last).get(0);
        assertThat(verdict.finding()).isEqualTo(Finding.WITHHELD);
        assertThat(verdict.batchId()).isEqualTo(quarrel.batch.batchId());
        assertThat(verdict.batchLeafIndex()).isEqualTo(quarrel.leafIndex);
        assertThat(verdict.culprits()).containsExactly(1, 2, 3);
        assertThat(quarrel.ledger.state.convictions())
                .containsExactly(
                        new Conviction(0, FALSE_AVAIL), new Conviction(1, FALSE_AVAIL), new Conviction(2, FALSE_AVAIL));
        long place = last.applied().verdicts().get(0).leafIndex();
        assertThat(LeafCodec.decode(quarrel.ledger.leaves.get((int) place).toBytes()))
                .isEqualTo(verdict);
        assertThat(quarrel.ledger.state.disputes().isVoid(verdict.batchId())).isTrue();
        assertRefused(quarrel.challenge("c", 1), "void");
    }

    @Test
    void noVerdictWithoutBothTheBlocksAndTheTime() {
        quarrel.say(quarrel.challenge("d", 1));
        for (int block = 1; block < 30; block++) {
            quarrel.ledger.pass(40_000);
            assertThat(verdicts(quarrel.say())).isEmpty();
        }
        assertThat(verdicts(quarrel.say())).hasSize(1);
        Quarrel busy = new Quarrel();
        busy.say(busy.challenge("d", 1));
        for (int block = 1; block < 600; block++) {
            assertThat(verdicts(busy.say())).isEmpty();
        }
        assertThat(verdicts(busy.say())).hasSize(1);
    }

    @Test
    void timeInWhichTheWholeLedgerStandsIsNobodysSilence() {
        quarrel.say(quarrel.challenge("d", 1));
        quarrel.ledger.pass(3_600_000);
        for (int block = 1; block < 100; block++) {
            assertThat(verdicts(quarrel.say())).isEmpty();
        }
        quarrel.runOut();
        assertThat(quarrel.ledger.state.disputes().isVoid(quarrel.batch.batchId()))
                .isTrue();
    }

    @Test
    void anAnswerHoldsForTheKeyThatTheChallengeHasNowAndIsNotTheChallengersOwn() {
        Dispute.Challenge challenge = quarrel.challenge("d", 1);
        quarrel.say(challenge);
        ByteString other = X25519.publicKey(Quarrel.secret("former"));
        assertRefused(quarrel.answer("b", challenge.id(), other, new byte[9]), "signature");
        assertRefused(quarrel.answer("d", challenge, new byte[9]), "may not answer");
    }

    @Test
    void oneHonestHolderStopsALiarWhoChallenges() {
        Dispute.Challenge challenge = quarrel.challenge("d", 1);
        quarrel.say(challenge);
        quarrel.say(quarrel.answer("c", challenge, quarrel.payloads.encode()));
        OpenChallenge now =
                Objects.requireNonNull(quarrel.ledger.state.disputes().get(challenge.id()));
        assertThat(now.standing()).isEqualTo(Standing.ANSWERED);
        Dispute.Answer given = quarrel.answer("c", challenge, quarrel.payloads.encode());
        assertRefused(quarrel.answer("b", challenge, quarrel.payloads.encode()), "is ANSWERED");
        assertRefused(quarrel.disproof("d", challenge, given, Quarrel.secret("d1")), "is true");
        assertThat(verdicts(quarrel.runOut())).isEmpty();
        assertThat(quarrel.ledger.state.convictions()).isEmpty();
        assertThat(quarrel.ledger.state.disputes().all()).isEmpty();
    }

    @Test
    void theChallengerReadsTheAnswerAndNobodyElse() {
        Dispute.Challenge challenge = quarrel.challenge("d", 1);
        Dispute.Answer answer = quarrel.answer("c", challenge, quarrel.payloads.encode());
        byte[] context = Dispute.Answer.context(challenge.id(), 3, quarrel.ledger.state.ledgerId());
        assertThat(answer.sealed().open(Quarrel.secret("d1"), context)).isEqualTo(quarrel.payloads.encode());
        assertThat(answer.sealed().open(Quarrel.secret("d2"), context)).isNull();
        String published = new String(answer.encode(), StandardCharsets.ISO_8859_1);
        assertThat(published).doesNotContain("one").doesNotContain("two");
    }

    @Test
    void aFalseAnswerConvictsItsAuthorAndTheChallengeGoesOnWithoutIt() {
        Dispute.Challenge challenge = quarrel.challenge("d", 1);
        quarrel.say(challenge);
        Dispute.Answer garbage =
                quarrel.answer("b", challenge, Quarrel.payloads("one", "tw0").encode());
        quarrel.say(garbage);
        Execution.Step step = quarrel.say(quarrel.disproof("d", challenge, garbage, Quarrel.secret("d1")));
        assertThat(verdicts(step)).hasSize(1);
        assertThat(verdicts(step).get(0).finding()).isEqualTo(Finding.FALSE_ANSWER);
        assertThat(verdicts(step).get(0).culprits()).containsExactly(2);
        assertThat(verdicts(step).get(0).voids()).isFalse();
        assertThat(quarrel.ledger.state.convictions()).containsExactly(new Conviction(1, FALSE_AVAIL));
        ByteString nextKey = X25519.publicKey(Quarrel.secret("next"));
        byte[] good = quarrel.payloads.encode();
        assertRefused(quarrel.answer("b", challenge.id(), nextKey, good), "may not answer");
        quarrel.say(quarrel.answer("c", challenge.id(), nextKey, good));
        assertThat(verdicts(quarrel.runOut())).isEmpty();
    }

    @Test
    void bytesThatCannotBeDecryptedOrReadAreAFalseAnswerToo() {
        Dispute.Challenge challenge = quarrel.challenge("d", 1);
        quarrel.say(challenge);
        Dispute.Answer.To to = new Dispute.Answer.To(challenge.id(), challenge.key());
        Dispute.Answer other = quarrel.answer("b", to, X25519.publicKey(Quarrel.secret("x")), new byte[9]);
        quarrel.say(other);
        assertRefused(quarrel.disproof("d", challenge, other, Quarrel.secret("d2")), "not the private key");
        quarrel.say(quarrel.disproof("d", challenge, other, Quarrel.secret("d1")));
        Dispute.Answer junk =
                quarrel.answer("c", challenge.id(), X25519.publicKey(Quarrel.secret("next")), new byte[] {1, 2, 3});
        quarrel.say(junk);
        Dispute.Disproof again = Dispute.Disproof.of(
                challenge.id(),
                new Dispute.Disproof.Keys(Quarrel.secret("next"), X25519.publicKey(Quarrel.secret("third"))),
                junk.sealed(),
                quarrel.ledger.current("d", "origin"),
                quarrel.ledger.state.ledgerId());
        quarrel.say(again);
        assertThat(quarrel.ledger.state.convictions())
                .containsExactly(new Conviction(1, FALSE_AVAIL), new Conviction(2, FALSE_AVAIL));
    }

    @Test
    void whoIsServedSaysSoAndNobodyIsConvicted() {
        quarrel.say(quarrel.challenge("d", 1));
        quarrel.say(quarrel.served("d", 1));
        assertRefused(quarrel.served("d", 1), "is SERVED");
        assertThat(verdicts(quarrel.runOut())).isEmpty();
        assertThat(quarrel.ledger.state.disputes().all()).isEmpty();
        assertRefused(quarrel.challenge("d", 1), "repeat");
        quarrel.say(quarrel.challenge("d", 2));
    }

    @Test
    void twoMembersChallengeOneBatchAndAreBothOverWithTheVerdict() {
        quarrel.say(quarrel.challenge("d", 1));
        quarrel.say(quarrel.challenge("c", 7));
        assertRefused(quarrel.challenge("d", 2), "challenged by this institution");
        assertThat(verdicts(quarrel.runOut())).hasSize(1);
        assertThat(quarrel.ledger.state.disputes().all()).isEmpty();
        assertThat(quarrel.ledger.state.convictions()).hasSize(3);
    }

    @Test
    void anInstitutionHasFourChallengesWhateverBecameOfThem() {
        List<Long> indexes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            indexes.add(quarrel.ledger.state.treeSize());
            quarrel.order(Quarrel.payloads("x" + i, "y" + i), "b", "c");
        }
        for (int i = 0; i < 4; i++) {
            quarrel.say(quarrel.challenge("d", i + 1, indexes.get(i)));
        }
        quarrel.say(quarrel.served("d", 1));
        assertRefused(quarrel.challenge("d", 9, indexes.get(4)), "4 challenges already");
        quarrel.say(quarrel.challenge("c", 1, indexes.get(4)));
    }

    @Test
    void onlyAProvenFinalBatchOfOnesAudienceWithAUsableKeyIsChallenged() {
        Dispute.Challenge good = quarrel.challenge("d", 1);
        Hash ledgerId = quarrel.ledger.state.ledgerId();
        ProvenBatch proof = good.batch();
        ProvenBatch moved = new ProvenBatch(
                proof.leafIndex(),
                proof.treeSize(),
                proof.batch(),
                proof.first(),
                proof.firstPath(),
                proof.batchPath());
        assertRefused(good.with(moved), "the proof of its batch");
        assertRefused(
                Dispute.Challenge.of(good.id(), good.key(), proof, quarrel.ledger.current("c", "origin"), ledgerId),
                "the signature of origin 4");
        assertRefused(
                Dispute.Challenge.of(
                        good.id(), ByteString.of(new byte[32]), proof, quarrel.ledger.current("d", "origin"), ledgerId),
                "the key of challenge");
        quarrel.ledger.pass(DisputeRules.MAX_AGE_MS);
        quarrel.say();
        assertRefused(good, "too old");
    }

    @Test
    void proofsOfAThousandBlocksAgoStillHold() {
        for (int block = 0; block < 64; block++) {
            quarrel.say();
        }
        Dispute.Challenge old = quarrel.challenge("d", 1);
        for (int block = 0; block < 900; block++) {
            quarrel.say();
        }
        quarrel.say(old);
        assertThat(quarrel.ledger.state.disputes().isOpen()).isTrue();
    }

    @Test
    void aBlockIsTakenBackWholeAndTheStateIsReadAsItWasWritten() {
        quarrel.say(quarrel.challenge("d", 1));
        LedgerState state = quarrel.ledger.state;
        ByteString before = state.encode();
        Undo undo = state.remember();
        quarrel.say(quarrel.answer("c", quarrel.challenge("d", 1), quarrel.payloads.encode()));
        ByteString after = state.encode();
        assertThat(after).isNotEqualTo(before);
        LedgerState read = LedgerState.restore(
                after, List.of(Objects.requireNonNull(state.topicHead(Quarrel.TAG))), List.copyOf(state.originHeads()));
        assertThat(read.encode()).isEqualTo(after);
        assertThat(read.disputes().all()).isEqualTo(state.disputes().all());
        state.takeBack(undo);
        assertThat(state.encode()).isEqualTo(before);
    }

    @Test
    void aChallengeEndsWhenItsChallengerLeaves() {
        quarrel.say(quarrel.challenge("d", 1));
        String registry = quarrel.ledger.state.config().registry().utf8();
        String without = registry.replace("origin 4 4 active", "origin 4 4 retired");
        Disputes left = quarrel.ledger.state.disputes().under(Registry.parse(ByteString.utf8(without)));
        assertThat(left.all()).isEmpty();
        assertThat(quarrel.ledger
                        .state
                        .disputes()
                        .under(quarrel.ledger.state.registry())
                        .all())
                .hasSize(1);
    }

    @Test
    void everyDisputeHasOneEncodingAndJunkIsRefused() {
        Dispute.Challenge challenge = quarrel.challenge("d", 1);
        Dispute.Answer answer = quarrel.answer("c", challenge, quarrel.payloads.encode());
        List<Dispute> all = List.of(
                challenge,
                answer,
                quarrel.served("d", 1),
                quarrel.disproof("d", challenge, answer, Quarrel.secret("d1")));
        for (Dispute dispute : all) {
            byte[] bytes = dispute.encode();
            assertThat(Dispute.begins(bytes[0])).isTrue();
            assertThat(Dispute.decode(bytes)).isEqualTo(dispute);
            for (int cut = 0; cut < bytes.length; cut += 1 + cut / 8) {
                byte[] shorter = Arrays.copyOf(bytes, cut);
                assertThatThrownBy(() -> Dispute.decode(shorter)).isInstanceOf(MalformedException.class);
            }
        }
        assertThatThrownBy(() -> Dispute.decode(new byte[] {(byte) 0xc9, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}))
                .hasMessageContaining("unknown kind");
    }

    @Test
    void whereChallengesAreAbolishedThoseThatRanAreOverAndNobodyIsConvicted() {
        quarrel.say(quarrel.challenge("d", 1));
        ConfigProposal none = ConfigProposal.of(
                quarrel.ledger.state.config(),
                List.of(new Change.SetParameter(Change.Parameter.CHALLENGE_BLOCKS, 0)),
                quarrel.ledger.state.height() + 2);
        quarrel.ledger.apply(List.of(none.leaf()), List.of());
        assertThat(quarrel.ledger.state.disputes().all()).isEmpty();
        assertThat(verdicts(quarrel.runOut())).isEmpty();
        assertThat(quarrel.ledger.state.convictions()).isEmpty();
        assertRefused(quarrel.challenge("d", 2), "no challenges");
    }

    @Test
    void payloadsAreThoseOfOneBatchOnly() {
        CarriedBatch good = quarrel.payloads;
        assertThat(good.encodedSize()).isEqualTo(good.encode().length);
        assertThat(CarriedBatch.decode(good.encode()).isOf(quarrel.batch.header()))
                .isTrue();
        assertThat(Quarrel.payloads("one").isOf(quarrel.batch.header())).isFalse();
        assertThat(Quarrel.payloads("two", "one").isOf(quarrel.batch.header())).isFalse();
        byte[] many = good.encode();
        many[4 + 32] = 0x7f;
        assertThatThrownBy(() -> CarriedBatch.decode(many)).isInstanceOf(MalformedException.class);
    }

    @Test
    void keysAreAgreedOnAsRfc7748Says() {
        // Section 6.1.
        Hash bob = Hash.fromHex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        ByteString alice = ByteString.fromHex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
        assertThat(X25519.publicKey(bob).hex())
                .isEqualTo("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
        assertThat(ByteString.of(X25519.agree(bob, alice)).hex())
                .isEqualTo("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    }

    @Test
    void keysOnWhichImplementationsDifferAreRefused() {
        assertThat(X25519.accepts(X25519.publicKey(Quarrel.secret("x")))).isTrue();
        for (String refused : List.of(
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "0900000000000000000000000000000000000000000000000000000000000080")) {
            assertThat(X25519.accepts(ByteString.fromHex(refused))).as(refused).isFalse();
        }
    }
}
