package io.waxwing.ledger.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.execute.Execution;
import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.execute.Order;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.fixture.SeedSigner;
import io.waxwing.ledger.fixture.TestMember;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** From the members' files to a first block that a quorum of them has signed. */
class GenesisFileTest {
    private static final JdkSignatureCheck CHECK = new JdkSignatureCheck();
    private static final List<TestMember> FOUR = TestMember.four();
    private static final List<JoinFile> JOINS =
            FOUR.stream().map(TestMember::join).toList();

    private final GenesisFile merged = GenesisFile.merge(JOINS, TestMember.TERMS, CHECK);

    private static GenesisFile signed(GenesisFile file, int... members) {
        GenesisFile all = file;
        for (int member : members) {
            all = all.signedBy(FOUR.get(member).signer(KeyPurpose.ORIGIN));
        }
        return all;
    }

    @Test
    void audiencesOfSomeMembersHaveNumbersFromTwoInTheOrderOfTheTermsAndAreReadBack() {
        List<Genesis.PrivateAudience> audiences = List.of(
                new Genesis.PrivateAudience(Registry.Availability.ALL, Set.of("utility", "bank-a")),
                new Genesis.PrivateAudience(Registry.Availability.QUORUM, Set.of("bank-b")));
        Genesis.Terms terms = new Genesis.Terms(
                TestMember.TERMS.originLine(), Registry.Availability.QUORUM, TestMember.TERMS.timeMs(), audiences);
        GenesisFile file = GenesisFile.merge(JOINS, terms, CHECK);
        assertThat(file.registry().encode().utf8())
                .contains("audience 1 quorum 1,2,3,4\naudience 2 all 1,4\naudience 3 quorum 2\n");
        assertThat(GenesisFile.parse(file.encode()).ledgerId()).isEqualTo(file.ledgerId());
        assertThat(file.ledgerId()).isNotEqualTo(merged.ledgerId());
        Genesis.Terms strange = new Genesis.Terms(
                terms.originLine(),
                terms.availability(),
                terms.timeMs(),
                List.of(new Genesis.PrivateAudience(Registry.Availability.ALL, Set.of("nobody"))));
        assertThatThrownBy(() -> GenesisFile.merge(JOINS, strange, CHECK)).hasMessageContaining("nobody");
    }

    @Test
    void theRegistryHasEveryMemberInTheOrderOfNames() {
        Registry registry = merged.registry();
        assertThat(registry.institutions())
                .extracting(Registry.Institution::name)
                .containsExactly("bank-a", "bank-b", "insurer", "utility");
        for (int id = 1; id <= 4; id++) {
            JoinFile member = JOINS.get(id - 1);
            Registry.Origin origin = Objects.requireNonNull(registry.origin(id));
            assertThat(origin.institutionId()).isEqualTo(id);
            assertThat(origin.key()).isEqualTo(member.key(KeyPurpose.ORIGIN));
            assertThat(registry.node(id)).isEqualTo(new Registry.Node(id, member.peer(), member.pin()));
        }
        Registry.Audience everybody = Objects.requireNonNull(registry.audience(1));
        assertThat(everybody.institutionIds()).containsExactly(1, 2, 3, 4);
        assertThat(everybody.holdersNeeded()).isEqualTo(3);
        assertThat(registry.genesisTimeMs()).isEqualTo(1_760_000_000_000L);
        assertThat(Registry.parse(registry.encode()).encode()).isEqualTo(registry.encode());
    }

    @Test
    void thePolicyAsksForAQuorumOfTheValidators() {
        TrustPolicy policy = TrustPolicy.parse(merged.config().policy().toBytes());
        assertThat(policy.logs()).hasSize(4);
        assertThat(policy.logs()).allMatch(log -> log.key().name().equals("ledger.example"));
        assertThat(policy.witnesses().get(2).key().name()).isEqualTo("insurer.ledger.example");
        assertThat(policy.groups().get(0).threshold()).isEqualTo(Quorum.of(4));
        List<JoinFile> withObserver = new ArrayList<>(JOINS);
        withObserver.add(new TestMember("auditor").joinAsObserver());
        GenesisFile observed = GenesisFile.merge(withObserver, TestMember.TERMS, CHECK);
        TrustPolicy same = TrustPolicy.parse(observed.config().policy().toBytes());
        assertThat(same.witnesses()).hasSize(4);
        assertThat(same.logs()).hasSize(4);
        assertThat(observed.needed()).isEqualTo(3);
        assertThat(observed.registry().institutions()).hasSize(5);
    }

    @Test
    void mergingGivesOneGenesisWhateverTheOrder() {
        List<JoinFile> reversed = new ArrayList<>(JOINS);
        Collections.reverse(reversed);
        assertThat(GenesisFile.merge(reversed, TestMember.TERMS, CHECK).encode())
                .isEqualTo(merged.encode());
        Genesis.Terms later = new Genesis.Terms("ledger.example", Availability.QUORUM, 1_760_000_000_001L);
        Genesis.Terms all = new Genesis.Terms("ledger.example", Availability.ALL, 1_760_000_000_000L);
        Genesis.Terms elsewhere = new Genesis.Terms("other.example", Availability.QUORUM, 1_760_000_000_000L);
        assertThat(List.of(later, all, elsewhere))
                .extracting(terms -> GenesisFile.merge(JOINS, terms, CHECK).ledgerId())
                .doesNotHaveDuplicates()
                .doesNotContain(merged.ledgerId());
    }

    @Test
    void theFirstLeafOfGivenKeysIsPinned() {
        List<JoinFile> members = new ArrayList<>();
        for (TestMember member : FOUR) {
            Map<KeyPurpose, ByteString> keys = member.publicKeys();
            byte[] name = member.name.getBytes(StandardCharsets.UTF_8);
            String point = Sha256.digest(name).hex() + Sha256.digest(name).hex();
            keys.put(
                    KeyPurpose.TLS,
                    ByteString.fromHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004" + point));
            Map<KeyPurpose, ByteString> proofs = new EnumMap<>(keys);
            members.add(new JoinFile(member.name, true, member.peer(), keys, proofs));
        }
        assertThat(Genesis.of(members, TestMember.TERMS).configHash().hex())
                .isEqualTo("be89961d25be00215cc58fa62c99f3b44e744759988aba0d07ac5dc3baf2a17e");
    }

    @Test
    void signaturesDoNotChangeTheLedger() {
        GenesisFile one = signed(merged, 2);
        GenesisFile all = signed(merged, 3, 1, 0, 2);
        assertThat(one.ledgerId()).isEqualTo(merged.ledgerId()).isEqualTo(all.ledgerId());
        assertThat(merged.ledgerId()).isEqualTo(merged.config().configHash());
        assertThat(merged.config().approvals()).isEmpty();
        assertThat(all.signed()).containsExactly("bank-a", "bank-b", "insurer", "utility");
        assertThat(signed(all, 0).encode()).isEqualTo(all.encode());
    }

    @Test
    void aFileIsReadAsItWasWritten() {
        for (GenesisFile file : List.of(merged, signed(merged, 1), signed(merged, 0, 1, 2, 3))) {
            GenesisFile read = GenesisFile.parse(file.encode());
            assertThat(read.encode()).isEqualTo(file.encode());
            assertThat(read.ledgerId()).isEqualTo(file.ledgerId());
            assertThat(read.signed()).isEqualTo(file.signed());
            assertThat(read.originLine()).isEqualTo("ledger.example");
            assertThat(read.members()).isEqualTo(file.members());
            read.verify(CHECK);
        }
    }

    @Test
    void thereIsNoSecondFormOfAFile() {
        String text = signed(merged, 0, 1, 2).encode().utf8();
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length - 1; i++) {
            String line = lines[i] + "\n";
            assertMalformed(text.replace(line, line + line));
            assertMalformed(text.replace(line, line.replace("\n", " \n")));
            if (!line.startsWith("signature")) {
                assertMalformed(text.replace(line, ""));
            }
        }
        String ledger = merged.ledgerId().hex();
        assertMalformed(text.replace(ledger, Sha256.digest(new byte[0]).hex()));
        assertMalformed(text.replace("parameter time 1760000000000", "parameter time 1760000000001"));
        assertMalformed(text.replace("group validators 3", "group validators 2"));
        assertMalformed(text.replace("node 3 insurer.example:7400", "node 3 insurer.example:7401"));
        assertMalformed(text.replace("audience 1 quorum", "audience 1 origin"));
        assertMalformed(text.replace("\n", "\r\n"));
        assertMalformed(text.substring(0, text.length() - 1));
        assertMalformed(text.replace("\nsignature 1 ", "\nsignature 0 "));
        assertMalformed(text.replace("\nsignature 1 ", "\nsignature 4 "));
        assertMalformed(text + "\n");
        assertMalformed("x".repeat(GenesisFile.MAX_BYTES + 1));
        assertMalformed(JOINS.get(0).encode().utf8());
    }

    private static void assertMalformed(String file) {
        assertThatThrownBy(() -> GenesisFile.parse(ByteString.utf8(file)))
                .as(file)
                .isInstanceOfSatisfying(
                        LedgerFailure.class,
                        e -> assertThat(e.code())
                                .isIn(MalformedException.GENESIS, MalformedException.JOIN, CeremonyCodes.MEMBERS));
    }

    @Test
    void aNodeStartsOnlyWithAQuorumOfValidSignatures() {
        assertCode(() -> merged.requireQuorum(CHECK), CeremonyCodes.UNSIGNED, "missing: bank-a, bank-b");
        assertCode(() -> signed(merged, 0, 3).requireQuorum(CHECK), CeremonyCodes.UNSIGNED, "2 of 4 validators, 3");
        signed(merged, 0, 1, 3).requireQuorum(CHECK);
        signed(merged, 0, 1, 2, 3).requireQuorum(CHECK);
    }

    @Test
    void aForgedSignatureAndOneOfAnotherGenesisAreWrong() {
        String text = signed(merged, 0, 1, 2).encode().utf8();
        String mine = text.substring(text.indexOf("signature 1 ") + 12, text.indexOf("\nsignature 2"));
        String theirs = text.substring(text.indexOf("signature 2 ") + 12, text.indexOf("\nsignature 3"));
        GenesisFile copied = GenesisFile.parse(ByteString.utf8(text.replace(theirs, mine)));
        assertCode(() -> copied.requireQuorum(CHECK), CeremonyCodes.SIGNATURE, "signature of bank-b is wrong");
        Genesis.Terms later = new Genesis.Terms("ledger.example", Availability.QUORUM, 1_760_000_000_001L);
        String other =
                signed(GenesisFile.merge(JOINS, later, CHECK), 0).encode().utf8();
        String replayed = other.substring(other.indexOf("signature 1 ") + 12, other.length() - 1);
        GenesisFile mixed = GenesisFile.parse(ByteString.utf8(text.replace(mine, replayed)));
        assertCode(() -> mixed.verify(CHECK), CeremonyCodes.SIGNATURE, "signature of bank-a is wrong");
        GenesisFile stranger = GenesisFile.parse(ByteString.utf8(text + "signature 9 " + theirs + "\n"));
        assertCode(() -> stranger.verify(CHECK), CeremonyCodes.SIGNATURE, "origin 9");
    }

    @Test
    void anObserversSignatureDoesNotCount() {
        TestMember auditor = new TestMember("auditor");
        List<JoinFile> joins = new ArrayList<>(JOINS);
        joins.add(auditor.joinAsObserver());
        GenesisFile observed = GenesisFile.merge(joins, TestMember.TERMS, CHECK);
        GenesisFile signed = signed(observed, 0, 1).signedBy(auditor.signer(KeyPurpose.ORIGIN));
        assertCode(() -> signed.requireQuorum(CHECK), CeremonyCodes.UNSIGNED, "2 of 4");
    }

    @Test
    void onlyAMemberSigns() {
        assertCode(() -> merged.signedBy(SeedSigner.named("x")), CeremonyCodes.STRANGER, "has this key");
        assertCode(
                () -> merged.memberWith(new TestMember("stranger").publicKeys()), CeremonyCodes.STRANGER, "has these");
        Map<KeyPurpose, ByteString> some = FOUR.get(1).publicKeys();
        some.put(KeyPurpose.TLS, new TestMember("x").publicKeys().get(KeyPurpose.TLS));
        assertCode(() -> merged.memberWith(some), CeremonyCodes.STRANGER, "not all the keys of bank-b");
        assertThat(merged.memberWith(FOUR.get(3).publicKeys()).id()).isEqualTo(4);
    }

    @Test
    void signaturesGatheredApartComeTogether() {
        GenesisFile left = signed(merged, 0, 1);
        GenesisFile right = signed(merged, 1, 2);
        GenesisFile both = left.unitedWith(right);
        assertThat(both.signed()).containsExactly("bank-a", "bank-b", "insurer");
        both.requireQuorum(CHECK);
        assertThat(right.unitedWith(left).encode()).isEqualTo(both.encode());
        Genesis.Terms later = new Genesis.Terms("ledger.example", Availability.QUORUM, 1_760_000_000_001L);
        GenesisFile other = GenesisFile.merge(JOINS, later, CHECK);
        assertCode(() -> left.unitedWith(other), CeremonyCodes.OTHER_GENESIS, "one file is of ledger");
    }

    @Test
    void membersShareNothing() {
        TestMember bank = FOUR.get(0);
        assertMembers(List.of(bank.join()), "2 to 63 institutions, got 1");
        assertMembers(List.of(bank.join(), new TestMember("bank-a").join()), "both have the name bank-a");
        TestMember twin = new TestMember("bank-z");
        JoinFile sameAddress = JoinFile.of("bank-z", true, bank.peer(), twin.publicKeys(), twin::sign);
        assertMembers(List.of(bank.join(), sameAddress), "bank-z and bank-a both have the address");
        for (KeyPurpose purpose : KeyPurpose.values()) {
            Map<KeyPurpose, ByteString> keys = twin.publicKeys();
            keys.put(purpose, bank.publicKeys().get(purpose));
            List<JoinFile> members = List.of(bank.join(), twin.join(keys));
            assertThatThrownBy(() -> Genesis.of(members, TestMember.TERMS)).hasMessageContaining("both have the key");
        }
        Map<KeyPurpose, ByteString> crossed = twin.publicKeys();
        crossed.put(KeyPurpose.VOTE, bank.publicKeys().get(KeyPurpose.LOG));
        List<JoinFile> members = List.of(bank.join(), twin.join(crossed));
        assertThatThrownBy(() -> Genesis.of(members, TestMember.TERMS)).hasMessageContaining("both have the key");
        assertMembers(List.of(bank.joinAsObserver(), twin.joinAsObserver()), "nobody votes");
    }

    private static void assertMembers(List<JoinFile> members, String why) {
        assertCode(() -> GenesisFile.merge(members, TestMember.TERMS, CHECK), CeremonyCodes.MEMBERS, why);
    }

    @Test
    void aLogKeyWithAnothersShortIdIsNotTaken() {
        Map<KeyPurpose, ByteString> honest = FOUR.get(0).publicKeys();
        honest.put(KeyPurpose.LOG, SeedSigner.named("log 5534").publicKey());
        Map<KeyPurpose, ByteString> decoy = FOUR.get(1).publicKeys();
        decoy.put(
                KeyPurpose.LOG,
                ByteString.of(Sha256.digest("decoy 36524".getBytes(StandardCharsets.UTF_8))
                        .toBytes()));
        List<JoinFile> members = List.of(FOUR.get(0).join(honest), FOUR.get(1).join(decoy));
        assertThatThrownBy(() -> Genesis.of(members, TestMember.TERMS)).hasMessageContaining("log key id ff561369");
    }

    @Test
    void aMergedFileHasBeenProvenAndAWrongProofIsNamed() {
        TestMember bank = FOUR.get(0);
        Map<KeyPurpose, ByteString> keys = bank.publicKeys();
        keys.put(KeyPurpose.LOG, SeedSigner.named("somebody else's").publicKey());
        List<JoinFile> members = List.of(bank.join(keys), JOINS.get(1));
        assertCode(
                () -> GenesisFile.merge(members, TestMember.TERMS, CHECK),
                CeremonyCodes.POSSESSION,
                "bank-a: the proof that it has the private log key");
    }

    @Test
    void theLedgerBeginsWithTheMergedLeaf() {
        LedgerState state = new LedgerState();
        long timeMs = Objects.requireNonNull(merged.registry().genesisTimeMs());
        Order first = new Order(0, timeMs, List.of(merged.config()), List.of());
        Execution.apply(state, first, CHECK, (level, index, hash) -> {});
        assertThat(state.ledgerId()).isEqualTo(merged.ledgerId());
        assertThat(state.registry().validators()).hasSize(4);
    }

    private static void assertCode(ThrowingCallable call, String code, String text) {
        assertThatThrownBy(call).isInstanceOfSatisfying(LedgerFailure.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.text()).contains(text);
        });
    }
}
