package io.waxwing.ledger.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.control.Change.Parameter;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.fixture.TestMember;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.ConfigLeaf.Approval;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** bank-a, bank-b, insurer and utility are members 1 to 4; block 9 carries what they change. */
class ConfigRulesTest {
    private static final List<TestMember> FOUR = TestMember.four();
    private static final long HEIGHT = 9;

    private final ConfigLeaf genesis =
            Genesis.of(FOUR.stream().map(TestMember::join).toList(), TestMember.TERMS);
    private final Hash ledgerId = genesis.configHash();
    private final ConfigRules rules = new ConfigRules(genesis, ledgerId, new JdkSignatureCheck());
    private final TestMember newcomer = new TestMember("newcomer");

    private ConfigProposal propose(Change... changes) {
        return ConfigProposal.of(genesis, List.of(changes), HEIGHT + 1);
    }

    private ConfigProposal approved(ConfigProposal change, int... originIds) {
        List<Approval> approvals = new ArrayList<>();
        for (int originId : originIds) {
            approvals.add(change.approval(originId, FOUR.get(originId - 1).signer(KeyPurpose.ORIGIN), ledgerId));
        }
        return change.approvedBy(approvals);
    }

    private @Nullable String refusal(ConfigProposal change) {
        return rules.refusal(change, HEIGHT);
    }

    /** A rotation of bank-b's keys, which are then those of a member of another name. */
    private static JoinFile rotated(TestMember member, String keysOf) {
        TestMember keys = new TestMember(keysOf);
        return JoinFile.of(member.name, true, member.peer(), keys.publicKeys(), keys::sign);
    }

    /** The registry's text changed, approved by three as if nothing were wrong with it. */
    private ConfigProposal edited(ConfigProposal change, UnaryOperator<String> edit) {
        String text = new String(change.leaf().registry().toBytes(), StandardCharsets.US_ASCII);
        ByteString registry = ByteString.utf8(edit.apply(text));
        ByteString policy;
        try {
            policy = Genesis.policy("ledger.example", Registry.parse(registry).validators())
                    .encode();
        } catch (LedgerFailure e) {
            policy = change.leaf().policy();
        }
        ConfigLeaf leaf = new ConfigLeaf(1, HEIGHT + 1, ledgerId, policy, registry, List.of());
        return approved(new ConfigProposal(leaf, change.joins()), 1, 2, 3);
    }

    @Test
    void eachKindOfChangeStandsWithTheApprovalsOfAQuorum() {
        Hash tag = Sha256.digest(new byte[] {7});
        List<ConfigProposal> changes = List.of(
                propose(new Change.AddMember(newcomer.join())),
                propose(new Change.AddMember(newcomer.joinAsObserver())),
                propose(new Change.RemoveMember("utility")),
                propose(new Change.ReplaceMember(rotated(FOUR.get(1), "bank-b second"))),
                propose(new Change.SetAudience(2, Availability.ALL, Set.of(1, 2)), new Change.SetTopic(tag, 1, true)),
                propose(new Change.SetParameter(Parameter.CHALLENGE_BLOCKS, 0)),
                propose(new Change.SetParameter(Parameter.CHALLENGE_TIME, 900_000)));
        for (ConfigProposal change : changes) {
            rules.checkProposal(change);
            assertThat(refusal(approved(change, 1, 3, 4))).isNull();
            assertThat(refusal(approved(change, 1, 2, 3, 4))).isNull();
            assertThat(refusal(approved(change, 2, 3))).contains("2 institutions approve, 3 are needed");
            assertThat(refusal(change)).contains("0 institutions approve");
            assertThat(ConfigProposal.decode(change.encode())).isEqualTo(change);
            assertThat(change.differences(genesis)).isNotEmpty();
        }
    }

    @Test
    void aParameterHasTheNewValueAndTheOtherOneStays() {
        ChallengeTerms before = Registry.parse(genesis.registry()).challengeTerms();
        assertThat(before).isEqualTo(ChallengeTerms.USUAL);
        Change.SetParameter longer = new Change.SetParameter(Parameter.CHALLENGE_TIME, 900_000);
        assertThat(Registry.parse(propose(longer).leaf().registry()).challengeTerms())
                .isEqualTo(new ChallengeTerms(before.blocks(), 900_000));
        Change.SetParameter none = new Change.SetParameter(Parameter.CHALLENGE_BLOCKS, 0);
        assertThat(Registry.parse(propose(longer, none).leaf().registry()).challengeTerms())
                .isEqualTo(new ChallengeTerms(0, 900_000));
        assertThatThrownBy(() -> propose(new Change.SetParameter(Parameter.CHALLENGE_TIME, 0)))
                .hasMessageContaining("challenge-time is a number from 1 to 7776000000, not 0");
    }

    @Test
    void aNewMemberHasTheNextNumbersAndIsOfTheAudienceOfEverybody() {
        Registry after = Registry.parse(
                propose(new Change.AddMember(newcomer.join())).leaf().registry());
        assertThat(Objects.requireNonNull(after.institutionNamed("newcomer")).id())
                .isEqualTo(5);
        assertThat(Objects.requireNonNull(after.origin(5)).institutionId()).isEqualTo(5);
        assertThat(Objects.requireNonNull(after.audience(Genesis.EVERYBODY)).institutionIds())
                .containsExactly(1, 2, 3, 4, 5);
        assertThat(after.validators()).hasSize(5);
    }

    @Test
    void aNewMemberThatOnlyFollowsIsInNoAudience() {
        Registry after = Registry.parse(
                propose(new Change.AddMember(newcomer.joinAsObserver())).leaf().registry());
        assertThat(Objects.requireNonNull(after.audience(Genesis.EVERYBODY)).institutionIds())
                .containsExactly(1, 2, 3, 4);
        assertThat(after.validators()).hasSize(4);
    }

    @Test
    void aRemovedMemberKeepsItsLinesAndNothingElse() {
        Registry after =
                Registry.parse(propose(new Change.RemoveMember("bank-b")).leaf().registry());
        assertThat(after.isMember(2)).isFalse();
        assertThat(after.node(2)).isNull();
        assertThat(after.validators()).hasSize(3);
        assertThat(Objects.requireNonNull(after.audience(Genesis.EVERYBODY)).institutionIds())
                .containsExactly(1, 3, 4);
        ConfigLeaf removed =
                approved(propose(new Change.RemoveMember("bank-b")), 1, 3, 4).leaf();
        ConfigProposal back = ConfigProposal.of(removed, List.of(new Change.AddMember(newcomer.join())), HEIGHT + 5);
        assertThat(Objects.requireNonNull(Registry.parse(back.leaf().registry()).institutionNamed("newcomer"))
                        .id())
                .isEqualTo(5);
        assertThatThrownBy(() -> ConfigProposal.of(
                        removed, List.of(new Change.AddMember(FOUR.get(1).join())), HEIGHT + 5))
                .hasMessageContaining("nobody gets its name again");
        assertThatThrownBy(() -> ConfigProposal.of(
                        removed, List.of(new Change.ReplaceMember(FOUR.get(1).join())), HEIGHT + 5))
                .hasMessageContaining("no member is named bank-b");
    }

    @Test
    void approvalsAreOfDistinctValidatorsInForceAndAllOfThemValid() {
        ConfigProposal change = propose(new Change.AddMember(newcomer.join()));
        Approval byStranger = change.approval(4, newcomer.signer(KeyPurpose.ORIGIN), ledgerId);
        assertThat(refusal(approved(change, 1, 2, 3).approvedBy(List.of(byStranger))))
                .contains("the approval of utility is wrong");
        Approval unknown = change.approval(5, newcomer.signer(KeyPurpose.ORIGIN), ledgerId);
        assertThat(refusal(approved(change, 1, 2, 3).approvedBy(List.of(unknown))))
                .contains("origin 5 has no say");
        List<Approval> twice = new ArrayList<>(approved(change, 1, 2).leaf().approvals());
        twice.add(twice.get(1));
        ConfigProposal doubled = new ConfigProposal(change.leaf().withApprovals(twice), change.joins());
        assertThat(refusal(doubled)).contains("rising");
        // Approvals are for one ledger, one epoch, one height and one content.
        Approval elsewhere = change.approval(3, FOUR.get(2).signer(KeyPurpose.ORIGIN), Hash.ZERO);
        assertThat(refusal(approved(change, 1, 2).approvedBy(List.of(elsewhere))))
                .contains("insurer is wrong");
        ConfigProposal moved = change.at(HEIGHT + 2)
                .approvedBy(approved(change, 1, 2, 3).leaf().approvals());
        assertThat(rules.refusal(moved, HEIGHT + 1)).contains("bank-a is wrong");
    }

    @Test
    void itFollowsTheConfigInForceAtItsOwnHeight() {
        ConfigProposal change = propose(new Change.RemoveMember("utility"));
        ConfigProposal good = approved(change, 1, 2, 3);
        assertThat(rules.refusal(good, HEIGHT + 1)).contains("begins at height");
        assertThat(rules.refusal(good, HEIGHT - 1)).contains("begins at height");
        ConfigLeaf leaf = good.leaf();
        ConfigLeaf skipped = new ConfigLeaf(2, HEIGHT + 1, ledgerId, leaf.policy(), leaf.registry(), List.of());
        assertThat(refusal(approved(new ConfigProposal(skipped, List.of()), 1, 2, 3)))
                .contains("does not follow");
        ConfigLeaf other = new ConfigLeaf(1, HEIGHT + 1, Hash.ZERO, leaf.policy(), leaf.registry(), List.of());
        assertThat(refusal(approved(new ConfigProposal(other, List.of()), 1, 2, 3)))
                .contains("CONFIG in force");
        assertThat(change.intent()).isEqualTo(change.at(77).intent());
    }

    @Test
    void thePolicyIsWhatTheRegistryGives() {
        ConfigLeaf leaf = propose(new Change.RemoveMember("utility")).leaf();
        ConfigLeaf lenient = new ConfigLeaf(1, HEIGHT + 1, ledgerId, genesis.policy(), leaf.registry(), List.of());
        assertThat(refusal(approved(new ConfigProposal(lenient, List.of()), 1, 2, 3)))
                .contains("policy");
        ConfigLeaf junk = new ConfigLeaf(1, HEIGHT + 1, ledgerId, leaf.policy(), ByteString.utf8("junk\n"), List.of());
        assertThat(refusal(approved(new ConfigProposal(junk, List.of()), 1, 2, 3)))
                .isNotNull();
    }

    @Test
    void noMoreThanFInstitutionsChangeAtOnce() {
        ConfigProposal two = propose(new Change.RemoveMember("utility"), new Change.RemoveMember("insurer"));
        assertThat(refusal(approved(two, 1, 2, 3))).contains("2 institutions change, 1 may");
        ConfigProposal swap = propose(new Change.RemoveMember("utility"), new Change.AddMember(newcomer.join()));
        assertThat(refusal(approved(swap, 1, 2, 3))).contains("2 institutions change, 1 may");
    }

    @Test
    void newKeysComeWithTheProofsOfWhoeverHasThem() {
        ConfigProposal change = propose(new Change.AddMember(newcomer.join()));
        assertThat(refusal(approved(new ConfigProposal(change.leaf(), List.of()), 1, 2, 3)))
                .contains("no one join file of newcomer");
        JoinFile stolen = new TestMember("thief").join(newcomer.publicKeys());
        JoinFile forged =
                JoinFile.of("newcomer", true, newcomer.peer(), newcomer.publicKeys(), new TestMember("thief")::sign);
        assertThat(stolen.institution()).isEqualTo("thief");
        assertThat(refusal(approved(new ConfigProposal(change.leaf(), List.of(forged)), 1, 2, 3)))
                .contains("proof");
        ConfigProposal more = new ConfigProposal(change.leaf(), List.of(newcomer.join(), stolen));
        assertThat(refusal(approved(more, 1, 2, 3))).contains("registers nothing");
        JoinFile other = rotated(newcomer, "other keys");
        assertThat(refusal(approved(new ConfigProposal(change.leaf(), List.of(other)), 1, 2, 3)))
                .contains("other keys");
    }

    @Test
    void nothingThatHasAnIdIsGivenAwayASecondTime() {
        ConfigProposal change = propose(new Change.AddMember(newcomer.join()));
        ConfigProposal plain = propose(new Change.SetAudience(2, Availability.ALL, Set.of(1, 2)));
        assertThat(refusal(edited(plain, text -> text.replace("bank-b", "bank-x"))))
                .contains("renamed");
        assertThat(refusal(edited(plain, text -> text.replace("audience 1 quorum 1,2,3,4\n", ""))))
                .contains("audience 1 is gone");
        assertThat(refusal(edited(plain, text -> text.replace("parameter time 1760000000000", "parameter time 1"))))
                .contains("history");
        assertThat(refusal(edited(change, text -> text.replace("newcomer.example:7400", "bank-b.example:7400"))))
                .contains("listen at");
        String voteKey = FOUR.get(0).publicKeys().get(KeyPurpose.VOTE) + " ";
        String cosignerKey = FOUR.get(0).publicKeys().get(KeyPurpose.COSIGNER) + " ";
        assertThat(refusal(edited(plain, text -> text.replace(voteKey + cosignerKey, cosignerKey + voteKey))))
                .contains("becomes");
        String small = "00".repeat(32);
        assertThat(refusal(edited(plain, text -> text.replace(voteKey.trim(), small))))
                .contains("small order");
    }

    @Test
    void aFurtherNodeOfAMemberNeedsAQuorumWithThatMember() {
        JoinFile file = newcomer.joinAsNodeOf("bank-b");
        ConfigProposal change = propose(new Change.AddNode(file));
        rules.checkProposal(change);
        assertThat(rules.mustApprove(change.leaf())).containsExactly(2);
        assertThat(refusal(approved(change, 1, 2, 3))).isNull();
        assertThat(refusal(approved(change, 1, 3, 4))).contains("institution [2] has not approved");
        assertThat(refusal(approved(change, 2, 3))).contains("2 institutions approve");
        assertThat(ConfigProposal.decode(change.encode())).isEqualTo(change);
        Registry after = Registry.parse(change.leaf().registry());
        assertThat(after.originsOf(2)).extracting(Registry.Origin::originId).containsExactly(2, 5);
        assertThat(after.mainNode(2)).isEqualTo(2);
        assertThat(after.isMainNode(5)).isFalse();
        assertThat(Objects.requireNonNull(after.node(5)).pin()).isEqualTo(file.pin());
        assertThat(after.institutions())
                .isEqualTo(Registry.parse(genesis.registry()).institutions());
        assertThat(after.audiences())
                .isEqualTo(Registry.parse(genesis.registry()).audiences());
    }

    @Test
    void aFurtherNodeHasNoSayAndCanBeRetiredWhereItsMainNodeCannot() {
        ConfigLeaf second = approved(propose(new Change.AddNode(newcomer.joinAsNodeOf("bank-b"))), 1, 2, 3)
                .leaf();
        ConfigRules then = new ConfigRules(second, ledgerId, new JdkSignatureCheck());
        ConfigProposal retire = ConfigProposal.of(second, List.of(new Change.RetireNode(5)), HEIGHT + 5);
        Approval byNode = retire.approval(5, newcomer.signer(KeyPurpose.ORIGIN), ledgerId);
        assertThat(then.refusal(approved(retire, 1, 3).approvedBy(List.of(byNode)), HEIGHT + 4))
                .contains("origin 5 has no say");
        assertThat(then.refusal(approved(retire, 1, 3, 4), HEIGHT + 4)).isNull();
        assertThat(Registry.parse(retire.leaf().registry()).node(5)).isNull();
        assertThatThrownBy(() -> ConfigProposal.of(second, List.of(new Change.RetireNode(2)), HEIGHT + 5))
                .hasMessageContaining("by which its institution is a member");
        assertThatThrownBy(() -> ConfigProposal.of(second, List.of(new Change.RetireNode(6)), HEIGHT + 5))
                .hasMessageContaining("no node has the number 6");
    }

    @Test
    void nobodyGivesAMembersVoteToAnotherOfItsNodes() {
        ConfigProposal change = propose(new Change.AddNode(newcomer.joinAsNodeOf("bank-b")));
        ConfigProposal taken = edited(change, text -> text.replaceAll("(?m)^node 2 .*\n", ""));
        assertThat(refusal(taken)).contains("another node than 2 would vote for bank-b");
        ConfigProposal retired = edited(taken, text -> text.replaceAll("(?m)^origin 2 2 active", "origin 2 2 retired"));
        assertThat(refusal(retired)).contains("another node than 2 would vote for bank-b");
    }

    @Test
    void aFileOfAnotherKindIsRefused() {
        JoinFile node = newcomer.joinAsNodeOf("bank-b");
        assertThatThrownBy(() -> propose(new Change.AddMember(node))).hasMessageContaining("further node");
        assertThatThrownBy(() -> propose(new Change.ReplaceMember(node))).hasMessageContaining("further node");
        assertThatThrownBy(() -> propose(new Change.AddNode(newcomer.join()))).hasMessageContaining("institution");
        assertThatThrownBy(() -> propose(new Change.AddNode(newcomer.joinAsNodeOf("nobody"))))
                .hasMessageContaining("no member is named nobody");
        ConfigProposal change = propose(new Change.AddNode(node));
        JoinFile other = new TestMember("other").joinAsNodeOf("bank-b");
        assertThat(refusal(approved(new ConfigProposal(change.leaf(), List.of(other)), 1, 2, 3)))
                .contains("other keys");
        assertThat(refusal(approved(new ConfigProposal(change.leaf(), List.of()), 1, 2, 3)))
                .contains("no one join file");
        assertThatThrownBy(
                        () -> Genesis.of(List.of(FOUR.get(0).join(), FOUR.get(1).join(), node), TestMember.TERMS))
                .hasMessageContaining("added when the ledger runs");
    }
}
