package io.waxwing.ledger.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.chain.PendingDisputes.Offer;
import io.waxwing.ledger.dispute.ChallengeId;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.hash.ByteString;
import org.junit.jupiter.api.Test;

class PendingDisputesTest {
    private final PendingDisputes pending = new PendingDisputes();
    private int judged;

    private static Dispute served(int by, long number) {
        return new Dispute.Served(new ChallengeId(by, number), ByteString.of(new byte[Dispute.SIGNATURE_BYTES]));
    }

    private String refuse(Dispute dispute) {
        judged++;
        return "challenge " + dispute.id() + " is not known";
    }

    @Test
    void whatWasRefusedIsNotLookedAtAgainBeforeTheNextFinalBlock() {
        Dispute early = served(2, 1);
        for (int i = 0; i < 100; i++) {
            assertThat(pending.offer(early, this::refuse)).isEqualTo(Offer.REFUSED);
        }
        assertThat(judged).isOne();
        pending.onFinal(this::refuse);
        assertThat(pending.offer(early, dispute -> null)).isEqualTo(Offer.TAKEN);
        assertThat(pending.offer(early, this::refuse)).isEqualTo(Offer.KNOWN);
        assertThat(judged).isOne();
    }

    @Test
    void whatIsRememberedOfOneIsBoundedAndTakesNothingFromAnother() {
        int many = 2 * PendingDisputes.REFUSED_EACH;
        for (int round = 0; round < 2; round++) {
            for (long number = 1; number <= many; number++) {
                assertThat(pending.offer(served(2, number), this::refuse)).isEqualTo(Offer.REFUSED);
            }
        }
        assertThat(judged).isEqualTo(many + many - PendingDisputes.REFUSED_EACH);
        judged = 0;
        assertThat(pending.offer(served(3, 1), this::refuse)).isEqualTo(Offer.REFUSED);
        assertThat(pending.offer(served(3, 1), this::refuse)).isEqualTo(Offer.REFUSED);
        assertThat(judged).isOne();
    }
}
