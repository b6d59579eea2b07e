package io.waxwing.ledger.simplex;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VoteHistoryTest {
    private static final Validators VALIDATORS = TestKeys.validators(4, 0);

    private static Hash id(long number) {
        return TestKeys.hash("b" + number);
    }

    private static VoteRecord certified(Vote.Type type, long view) {
        Hash id = type == Vote.Type.NULLIFY ? Hash.ZERO : id(view);
        return new VoteRecord.Certified(TestKeys.certificate(VALIDATORS, type, view, id, 0, 1, 2));
    }

    private static VoteHistory fold(List<VoteRecord> records) {
        VoteHistory history = new VoteHistory();
        records.forEach(history::add);
        return history;
    }

    private static void assertSame(VoteHistory one, VoteHistory other) {
        assertThat(one.snapshot()).isEqualTo(other.snapshot());
        assertThat(one.view()).isEqualTo(other.view());
        assertThat(one.epoch()).isEqualTo(other.epoch());
        assertThat(one.openVotes()).isEqualTo(other.openVotes());
        assertThat(one.openCertificates()).isEqualTo(other.openCertificates());
        assertThat(one.finalization()).isEqualTo(other.finalization());
        assertThat(one.lastFinalized()).isEqualTo(other.lastFinalized());
    }

    /** Fault 1: nothing but a finalization in the log lets a flag go. */
    @Test
    void votesOfOpenViewsAreKeptHoweverManyFollow() {
        VoteHistory history = new VoteHistory();
        history.add(new VoteRecord.Nullified(1));
        for (long view = 2; view < 500; view++) {
            history.add(new VoteRecord.Enter(view));
            history.add(new VoteRecord.Notarized(view, id(view)));
            history.add(new VoteRecord.Finalized(view, id(view)));
            history.add(certified(Vote.Type.NOTARIZE, view));
        }
        assertThat(history.votes(1).nullified()).isTrue();
        assertThat(history.openVotes()).hasSize(499);
        history.add(certified(Vote.Type.FINALIZE, 400));
        assertThat(history.openVotes().firstKey()).isEqualTo(401);
        assertThat(history.openCertificates()).hasSize(99);
        assertThat(history.settledView()).isEqualTo(400);
    }

    /** A rotated origin key signs the same statements anew, and a stop may come before all are recorded again. */
    @Test
    void aBatchRecordedAgainTakesThePlaceOfTheFirstAndLeavesTheLaterOnes() {
        VoteHistory history = fold(List.of(batch(7, 1), batch(8, 1), batch(9, 1), batch(7, 2), batch(8, 2)));
        assertThat(history.batches()).containsExactly(batch(7, 2), batch(8, 2), batch(9, 1));
        assertSame(history, fold(history.snapshot()));
    }

    private static VoteRecord.BatchSeq batch(long batchSeq, int key) {
        BatchStatement statement = new BatchStatement(new Lane(1, 1), batchSeq, batchSeq, 1, 1, id(batchSeq));
        byte[] signature = new byte[64];
        signature[0] = (byte) key;
        return new VoteRecord.BatchSeq(new BatchHeader(statement, ByteString.of(signature)), batchSeq);
    }

    @Test
    void aSnapshotFoldsToTheSameHistory() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<VoteRecord> records = new ArrayList<>();
            for (long view = 1; view < 60; view++) {
                records.add(new VoteRecord.Enter(view));
                if (random.nextInt(3) > 0) {
                    records.add(new VoteRecord.Notarized(view, id(view)));
                }
                if (random.nextInt(3) == 0) {
                    records.add(new VoteRecord.Proposed(view, id(view)));
                }
                boolean nullify = random.nextInt(3) == 0;
                records.add(nullify ? new VoteRecord.Nullified(view) : new VoteRecord.Finalized(view, id(view)));
                records.add(certified(nullify ? Vote.Type.NULLIFY : Vote.Type.NOTARIZE, view));
                if (random.nextInt(10) == 0) {
                    records.add(certified(Vote.Type.FINALIZE, view - random.nextInt((int) view)));
                }
                if (random.nextInt(40) == 0) {
                    records.add(new VoteRecord.Epoch(view));
                }
            }
            int cut = random.nextInt(records.size());
            VoteHistory whole = fold(records);
            List<VoteRecord> rolled =
                    new ArrayList<>(fold(records.subList(0, cut)).snapshot());
            rolled.addAll(records.subList(cut, records.size()));
            assertSame(fold(rolled), whole);
            assertSame(fold(whole.snapshot()), whole);
        }
    }

    @Test
    void anEpochHasItsOwnViews() {
        VoteHistory history = fold(List.of(
                new VoteRecord.Enter(9),
                new VoteRecord.Notarized(9, id(9)),
                certified(Vote.Type.NULLIFY, 8),
                certified(Vote.Type.FINALIZE, 7),
                new VoteRecord.Epoch(1),
                new VoteRecord.Enter(8)));
        assertThat(history.view()).isEqualTo(8);
        assertThat(history.openVotes()).isEmpty();
        assertThat(history.openCertificates()).isEmpty();
        assertThat(history.settledView()).isZero();
    }

    @Test
    void aCertificateRecordSurvivesItsEncoding() {
        VoteRecord record = certified(Vote.Type.NOTARIZE, 17);
        assertThat(VoteRecord.decode(record.encode())).isEqualTo(record);
    }
}
