package io.waxwing.ledger.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.chain.PendingBatches.Offer;
import io.waxwing.ledger.fixture.MemoryLedger;
import io.waxwing.ledger.hash.Hash;
import org.junit.jupiter.api.Test;

class PendingBatchesTest {
    private static final Lane LANE = new Lane(1, 1);

    private final MemoryLedger ledger = new MemoryLedger();
    private final PendingBatches pending = new PendingBatches();

    private BatchReference batch(long batchSeq) {
        return ledger.batch(1, batchSeq, 2 * batchSeq - 1, Hash.ZERO);
    }

    @Test
    void takesTheWindowBehindTheLastFinalBatchAndNoMore() {
        pending.onFinal(LANE, 10, 20);
        assertThat(pending.offer(batch(10))).isEqualTo(Offer.KNOWN);
        assertThat(pending.offer(batch(10 + PendingBatches.WINDOW))).isEqualTo(Offer.TAKEN);
        assertThat(pending.offer(batch(11 + PendingBatches.WINDOW))).isEqualTo(Offer.TOO_FAR);
        assertThat(pending.size()).isEqualTo(1);
    }

    @Test
    void theFirstBatchOfANumberStays() {
        BatchReference first = batch(1);
        BatchReference second = ledger.batch(1, 1, 1, Hash.of(new byte[32]), "b");
        assertThat(pending.offer(first)).isEqualTo(Offer.TAKEN);
        assertThat(pending.offer(second)).isEqualTo(Offer.KNOWN);
        assertThat(pending.get(LANE, 1)).isEqualTo(first);
        pending.drop(first);
        assertThat(pending.offer(second)).isEqualTo(Offer.TAKEN);
    }

    @Test
    void whatDoesNotContinueTheLaneIsNotWaitedFor() {
        BatchReference misfit = ledger.batch(1, 1, 7, Hash.ZERO);
        assertThat(pending.wants(misfit)).isFalse();
        assertThat(pending.offer(misfit)).isEqualTo(Offer.MISFIT);
        BatchReference later = ledger.batch(1, 2, 7, Hash.ZERO);
        assertThat(pending.offer(later)).isEqualTo(Offer.TAKEN);
        pending.onFinal(LANE, 1, 2);
        assertThat(pending.isReady()).isFalse();
        assertThat(pending.size()).isZero();
    }

    @Test
    void isReadyExactlyWhileTheNextBatchOfALaneIsHere() {
        pending.offer(batch(2));
        assertThat(pending.isReady()).isFalse();
        pending.onFinal(LANE, 1, 2);
        assertThat(pending.isReady()).isTrue();
        pending.onFinal(LANE, 2, 4);
        assertThat(pending.isReady()).isFalse();
        pending.offer(batch(3));
        assertThat(pending.isReady()).isTrue();
        pending.drop(batch(3));
        assertThat(pending.isReady()).isFalse();
        assertThat(pending.size()).isZero();
    }
}
