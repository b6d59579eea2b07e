package io.waxwing.ledger.dispute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.execute.Execution;
import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.execute.Undo;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.fixture.MemoryLedger;
import io.waxwing.ledger.grant.GrantAction;
import io.waxwing.ledger.grant.GrantStatement;
import io.waxwing.ledger.grant.GrantStatement.Verb;
import io.waxwing.ledger.grant.Grants;
import io.waxwing.ledger.grant.Rights;
import io.waxwing.ledger.grant.Rights.Question;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.leaf.GrantLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.merkle.InclusionProof;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Institutions a to d (1 to 4) claim topics of audience 1, and say who may do what there. */
class GrantOrderTest {
    private static final int A = 1;
    private static final int B = 2;
    private static final int C = 3;

    private final MemoryLedger ledger = new MemoryLedger();
    private Rights rights = Rights.OPEN;
    private long timeMs;

    private GrantLeaf leaf(int by, GrantStatement said) {
        String name = MemoryLedger.NAMES.get(by - 1);
        return GrantLeaf.of(by, ++timeMs, said, ledger.state.ledgerId(), ledger.current(name, "origin"));
    }

    private Execution.Step say(GrantLeaf... leaves) {
        List<Dispute> orders = new ArrayList<>();
        for (GrantLeaf leaf : leaves) {
            orders.add(new GrantOrder(leaf));
        }
        Execution.Step step = ledger.apply(List.of(), List.of(), orders);
        for (Applied.AppliedGrant grant : step.applied().grants()) {
            rights = rights.with(
                    grant.leafIndex(), step.applied().height(), grant.leaf().said());
        }
        return step;
    }

    /** Index of its leaf. */
    private long said(int by, GrantStatement statement) {
        return say(leaf(by, statement)).applied().grants().get(0).leafIndex();
    }

    private void assertRefused(GrantLeaf leaf, String because) {
        LedgerState state = ledger.state;
        Undo undo = state.remember();
        ByteString before = state.encode();
        assertThatThrownBy(() -> say(leaf))
                .isInstanceOf(LedgerFailure.class)
                .hasMessageContaining("WXW-3016")
                .hasMessageContaining(because);
        state.takeBack(undo);
        assertThat(state.encode()).isEqualTo(before);
    }

    private void assertRefused(int by, GrantStatement said, String because) {
        assertRefused(leaf(by, said), because);
    }

    private static GrantStatement claim(int by, String id, String filter) {
        return GrantStatement.claim(by, 1, id, filter);
    }

    private static GrantStatement rule(Verb verb, int by, String id, String filter, int grantee) {
        return new GrantStatement(verb, by, 0, 1, id, filter, grantee, "", GrantAction.ALL);
    }

    private static GrantStatement inPlaceOf(long leafIndex, GrantStatement said) {
        return new GrantStatement(
                said.verb(),
                said.institutionId(),
                leafIndex,
                said.audienceId(),
                said.id(),
                said.filter(),
                said.granteeId(),
                said.user(),
                said.actions());
    }

    private boolean may(int institution, String topic, long at) {
        return rights.decide(new Question(1, institution, null, topic, GrantAction.PUBLISH), at)
                .allowed();
    }

    private boolean may(int institution, String topic) {
        return may(institution, topic, Rights.NOW);
    }

    @Test
    void topicsThatNobodyClaimsAreEverybodysAndClaimedOnesTheOwners() {
        assertThat(may(B, "orders/1")).isTrue();
        said(A, claim(A, "mine", "orders/#"));
        assertThat(may(A, "orders/1")).isTrue();
        assertThat(may(B, "orders/1")).isFalse();
        assertThat(may(B, "orders")).isFalse();
        assertThat(may(B, "order/1")).isTrue();
        Question elsewhere = new Question(2, B, null, "orders/1", GrantAction.PUBLISH);
        assertThat(rights.decide(elsewhere, Rights.NOW).allowed()).isTrue();
    }

    @Test
    void whoComesFirstHasTheTopicsAndNobodyElseAnyOfThem() {
        said(A, claim(A, "mine", "orders/+/new"));
        for (String filter : List.of("orders/#", "orders/+/new", "orders/7/new", "orders/7/+", "orders/+/#")) {
            assertRefused(B, claim(B, "theirs", filter), "overlaps claim orders/+/new of institution 1");
            assertRefused(A, claim(A, "again", filter), "overlaps");
        }
        said(B, claim(B, "theirs", "orders/+/old"));
        said(B, GrantStatement.claim(B, 2, "elsewhere", "orders/#"));
        assertRefused(C, GrantStatement.claim(C, 2, "foreign", "x"), "is not in audience 2");
    }

    @Test
    void grantsHoldBehindTheirLeafAndNoLongerThanTheyAreTakenBack() {
        said(A, claim(A, "mine", "orders/#"));
        long granted = said(A, rule(Verb.ALLOW, A, "for-b", "orders/in/#", B));
        long ended = said(A, GrantStatement.end(A, granted));
        assertThat(may(B, "orders/in/1", granted - 1)).isFalse();
        assertThat(may(B, "orders/in/1", granted + 1)).isTrue();
        assertThat(may(B, "orders/in/1", ended - 1)).isTrue();
        assertThat(may(B, "orders/in/1", ended + 1)).isFalse();
        assertThat(may(B, "orders/out/1", granted + 1)).isFalse();
        assertThat(may(C, "orders/in/1", granted + 1)).isFalse();
        Rights forgotten = rights.from(ended);
        Question question = new Question(1, B, null, "orders/in/1", GrantAction.PUBLISH);
        assertThat(forgotten.decide(question, ended - 1).allowed()).isTrue();
        assertThat(rights.from(ended + 1).decide(question, ended - 1).allowed()).isFalse();
    }

    @Test
    void denyWinsWhateverAllows() {
        said(A, claim(A, "mine", "orders/#"));
        said(A, rule(Verb.ALLOW, A, "all", "orders/#", GrantStatement.EVERYBODY));
        said(A, rule(Verb.DENY, A, "not-b", "orders/secret/+", B));
        assertThat(may(B, "orders/secret/1")).isFalse();
        assertThat(may(C, "orders/secret/1")).isTrue();
        assertThat(may(B, "orders/1")).isTrue();
    }

    @Test
    void aRuleForOneUserIsNotOneForTheOthers() {
        said(A, claim(A, "mine", "orders/#"));
        said(A, new GrantStatement(Verb.ALLOW, A, 0, 1, "ann", "orders/#", B, "ann", 1));
        assertThat(decide("ann", GrantAction.PUBLISH)).isTrue();
        assertThat(decide("bob", GrantAction.PUBLISH)).isFalse();
        assertThat(decide("ann", GrantAction.SUBSCRIBE)).isFalse();
        assertThat(may(B, "orders/1")).as("whoever of them it was").isTrue();
    }

    private boolean decide(String user, GrantAction action) {
        return rights.decide(new Question(1, B, user, "orders/1", action), Rights.NOW)
                .allowed();
    }

    @Test
    void nobodyGrantsOutsideAClaimOfHisOwn() {
        said(A, claim(A, "mine", "orders/#"));
        assertRefused(A, rule(Verb.ALLOW, A, "x", "bills/#", B), "no claim of institution 1 covers bills/#");
        assertRefused(B, rule(Verb.ALLOW, B, "x", "orders/1", B), "one's own users");
        assertRefused(B, rule(Verb.ALLOW, B, "x", "orders/1", C), "no claim of institution 2");
        assertRefused(A, rule(Verb.ALLOW, A, "x", "orders/1", 9), "no institution 9");
    }

    @Test
    void nobodySpeaksForAnotherInstitutionNorWithAnothersKey() {
        assertRefused(B, claim(A, "mine", "orders/#"), "does not speak for institution 1");
        GrantLeaf forged = GrantLeaf.of(
                A, 5, claim(A, "mine", "orders/#"), ledger.state.ledgerId(), ledger.current("b", "origin"));
        assertRefused(forged, "signature of origin 1 is wrong");
        GrantLeaf foreign = GrantLeaf.of(
                A,
                6,
                claim(A, "mine", "orders/#"),
                io.waxwing.ledger.hash.Sha256.digest(new byte[1]),
                ledger.current("a", "origin"));
        assertRefused(foreign, "signature of origin 1 is wrong");
    }

    @Test
    void noStatementIsSaidTwice() {
        GrantLeaf first = leaf(A, claim(A, "mine", "orders/#"));
        say(first);
        assertRefused(first, "is a repeat");
        long index = ledger.state.disputes().grants().rules().get(0).leafIndex();
        said(A, GrantStatement.end(A, index));
        assertRefused(first, "is a repeat");
    }

    @Test
    void whoeverPutsARuleInAnothersPlaceSaysWhich() {
        said(A, claim(A, "mine", "orders/#"));
        GrantStatement allow = rule(Verb.ALLOW, A, "r", "orders/#", B);
        long first = said(A, allow);
        assertRefused(A, rule(Verb.DENY, A, "r", "orders/#", B), "is that of leaf " + first);
        GrantStatement deny = inPlaceOf(first, rule(Verb.DENY, A, "r", "orders/#", B));
        long second = said(A, deny);
        assertThat(may(B, "orders/1", second - 1)).isTrue();
        assertThat(may(B, "orders/1")).isFalse();
        assertRefused(A, inPlaceOf(first, allow), "is that of leaf " + second);
        assertRefused(A, inPlaceOf(first, rule(Verb.ALLOW, A, "other", "orders/#", B)), "said nothing of the name");
        assertRefused(A, claim(A, "r", "bills"), "in use");
        assertRefused(A, rule(Verb.ALLOW, A, "mine", "orders/1", B), "in use by a claim");
    }

    @Test
    void aClaimEndsWhenNoRuleWithinItHolds() {
        long claimed = said(A, claim(A, "mine", "orders/#"));
        long granted = said(A, rule(Verb.ALLOW, A, "r", "orders/1", B));
        assertRefused(A, GrantStatement.end(A, claimed), "rule r is within claim mine");
        assertRefused(B, GrantStatement.end(B, claimed), "which alone may end it");
        assertRefused(A, GrantStatement.end(A, 999), "nothing that leaf 999 said holds");
        say(leaf(A, GrantStatement.end(A, granted)), leaf(A, GrantStatement.end(A, claimed)));
        said(B, claim(B, "now-ours", "orders/#"));
        assertThat(may(A, "orders/1")).isFalse();
    }

    @Test
    void anInstitutionHasSoManyClaimsAndRulesAndNoMore() {
        for (int i = 0; i < GrantRules.CLAIMS_EACH; i++) {
            said(A, claim(A, "c" + i, "t" + i + "/#"));
        }
        assertRefused(A, claim(A, "more", "more"), "has 16 claims already");
        for (int i = 0; i < GrantRules.RULES_EACH; i++) {
            said(A, rule(Verb.ALLOW, A, "r" + i, "t1/" + i, B));
        }
        assertRefused(A, rule(Verb.ALLOW, A, "more", "t1/x", B), "has 64 rules already");
        said(B, claim(B, "more", "more"));
    }

    @Test
    void theLeafIsInTheTreeSoThatAnybodyCanProveWhatWasSaid() {
        long index = said(A, claim(A, "mine", "orders/#"));
        GrantLeaf there =
                (GrantLeaf) LeafCodec.decode(ledger.leaves.get((int) index).toBytes());
        assertThat(there.said().filter()).isEqualTo("orders/#");
        byte[] message = there.signedMessage(ledger.state.ledgerId());
        ByteString key = ledger.state.registry().origin(A).key();
        assertThat(new JdkSignatureCheck().verify(key, message, there.signature()))
                .isTrue();
        InclusionProof proof = ledger.tree().inclusion(index, ledger.state.treeSize());
        assertThat(proof.verify(there.leafHash(), ledger.state.root())).isTrue();
        assertThat(ledger.state.disputes().grants().at(index)).isNotNull();
    }

    @Test
    void aLedgerWithoutGrantsHasTheRecordsThatItAlwaysHad() {
        assertThat(ledger.state.disputes().grants()).isEqualTo(Grants.NONE);
        ByteString before = ledger.state.encode();
        assertThat(LedgerState.restore(before, List.of(), List.of()).encode()).isEqualTo(before);
    }

    /** Whatever is said, the state, its record read again, and who folds the leaves find the same. */
    @Test
    void whoExecutesWhoRestoresAndWhoReadsTheLeavesAgree() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int taken = 0;
        for (int i = 0; i < 400; i++) {
            int by = 1 + random.nextInt(4);
            GrantLeaf leaf = leaf(by, any(random, by));
            Undo undo = ledger.state.remember();
            try {
                say(leaf);
                taken++;
            } catch (MalformedException refused) {
                ledger.state.takeBack(undo);
                continue;
            }
            ByteString record = ledger.state.encode();
            Grants restored =
                    LedgerState.restore(record, List.of(), List.of()).disputes().grants();
            assertThat(restored)
                    .as("seed %d", seed)
                    .isEqualTo(ledger.state.disputes().grants());
            Rights present = Rights.of(restored);
            for (int question = 0; question < 20; question++) {
                Question asked = new Question(
                        1, 1 + random.nextInt(4), null, topic(random), GrantAction.values()[random.nextInt(2)]);
                assertThat(present.decide(asked, Rights.NOW))
                        .as("seed %d, %s", seed, asked)
                        .isEqualTo(rights.decide(asked, Rights.NOW));
            }
        }
        assertThat(taken).as("seed %d", seed).isGreaterThan(20);
    }

    private static String topic(Random random) {
        return "t" + random.nextInt(3) + "/" + random.nextInt(3) + (random.nextBoolean() ? "/x" : "");
    }

    private GrantStatement any(Random random, int by) {
        String filter = topic(random).replace("/1", "/+") + (random.nextInt(3) == 0 ? "/#" : "");
        List<io.waxwing.ledger.grant.Rule> rules =
                ledger.state.disputes().grants().rules();
        int kind = random.nextInt(8);
        if (kind < 3) {
            return claim(by, "c" + random.nextInt(9), filter);
        }
        if (kind == 3 && !rules.isEmpty()) {
            return GrantStatement.end(
                    by, rules.get(random.nextInt(rules.size())).leafIndex());
        }
        String id = "r" + random.nextInt(9);
        io.waxwing.ledger.grant.Rule before = ledger.state.disputes().grants().named(by, id);
        GrantStatement said = rule(
                random.nextInt(3) == 0 ? Verb.DENY : Verb.ALLOW,
                by,
                id,
                filter,
                random.nextInt(4) == 0 ? GrantStatement.EVERYBODY : 1 + random.nextInt(4));
        return before == null ? said : inPlaceOf(before.leafIndex(), said);
    }

    @Test
    void anOrderIsReadAgainAsItWasWrittenAndNothingElseIsOne() {
        GrantOrder order = new GrantOrder(leaf(A, rule(Verb.DENY, A, "r", "orders/größe/#", B)));
        assertThat(Dispute.decode(order.encode())).isEqualTo(order);
        byte[] renamed = order.encode();
        renamed[10]++;
        assertThatThrownBy(() -> Dispute.decode(renamed))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("is named");
    }
}
