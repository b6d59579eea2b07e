package io.waxwing.anchor.availability;

import static io.waxwing.anchor.availability.HeldBatchTest.batch;
import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.anchor.availability.Holding.Answer;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.hash.ByteString;
import org.junit.jupiter.api.Test;

class HoldingTest {
    private final Holding holding = new Holding();

    private static HeldBatch signedAnew(HeldBatch batch) {
        BatchHeader again = new BatchHeader(batch.header().statement(), ByteString.of(new byte[64]));
        assertThat(again).isNotEqualTo(batch.header());
        return new HeldBatch(again, again.batchId(), batch.events());
    }

    @Test
    void theSameStatementSignedAnewIsHeldInThePlaceOfTheOld() {
        HeldBatch again = signedAnew(batch(1, "x"));
        assertThat(holding.onPush(batch(1, "x"), null, false)).isEqualTo(Answer.STORE);
        holding.storing(batch(1, "x"));
        holding.stored(batch(1, "x"), true);
        assertThat(holding.onPush(again, batch(1, "x").header(), false)).isEqualTo(Answer.STORE);
        holding.storing(again);
        holding.stored(again, true);
        assertThat(holding.onPush(again, again.header(), false)).isEqualTo(Answer.SIGN);
        assertThat(new Holding().onPush(again, batch(1, "x").header(), false))
                .as("after a restart")
                .isEqualTo(Answer.STORE);
    }

    @Test
    void aNewBatchIsStoredAndARepetitionMeanwhileIgnored() {
        assertThat(holding.onPush(batch(1, "x"), null, false)).isEqualTo(Answer.STORE);
        holding.storing(batch(1, "x"));
        assertThat(holding.onPush(batch(1, "x"), null, false)).isEqualTo(Answer.IGNORE);
    }

    @Test
    void whatIsStoredIsSignedAgainWheneverItComesAgain() {
        holding.storing(batch(1, "x"));
        holding.stored(batch(1, "x"), true);
        assertThat(holding.onPush(batch(1, "x"), batch(1, "x").header(), false)).isEqualTo(Answer.SIGN);
    }

    @Test
    void aNumberHasOneContentEvenWhileTheFirstIsOnItsWayToTheDisk() {
        holding.storing(batch(1, "x"));
        assertThat(holding.onPush(batch(1, "y"), null, false)).isEqualTo(Answer.OTHER_CONTENT);
        holding.stored(batch(1, "x"), true);
        assertThat(holding.onPush(batch(1, "y"), batch(1, "x").header(), false)).isEqualTo(Answer.OTHER_CONTENT);
    }

    @Test
    void whatTheDiskRefusedMayComeAgain() {
        holding.storing(batch(1, "x"));
        holding.stored(batch(1, "x"), false);
        assertThat(holding.onPush(batch(1, "x"), null, false)).isEqualTo(Answer.STORE);
    }

    @Test
    void numbersFarAheadAreRefusedAndFinalOnesIgnored() {
        holding.onFinal(batch(1, "x").lane(), 10);
        assertThat(holding.onPush(batch(10, "x"), null, false)).isEqualTo(Answer.IGNORE);
        assertThat(holding.onPush(batch(10 + Holding.WINDOW, "x"), null, false)).isEqualTo(Answer.STORE);
        assertThat(holding.onPush(batch(11 + Holding.WINDOW, "x"), null, false)).isEqualTo(Answer.TOO_FAR);
    }

    @Test
    void whatTheLedgerMadeFinalIsTakenInThePlaceOfWhatTheOriginSentFirst() {
        holding.onFinal(batch(1, "x").lane(), 1);
        assertThat(holding.onPush(batch(1, "y"), batch(1, "x").header(), true)).isEqualTo(Answer.STORE);
        assertThat(holding.onPush(batch(1, "y"), batch(1, "y").header(), true)).isEqualTo(Answer.IGNORE);
    }
}
