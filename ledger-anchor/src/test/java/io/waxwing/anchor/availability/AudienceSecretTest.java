package io.waxwing.anchor.availability;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AudienceSecretTest {
    private static final Hash TRUE = HeldBatchTest.hash("true");
    private static final Hash FALSE = HeldBatchTest.hash("false");

    private static AudienceSecret of(int self) {
        SortedMap<Integer, AudienceNodes.Member> others = new TreeMap<>();
        for (int node = 1; node <= 4; node++) {
            if (node != self) {
                others.put(node, new AudienceNodes.Member(node, node, ByteString.of(new byte[32])));
            }
        }
        return new AudienceSecret(new AudienceNodes(1, self, self, 3, others), null);
    }

    @Test
    void theMemberWithTheSmallestNumberKeepsIt() {
        assertThat(of(1).keeper()).isEqualTo(1);
        assertThat(of(3).keeper()).isEqualTo(1);
    }

    @Test
    void theKeepersWordIsTaken() {
        AudienceSecret secret = of(3);
        assertThat(secret.tagOf("t")).isNull();
        assertThat(secret.onSaid(1, TRUE)).isTrue();
        assertThat(secret.secret()).isEqualTo(TRUE);
        assertThat(secret.tagOf("t")).isNotNull().isNotEqualTo(secret.tagOf("u"));
    }

    @Test
    void oneLiarIsNotBelievedButTwoThatAgreeAre() {
        AudienceSecret secret = of(3);
        assertThat(secret.onSaid(2, FALSE)).isFalse();
        assertThat(secret.onSaid(2, FALSE)).isFalse();
        assertThat(secret.onSaid(4, TRUE)).isFalse();
        assertThat(secret.onSaid(2, TRUE)).isTrue();
    }

    @Test
    void twoNodesOfOneInstitutionAreOneVoice() {
        SortedMap<Integer, AudienceNodes.Member> others = new TreeMap<>();
        for (int node = 1; node <= 5; node++) {
            others.put(node, new AudienceNodes.Member(node, node == 5 ? 4 : node, ByteString.of(new byte[32])));
        }
        others.remove(3);
        AudienceSecret secret = new AudienceSecret(new AudienceNodes(1, 3, 3, 3, others), null);
        assertThat(secret.onSaid(4, FALSE)).isFalse();
        assertThat(secret.onSaid(5, FALSE)).isFalse();
        assertThat(secret.onSaid(2, FALSE)).isTrue();
    }

    @Test
    void anotherNodeOfTheSameInstitutionIsBelieved() {
        SortedMap<Integer, AudienceNodes.Member> others = new TreeMap<>();
        for (int node = 2; node <= 5; node++) {
            others.put(node, new AudienceNodes.Member(node, node == 5 ? 1 : node, ByteString.of(new byte[32])));
        }
        AudienceSecret lost = new AudienceSecret(new AudienceNodes(1, 1, 1, 3, others), null);
        assertThat(lost.keeper()).isEqualTo(1);
        assertThat(lost.onSaid(2, FALSE)).isFalse();
        assertThat(lost.onSaid(5, TRUE)).isTrue();
    }

    @Test
    void aSecretThatFitsNobodysBatchesIsInDoubtAndOneLiarCannotMakeItSo() {
        AudienceSecret secret = of(3);
        secret.onSaid(1, FALSE);
        secret.onBatch(2, false);
        secret.onBatch(2, false);
        assertThat(secret.doubt()).isZero();
        secret.onBatch(4, false);
        assertThat(secret.doubt()).isEqualTo(2);
        secret.onBatch(1, true);
        assertThat(secret.doubt()).isZero();
    }

    @Test
    void aStrangerIsNotHeardAndWhatIsKnownIsNotChanged() {
        AudienceSecret secret = of(3);
        assertThat(secret.onSaid(9, FALSE)).isFalse();
        assertThat(secret.onSaid(1, TRUE)).isTrue();
        assertThat(secret.onSaid(1, FALSE)).isFalse();
        assertThat(secret.secret()).isEqualTo(TRUE);
        assertThat(secret.toString()).doesNotContain(TRUE.toString());
    }
}
