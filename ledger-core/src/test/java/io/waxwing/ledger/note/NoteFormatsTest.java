package io.waxwing.ledger.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.fixture.SeedSigner;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.verify.CheckpointCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signed notes, checkpoints and policies as the C2SP documents write them. */
class NoteFormatsTest {
    private static final JdkSignatureCheck CHECK = new JdkSignatureCheck();
    private static final SeedSigner LOG = SeedSigner.named("log");
    private static final SeedSigner[] WITNESSES = {
        SeedSigner.named("w1"), SeedSigner.named("w2"), SeedSigner.named("w3")
    };
    private static final Checkpoint CHECKPOINT = new Checkpoint("ledger.example", 42, Sha256.digest(new byte[] {1}));

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void theNoteOfTheGoLibrarysDocumentationVerifies() {
        NoteKey key = NoteKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        String note = """
                If you think cryptography is the answer to your problem,
                then you don't know what your problem is.

                \u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
                """;
        SignedNote parsed = SignedNote.parse(utf8(note));
        assertThat(parsed.encode()).isEqualTo(utf8(note));
        assertThat(parsed.signatures().get(0).isBy(key)).isTrue();
        assertThat(CHECK.verify(
                        key.publicKey(),
                        utf8(parsed.text()),
                        parsed.signatures().get(0).signature()))
                .isTrue();
        assertThat(key.vkey()).isEqualTo("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    }

    @Test
    void theCosignedCheckpointOfTheSpecificationIsReadToTheByte() {
        String note = """
                example.com/behind-the-sofa
                20852163
                CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

                \u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
                \u2014 witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
                """;
        SignedNote parsed = SignedNote.parse(utf8(note));
        assertThat(parsed.encode()).isEqualTo(utf8(note));
        Checkpoint checkpoint = Checkpoint.parse(parsed.text());
        assertThat(checkpoint.treeSize()).isEqualTo(20852163);
        assertThat(checkpoint.body()).isEqualTo(parsed.text());
        assertThat(Cosignature.timeSeconds(parsed.signatures().get(1))).isEqualTo(1679315147);
        assertThat(new String(Cosignature.signedMessage(checkpoint, 1679315147), StandardCharsets.UTF_8))
                .isEqualTo("""
                cosignature/v1
                time 1679315147
                example.com/behind-the-sofa
                20852163
                CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
                """);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a\n1\n",
                "no signature\n\n",
                "text\n\n- dash AAAAAAAA\n",
                "text\n\n\u2014 name !!!\n",
                "text\n\n\u2014 name AAAAAA\n",
                "text\n\n\u2014  AAAAAAAA\n",
                "text\n\n\u2014 na+me AAAAAAAA\n",
                "tab\there\n\n\u2014 name AAAAAAAA\n",
                "text\n\n\u2014 name AAAAAAAA",
                "text\n\n\u2014 name AAAA\n"
            })
    void whatIsNoNoteIsRefused(String note) {
        assertThatThrownBy(() -> SignedNote.parse(utf8(note))).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ledger.example\n042\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                "ledger.example\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                "ledger.example\n9223372036854775808\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                "ledger.example\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
                "ledger.example\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
                "ledger.example\n1\nAAAA\n",
                "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                "ledger.example\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nextension\n"
            })
    void whatIsNoCheckpointIsRefused(String body) {
        assertThatThrownBy(() -> Checkpoint.parse(body)).isInstanceOf(MalformedException.class);
    }

    private static TrustPolicy policy(String quorumLines) {
        StringBuilder file = new StringBuilder("# trust\n\nlog " + logKey().vkey() + " https://ledger.example/\n");
        for (int i = 0; i < WITNESSES.length; i++) {
            file.append("\twitness w" + (i + 1) + "  " + witnessKey(i).vkey() + "\n");
        }
        return TrustPolicy.parse(utf8(file + quorumLines));
    }

    private static NoteKey logKey() {
        return new NoteKey("ledger.example", NoteKey.LOG, LOG.publicKey());
    }

    private static NoteKey witnessKey(int i) {
        return new NoteKey("w" + (i + 1) + ".ledger.example", NoteKey.COSIGNATURE, WITNESSES[i].publicKey());
    }

    @Test
    void groupsAndQuorumsAreCounted() {
        TrustPolicy two = policy("group g 2 w1 w2 w3\nquorum g\n");
        assertThat(two.isQuorum(Set.of("w1"))).isFalse();
        assertThat(two.isQuorum(Set.of("w1", "w3"))).isTrue();
        TrustPolicy nested = policy("group a any w1 w2\ngroup b all a w3\nquorum b\n");
        assertThat(nested.isQuorum(Set.of("w1", "w2"))).isFalse();
        assertThat(nested.isQuorum(Set.of("w2", "w3"))).isTrue();
        assertThat(policy("quorum none\n").isQuorum(Set.of())).isTrue();
        assertThat(policy("quorum w2\n").isQuorum(Set.of("w2"))).isTrue();
        assertThat(TrustPolicy.parse(nested.encode().toBytes())).isEqualTo(nested);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "quorum w4\n",
                "quorum w1\nquorum w1\n",
                "quorum g\ngroup g any w1\n",
                "group g 0 w1\nquorum g\n",
                "group g 2 w1\nquorum g\n",
                "group g 99999999999 w1\nquorum g\n",
                "group g two w1 w2\nquorum g\n",
                "group g any\nquorum g\n",
                "group g any w1 w1\nquorum g\n",
                "group g any w1\ngroup h any w1\nquorum h\n",
                "group w1 any w2\nquorum w1\n",
                "group none any w2\nquorum w1\n",
                "group g any none\nquorum g\n",
                "group g any h\ngroup h any w1\nquorum g\n",
                "witness w9 not-a-key\nquorum w1\n",
                "wittness w1\nquorum w1\n",
                "quorum w1",
                "quorum w1\r\n",
                "quorum w1 w2\n"
            })
    void whatIsNoPolicyIsRefused(String quorumLines) {
        assertThatThrownBy(() -> policy(quorumLines))
                .isInstanceOfSatisfying(
                        MalformedException.class, e -> assertThat(e.code()).isEqualTo(MalformedException.POLICY));
    }

    @Test
    void oneKeyIsOneWitness() {
        String twice = "witness again "
                + new NoteKey("other.example", NoteKey.COSIGNATURE, WITNESSES[0].publicKey()).vkey() + "\nquorum w1\n";
        assertThatThrownBy(() -> policy(twice)).hasMessageContaining("two witness lines");
        String wrongKind = "witness again " + logKey().vkey() + "\nquorum w1\n";
        assertThatThrownBy(() -> policy(wrongKind)).hasMessageContaining("type 1");
    }

    private static SignedNote cosigned(int... witnesses) {
        List<NoteSignature> lines = new ArrayList<>();
        lines.add(CHECKPOINT.logLine(logKey(), LOG));
        for (int i : witnesses) {
            lines.add(Cosignature.sign(witnessKey(i), WITNESSES[i], CHECKPOINT, 1_760_000_000));
        }
        return new SignedNote(CHECKPOINT.body(), lines);
    }

    @Test
    void aCheckpointNeedsItsLogAndItsQuorum() {
        CheckpointCheck check = new CheckpointCheck(policy("group g 2 w1 w2 w3\nquorum g\n"), CHECK);
        var verified = check.verify(SignedNote.parse(cosigned(0, 2).encode()));
        assertThat(verified.checkpoint()).isEqualTo(CHECKPOINT);
        assertThat(verified.cosigners()).containsExactly("w1", "w3");
        assertThat(verified.missing()).containsExactly("w2");
        assertThatThrownBy(() -> check.verify(cosigned(1))).hasMessageContaining("1 of 3 witnesses");
        assertThatThrownBy(() -> check.verify(cosigned(1, 1))).hasMessageContaining("1 of 3 witnesses");
        SignedNote unsigned =
                new SignedNote(CHECKPOINT.body(), cosigned(0, 1).signatures().subList(1, 3));
        assertThatThrownBy(() -> check.verify(unsigned)).hasMessageContaining("no log");
    }

    @Test
    void aWrongSignatureOfAKnownKeySpoilsTheNoteAndAnUnknownOneDoesNot() {
        CheckpointCheck check = new CheckpointCheck(policy("quorum w1\n"), CHECK);
        List<NoteSignature> lines = new ArrayList<>(cosigned(0).signatures());
        NoteKey stranger = new NoteKey(
                "stranger.example", NoteKey.COSIGNATURE, SeedSigner.named("x").publicKey());
        lines.add(new NoteSignature(stranger.name(), stranger.keyId(), ByteString.of(new byte[72])));
        assertThat(check.verify(new SignedNote(CHECKPOINT.body(), lines)).cosigners())
                .containsExactly("w1");
        NoteKey known = witnessKey(1);
        lines.add(new NoteSignature(known.name(), known.keyId(), ByteString.of(new byte[72])));
        assertThatThrownBy(() -> check.verify(new SignedNote(CHECKPOINT.body(), lines)))
                .isInstanceOf(LedgerFailure.class)
                .hasMessageContaining("w2.ledger.example is wrong");
        SignedNote other = new SignedNote(
                new Checkpoint("ledger.example", 43, Hash.ZERO).body(),
                cosigned(0).signatures());
        assertThatThrownBy(() -> check.verify(other)).isInstanceOf(LedgerFailure.class);
    }

    @Test
    void aMemberWhoFoundAKeyWithAnothersShortIdSpoilsNothing() {
        SeedSigner honest = SeedSigner.named("log 5534");
        NoteKey honestKey = new NoteKey("ledger.example", NoteKey.LOG, honest.publicKey());
        NoteKey decoy = new NoteKey(
                "ledger.example",
                NoteKey.LOG,
                ByteString.of(Sha256.digest(utf8("decoy 36524")).toBytes()));
        assertThat(decoy.keyId()).isEqualTo(honestKey.keyId());
        TrustPolicy.Witness witness = new TrustPolicy.Witness("w1", witnessKey(0), null);
        TrustPolicy policy = TrustPolicy.threshold(List.of(decoy, honestKey), List.of(witness), 1);
        List<NoteSignature> lines = new ArrayList<>();
        lines.add(CHECKPOINT.logLine(honestKey, honest));
        lines.add(Cosignature.sign(witnessKey(0), WITNESSES[0], CHECKPOINT, 1_760_000_000));
        CheckpointCheck check = new CheckpointCheck(policy, CHECK);
        assertThat(check.verify(new SignedNote(CHECKPOINT.body(), lines)).cosigners())
                .containsExactly("w1");
        lines.set(0, CHECKPOINT.logLine(honestKey, LOG));
        assertThatThrownBy(() -> check.verify(new SignedNote(CHECKPOINT.body(), lines)))
                .hasMessageContaining("the log's signature is wrong");
    }
}
