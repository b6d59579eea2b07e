package io.waxwing.ledger.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.fixture.TestMember;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an institution hands over to become a member. */
class JoinFileTest {
    private static final JdkSignatureCheck CHECK = new JdkSignatureCheck();
    private static final TestMember BANK = new TestMember("bank-a");

    private final JoinFile join = BANK.join();
    private final String text = join.encode().utf8();

    @Test
    void aFileIsReadAsItWasWrittenAndItsProofsHold() {
        JoinFile read = JoinFile.parse(join.encode());
        assertThat(read).isEqualTo(join);
        read.verify(CHECK);
        assertThat(text.lines().limit(4))
                .containsExactly("waxwing-join v1", "institution bank-a", "role validator", "peer bank-a.example:7400");
        assertThat(text.lines().count()).isEqualTo(JoinFile.LINES);
        assertThat(JoinFile.parse(BANK.joinAsObserver().encode()).validator()).isFalse();
    }

    @Test
    void aFurtherNodeHasAnOriginKeyAndATlsKeyAndNoOther() {
        JoinFile node = new TestMember("second").joinAsNodeOf("bank-a");
        assertThat(JoinFile.parse(node.encode())).isEqualTo(node);
        node.verify(CHECK);
        assertThat(node.isNode()).isTrue();
        assertThat(join.isNode()).isFalse();
        assertThat(node.encode().utf8().lines().map(line -> line.replaceAll("( [0-9a-f]{8,})$", "")))
                .containsExactly(
                        "waxwing-join v1",
                        "institution bank-a",
                        "role node",
                        "peer second.example:7400",
                        "key origin",
                        "key tls",
                        "pin",
                        "proof origin",
                        "proof tls");
        assertRefused(node.encode().utf8().replace("role node", "role observer"));
        assertRefused(node.encode().utf8().replace("role node", "role validator"));
        assertRefused(text.replace("role validator", "role node"));
        JoinFile moved = JoinFile.parse(
                ByteString.utf8(node.encode().utf8().replace("institution bank-a", "institution bank-b")));
        assertThatThrownBy(() -> moved.verify(CHECK)).hasMessageContaining("WXW-3140");
    }

    @Test
    void thereIsNoSecondFormOfAFile() {
        assertRefused("");
        assertRefused(text.substring(0, text.length() - 1));
        assertRefused(text + "\n");
        assertRefused(text + "proof tls 00\n");
        assertRefused(text.replace("\n", "\r\n"));
        assertRefused(text.replace("role validator", "role  validator"));
        assertRefused(text.replace("role validator", "role voter"));
        assertRefused(text.replace("v1", "v2"));
        assertRefused(text.replace(":7400", ":07400"));
        assertRefused(text.replace("bank-a.example", "Bank-a.example"));
        assertRefused(text.replace("bank-a.example", "bank-\u00e4.example"));
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < JoinFile.LINES; i++) {
            assertRefused(text.replace(lines[i] + "\n", ""));
            assertRefused(text.replace(lines[i] + "\n", lines[i] + "\n" + lines[i] + "\n"));
            assertRefused(text.replace(lines[i] + "\n", lines[i].toUpperCase(Locale.ROOT) + "\n"));
            assertRefused(text.replace(lines[i], lines[i] + " "));
        }
        assertRefused("x".repeat(JoinFile.MAX_BYTES + 1));
    }

    private static void assertRefused(String file) {
        assertThatThrownBy(() -> JoinFile.parse(ByteString.utf8(file)))
                .as(file)
                .isInstanceOfSatisfying(
                        MalformedException.class, e -> assertThat(e.code()).isEqualTo(MalformedException.JOIN));
    }

    @ParameterizedTest
    @EnumSource(KeyPurpose.class)
    void nobodyJoinsWithAnothersKey(KeyPurpose stolen) {
        Map<KeyPurpose, ByteString> keys = BANK.publicKeys();
        ByteString victims = new TestMember("utility").publicKeys().get(stolen);
        assertThat(victims).isNotNull();
        keys.put(stolen, victims);
        assertUnproven(BANK.join(keys), stolen);
    }

    @Test
    void aProofIsForOnePurposeAndOneFile() {
        Map<KeyPurpose, ByteString> keys = BANK.publicKeys();
        keys.put(KeyPurpose.VOTE, BANK.signer(KeyPurpose.LOG).publicKey());
        keys.put(KeyPurpose.LOG, BANK.signer(KeyPurpose.VOTE).publicKey());
        assertUnproven(BANK.join(keys), KeyPurpose.VOTE);
        JoinFile swapped = new JoinFile(
                join.institution(),
                true,
                join.peer(),
                keys,
                Map.of(
                        KeyPurpose.VOTE, join.proofs().get(KeyPurpose.LOG),
                        KeyPurpose.COSIGNER, join.proofs().get(KeyPurpose.COSIGNER),
                        KeyPurpose.LOG, join.proofs().get(KeyPurpose.VOTE),
                        KeyPurpose.ORIGIN, join.proofs().get(KeyPurpose.ORIGIN),
                        KeyPurpose.TLS, join.proofs().get(KeyPurpose.TLS)));
        assertUnproven(swapped, KeyPurpose.VOTE);
        String[][] changes = {
            {"institution bank-a", "institution bank-z"},
            {"role validator", "role observer"},
            {"peer bank-a.example:7400", "peer bank-a.example:7401"}
        };
        for (String[] change : changes) {
            assertUnproven(JoinFile.parse(ByteString.utf8(text.replace(change[0], change[1]))), KeyPurpose.VOTE);
        }
    }

    private static void assertUnproven(JoinFile file, KeyPurpose purpose) {
        assertThatThrownBy(() -> file.verify(CHECK)).isInstanceOfSatisfying(LedgerFailure.class, e -> {
            assertThat(e.code()).isEqualTo(CeremonyCodes.POSSESSION);
            assertThat(e.text()).contains("private " + purpose.word() + " key");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Of small order: the neutral element, order 2, order 4, order 8.
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                // Not canonical: y is p + 3.
                "f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
            })
    void aWeakKeyIsNotRegistered(String weak) {
        Map<KeyPurpose, ByteString> keys = BANK.publicKeys();
        keys.put(KeyPurpose.COSIGNER, ByteString.fromHex(weak));
        assertThatThrownBy(() -> BANK.join(keys)).hasMessageContaining("cosigner key of bank-a is not registered");
        assertRefused(text.replace(join.key(KeyPurpose.COSIGNER).hex(), weak));
        assertThatThrownBy(() -> Registry.parse(ByteString.utf8("institution 1 a validator " + weak + " "
                        + join.key(KeyPurpose.VOTE) + " " + join.key(KeyPurpose.LOG) + "\n")))
                .hasMessageContaining("small order");
    }

    @Test
    void aTlsKeyIsOneOfP256InItsOneForm() {
        String tls = join.key(KeyPurpose.TLS).hex();
        assertRefused(text.replace(tls, tls.substring(2)));
        assertRefused(text.replace(tls, "30" + tls.substring(2).replaceFirst("2a8648ce3d030107", "2b8104000a")));
        String elsewhere = text.replace(tls, tls.substring(0, tls.length() - 2) + "00");
        String otherPin = JoinFile.pinOf(ByteString.fromHex(tls.substring(0, tls.length() - 2) + "00"))
                .hex();
        assertRefused(elsewhere);
        JoinFile offTheCurve =
                JoinFile.parse(ByteString.utf8(elsewhere.replace(join.pin().hex(), otherPin)));
        assertThatThrownBy(() -> offTheCurve.verify(CHECK)).isInstanceOf(LedgerFailure.class);
    }

    @Test
    void aKeyServesOnePurpose() {
        Map<KeyPurpose, ByteString> keys = BANK.publicKeys();
        keys.put(KeyPurpose.ORIGIN, BANK.signer(KeyPurpose.VOTE).publicKey());
        assertThatThrownBy(() -> BANK.join(keys)).hasMessageContaining("one key for two purposes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Bank", "bank a", "-bank", "bank-", "bank.a", "b\u00e4nk", "none", "validators"})
    void aNameIsOneThatPoliciesAndKeyNamesCanHave(String name) {
        assertThatThrownBy(() -> new TestMember(name).join()).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "host", "host:", ":7400", "host:0", "host:65536", "host:+1", "[::1]:7400", "a:1:2", "a b:1"})
    void anAddressIsHostAndPort(String address) {
        assertThatThrownBy(() -> PeerAddress.parse(address)).isInstanceOf(MalformedException.class);
    }

    @Test
    void aPinIsTheHashOfTheKeyWhateverTheCertificate() {
        assertThat(join.pin()).isEqualTo(JoinFile.pinOf(join.key(KeyPurpose.TLS)));
        assertThat(join.pin()).isNotEqualTo(Hash.ZERO);
        assertThat(text).contains("\npin " + join.pin() + "\n");
    }
}
