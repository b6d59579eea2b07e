package io.waxwing.broker.grant;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.bus.identity.FilterRelation;
import io.waxwing.bus.identity.Login;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.execute.Applied.AppliedGrant;
import io.waxwing.ledger.grant.GrantAction;
import io.waxwing.ledger.grant.GrantStatement;
import io.waxwing.ledger.grant.GrantStatement.Verb;
import io.waxwing.ledger.grant.Grants;
import io.waxwing.ledger.grant.TopicSet;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.GrantLeaf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The node of institution 2; institution 1 has topics; topics of audience 7 begin with {@code seven}. */
class RightsGateTest {
    private final Map<Long, byte[]> leaves = new HashMap<>();
    private Set<Long> audiences = Set.of(1L);
    private final RightsGate gate = gate();
    private long height;

    private RightsGate gate() {
        return new RightsGate(new RightsGate.Parts(
                2,
                originId -> originId == 9 ? -1 : originId,
                topic -> topic.startsWith("seven") ? 7 : 1,
                () -> audiences,
                index -> Objects.requireNonNull(leaves.get(index))));
    }

    private Applied block(long leafIndex, GrantStatement said) {
        GrantLeaf leaf = new GrantLeaf(said.institutionId(), ++height, said, ByteString.of(new byte[64]));
        leaves.put(leafIndex, leaf.encode());
        return new Applied(
                height,
                height,
                0,
                leafIndex,
                leafIndex + 2,
                Hash.ZERO,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(new AppliedGrant(leaf, leafIndex)));
    }

    private void said(long leafIndex, GrantStatement said) {
        gate.onApplied(block(leafIndex, said));
    }

    private static GrantStatement claim(String filter) {
        return GrantStatement.claim(1, 1, "c", filter);
    }

    private static GrantStatement allow(String filter, String user, int actions) {
        return new GrantStatement(Verb.ALLOW, 1, 0, 1, "r", filter, 2, user, actions);
    }

    @Test
    void whileNobodyClaimsAnythingEverythingIsAllowedAndNothingIsCounted() {
        assertThat(gate.isOpen()).isTrue();
        assertThat(gate.mayPublish("ann", "orders/1")).isTrue();
        assertThat(gate.mayAskFor(TopicFilter.parse("orders/#"), "ann")).isTrue();
        assertThat(gate.stands(1, 9, "orders/1", 5)).isTrue();
        assertThat(gate.refused()).isZero();
    }

    @Test
    void usersOfTheInstitutionMayWhatItIsGrantedAndTheyAreToThemselves() {
        said(10, claim("orders/#"));
        assertThat(gate.mayPublish("ann", "orders/1")).isFalse();
        assertThat(gate.mayPublish("ann", "seven/orders")).isTrue();
        assertThat(gate.refused()).isEqualTo(1);
        said(20, allow("orders/+", "ann", GrantAction.PUBLISH.bit()));
        assertThat(gate.mayPublish("ann", "orders/1")).isTrue();
        assertThat(gate.mayPublish("bob", "orders/1")).isFalse();
        assertThat(gate.may(GrantAction.SUBSCRIBE, "ann", "orders/1")).isFalse();
        said(30, GrantStatement.end(1, 20));
        assertThat(gate.mayPublish("ann", "orders/1")).as("what was remembered").isFalse();
        assertThat(gate.explain(2, "ann", "orders/1", GrantAction.PUBLISH).claim())
                .isNotNull();
    }

    @Test
    void eventsAreJudgedByTheirPlaceAlsoWhenTheyAreDeliveredLater() {
        said(10, claim("orders/#"));
        said(20, allow("orders/+", "", 3));
        said(30, GrantStatement.end(1, 20));
        assertThat(stands(9)).isTrue();
        assertThat(stands(11)).isFalse();
        assertThat(stands(21)).isTrue();
        assertThat(stands(31)).isFalse();
        assertThat(gate.stands(1, 1, "orders/1", 31)).as("the owner").isTrue();
        assertThat(gate.stands(7, 2, "orders/1", 31)).as("another audience").isTrue();
        assertThat(gate.stands(1, 9, "orders/1", 21)).as("an origin of nobody").isFalse();
        gate.onDelivered(30);
        assertThat(stands(21)).isTrue();
        gate.onDelivered(32);
        assertThat(stands(21)).as("is not asked for any more").isFalse();
    }

    @Test
    void whatWasEndedIsRememberedOnlyUntilTheBlockOfItsEndIsDelivered() {
        said(10, claim("orders/#"));
        for (long leaf = 20; leaf < 4_020; leaf += 20) {
            said(leaf, allow("orders/+", "", 3));
            said(leaf + 10, GrantStatement.end(1, leaf));
            assertThat(gate.ended()).isEqualTo(1);
            gate.onDelivered(leaf + 10);
            assertThat(stands(leaf + 10))
                    .as("a segment of the block of its end")
                    .isTrue();
            gate.onDelivered(leaf + 12);
            assertThat(gate.ended()).isZero();
        }
        assertThat(stands(4_012)).as("the claim holds").isFalse();
    }

    @Test
    void nothingIsForgottenWhileDeliveryStandsStill() {
        said(10, claim("orders/#"));
        for (long leaf = 20; leaf < 2_020; leaf += 20) {
            said(leaf, allow("orders/+", "", 3));
            said(leaf + 10, GrantStatement.end(1, leaf));
        }
        gate.onDelivered(12);
        assertThat(gate.ended()).isEqualTo(100);
        for (long leaf = 20; leaf < 2_020; leaf += 20) {
            assertThat(stands(leaf + 5)).isTrue();
            assertThat(stands(leaf + 15)).isFalse();
        }
        gate.onDelivered(1_012);
        assertThat(gate.ended()).isEqualTo(50);
    }

    private boolean stands(long leafIndex) {
        return gate.stands(1, 2, "orders/1", leafIndex);
    }

    @Test
    void aNodeThatStartsKnowsWhatHeldBehindWhatItHasDelivered() {
        Applied claimed = block(10, claim("orders/#"));
        Applied granted = block(20, allow("orders/+", "", 3));
        Applied ended = block(30, GrantStatement.end(1, 20));
        // The ledger is at the end; this node has delivered as far as leaf 15.
        Grants now = Grants.NONE
                .with(1, 1, 1, claim("orders/#"))
                .placed(claim("orders/#"), 10)
                .with(1, 2, 2, allow("orders/+", "", 3))
                .placed(allow("orders/+", "", 3), 20)
                .with(1, 3, 3, GrantStatement.end(1, 20));
        gate.start(now);
        gate.onPast(granted);
        gate.onPast(ended);
        assertThat(claimed.grants()).hasSize(1);
        assertThat(stands(16)).isFalse();
        assertThat(stands(21)).isTrue();
        assertThat(stands(31)).isFalse();
        assertThat(gate.mayPublish("ann", "orders/1")).isFalse();
    }

    @Test
    void aSubscriptionThatCouldShowNothingIsRefusedAWiderOneIsNot() {
        said(10, claim("orders/#"));
        for (String none : List.of("orders/1", "orders/#", "orders/+/x")) {
            assertThat(gate.mayAskFor(TopicFilter.parse(none), "ann")).as(none).isFalse();
        }
        for (String wider : List.of("#", "+/1", "order/#", "seven/#", "$SYS/#")) {
            assertThat(gate.mayAskFor(TopicFilter.parse(wider), "ann"))
                    .as(wider)
                    .isTrue();
        }
        said(20, allow("orders/+/x", "ann", GrantAction.SUBSCRIBE.bit()));
        assertThat(gate.mayAskFor(TopicFilter.parse("orders/#"), "ann")).isTrue();
        assertThat(gate.mayAskFor(TopicFilter.parse("orders/#"), "bob")).isFalse();
        audiences = Set.of(1L, 7L);
        assertThat(gate.mayAskFor(TopicFilter.parse("orders/#"), "bob"))
                .as("it may be about topics of another audience")
                .isTrue();
    }

    /** Everybody sees the statements of audiences that he is not in: they are nothing to him. */
    @Test
    void aClaimInAnAudienceOfOthersRefusesNoSubscription() {
        said(10, GrantStatement.claim(1, 7, "c", "orders/#"));
        assertThat(gate.mayAskFor(TopicFilter.parse("orders/#"), "ann")).isTrue();
        audiences = Set.of(7L);
        assertThat(gate.mayAskFor(TopicFilter.parse("orders/#"), "ann")).isFalse();
    }

    @Test
    void moreAnswersThanAreRememberedAreStillRight() {
        said(10, claim("orders/#"));
        for (int i = 0; i < RightsGate.REMEMBERED + 10; i++) {
            assertThat(gate.mayPublish("ann", "orders/" + i)).isFalse();
            assertThat(gate.mayPublish("ann", "order/" + i)).isTrue();
        }
    }

    @Test
    void whereNobodyIsAskedWhoHeIsTheLedgerIsStillAsked() {
        Authentication door = new GrantedAuthentication(Authentication.OPEN, gate);
        Access open = door.open();
        List<Access> all = new ArrayList<>(List.of(open, door.absent("ann", null)));
        door.authenticate(new Login(Credentials.NONE, "test", "here", null), new Authentication.Answer() {
            @Override
            public void admitted(Access access) {
                all.add(access);
            }

            @Override
            public void refused(Refusal refusal) {
                throw refusal.asException();
            }
        });
        assertThat(all).hasSize(3).allMatch(Access::isUnlimited);
        said(10, claim("orders/#"));
        assertThat(all).allSatisfy(access -> {
            assertThat(access.isUnlimited()).isFalse();
            assertThat(access.mayPublish("orders/1")).isFalse();
            assertThat(access.mayReceive("orders/1")).isFalse();
            assertThat(access.maySubscribe(TopicFilter.parse("orders/1"))).isFalse();
            assertThat(access.mayPublish("free")).isTrue();
            assertThat(access.mayManage("orders/1")).as("what the node says").isTrue();
            assertThat(access.mayManage(TopicFilter.parse("orders/1"))).isTrue();
            assertThat(access.maySee("orders/1")).isTrue();
            assertThat(access.isOver()).isFalse();
        });
        assertThat(door.isRequired()).isFalse();
        assertThat(door.exchange("SCRAM-SHA-256", new Login(Credentials.NONE, "test", "here", null)))
                .isNull();
    }

    /** The ledger's filters and those of the protocols mean the same topics. */
    @Test
    void filtersOfTheLedgerMeanWhatTheyMeanElsewhere() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            String one = filter(random);
            String other = filter(random);
            String topic = filter(random).replace('+', 'a').replace('#', 'b');
            TopicFilter known = TopicFilter.parse(one);
            TopicSet set = TopicSet.parse(one);
            String what = "seed " + seed + ": " + one + ", " + other + ", " + topic;
            assertThat(set.matches(TopicSet.levels(topic))).as(what).isEqualTo(known.matches(topic));
            assertThat(set.covers(TopicSet.parse(other)))
                    .as(what)
                    .isEqualTo(FilterRelation.covers(known, TopicFilter.parse(other)));
            assertThat(set.overlaps(TopicSet.parse(other)))
                    .as(what)
                    .isEqualTo(FilterRelation.overlaps(known, TopicFilter.parse(other)));
        }
    }

    private static String filter(Random random) {
        StringBuilder filter = new StringBuilder(random.nextInt(8) == 0 ? "" : "a");
        int levels = random.nextInt(4);
        for (int i = 0; i < levels; i++) {
            filter.append('/').append(List.of("a", "b", "", "+").get(random.nextInt(4)));
        }
        if (random.nextInt(3) == 0) {
            filter.append("/#");
        }
        return filter.isEmpty() ? "a" : filter.toString();
    }
}
