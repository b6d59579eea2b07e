package io.waxwing.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.simplex.VoteRecord.Cosigned;
import io.waxwing.node.check.LedgerCheck;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.testkit.fake.MemoryLedgerStore;
import io.waxwing.testkit.fake.MemoryVoteLog;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node that lost something, or that joins late: what it may do, and that it catches up. */
class ReturnTest {
    private final Consortium four = new Consortium(4, 2);
    private final Consortium.Node fourth = four.nodes.get(3);
    private long submitted;

    /** One block of one batch each. */
    private void blocks(int count) {
        for (int i = 0; i < count; i++) {
            submitted++;
            four.nodes.get(0).agent().submit(four.batch(1, submitted, Hash.ZERO));
            four.run(12);
        }
        four.run(60);
    }

    private static List<VoteRecord> votes(Consortium.Node node) {
        return node.log.records().stream()
                .filter(record -> record instanceof VoteRecord.Notarized
                        || record instanceof VoteRecord.Nullified
                        || record instanceof VoteRecord.Finalized
                        || record instanceof VoteRecord.Proposed)
                .toList();
    }

    private double voting(Consortium.Node node) {
        return node.metrics.get("waxwing.ledger.voting").gauge().value();
    }

    private void assertCaughtUp(Consortium.Node node) {
        assertThat(node.agent().height()).isEqualTo(four.nodes.get(0).agent().height());
        assertThat(node.store.state()).isEqualTo(four.nodes.get(0).store.state());
        assertThat(new LedgerCheck(node.store, Signatures.bouncyCastle()).run()).isEmpty();
    }

    private void assertFollowsOnly(Consortium.Node node) {
        List<VoteRecord> before = votes(node);
        blocks(5);
        assertCaughtUp(node);
        assertThat(votes(node)).isEqualTo(before);
        assertThat(voting(node)).isZero();
        assertThat(node.agent().health().isRunning()).isTrue();
        assertThat(node.agent().health().detail()).contains("does not vote");
    }

    @Test
    void oneWhoseDataFolderIsLostFetchesItAgainAndVotes() {
        blocks(10);
        fourth.crash(0);
        blocks(3);
        fourth.store = new MemoryLedgerStore(fourth.faults);
        fourth.start();
        assertThat(fourth.agent().health().detail()).contains("behind the vote log");
        four.run(3000);
        assertCaughtUp(fourth);
        assertThat(voting(fourth)).isEqualTo(1);
        assertThat(fourth.agent().health()).isEqualTo(LedgerHealth.RUNNING);
        four.nodes.get(2).crash(0);
        long before = fourth.agent().height();
        blocks(1);
        four.run(5000);
        assertThat(fourth.agent().height())
                .as("the quorum is three, one of them the returned")
                .isGreaterThan(before);
    }

    @Test
    void oneWhoseDataFolderIsLostDoesNotVoteBeforeItIsAsFarAsItsLog() {
        blocks(10);
        fourth.crash(0);
        fourth.store = new MemoryLedgerStore(fourth.faults);
        List<VoteRecord> before = votes(fourth);
        fourth.cut(true);
        fourth.start();
        fourth.agent().submit(four.batch(4, 1, Hash.ZERO));
        four.run(30_000);
        assertThat(votes(fourth)).isEqualTo(before);
        fourth.cut(false);
        four.run(3000);
        assertThat(voting(fourth)).isEqualTo(1);
    }

    @Test
    void aReturnThatIsInterruptedGoesOn() {
        blocks(150);
        fourth.crash(0);
        fourth.store = new MemoryLedgerStore(fourth.faults);
        fourth.start();
        four.run(15);
        fourth.crash(Integer.MAX_VALUE);
        fourth.start();
        four.run(3000);
        assertCaughtUp(fourth);
        assertThat(voting(fourth)).isEqualTo(1);
    }

    @Test
    void oneWhoseVoteLogIsLostFollowsAndAlsoAfterItsDataFolderIsLostToo() {
        blocks(5);
        fourth.crash(Integer.MAX_VALUE);
        fourth.log = new MemoryVoteLog(fourth.faults);
        fourth.start();
        four.run(500);
        assertFollowsOnly(fourth);
        fourth.crash(0);
        fourth.store = new MemoryLedgerStore(fourth.faults);
        fourth.start();
        four.run(3000);
        assertFollowsOnly(fourth);
    }

    @Test
    void anOldBackupOfDataAndVotesIsNoticedByWhatTheOthersHaveHeard() {
        blocks(5);
        MemoryLedgerStore oldStore = fourth.store.afterCrash(Integer.MAX_VALUE);
        MemoryVoteLog oldLog = fourth.log.reopened();
        blocks(5);
        fourth.crash(0);
        fourth.store = oldStore;
        fourth.log = oldLog;
        fourth.start();
        four.run(500);
        assertThat(fourth.agent().health().detail()).contains("old copy");
        assertFollowsOnly(fourth);
    }

    @Test
    void aLongWayIsFetchedInRangesThatOneCertificateProves() {
        blocks(2);
        fourth.crash(0);
        blocks(700);
        fourth.start();
        four.run(400);
        assertCaughtUp(fourth);
        assertThat(four.rangesSent).isBetween(2, 6);
        assertThat(voting(fourth)).isEqualTo(1);
    }

    @Test
    void aPeerThatAnswersWithWhatCannotBeVerifiedIsLeftAloneAndAnotherHelps() {
        blocks(2);
        fourth.crash(0);
        blocks(500);
        four.forger = (from, frame) -> {
            byte[] forged = frame.clone();
            if (from == 1 && frame.length > 1000) {
                forged[frame.length / 2] ^= 1;
            }
            return forged;
        };
        fourth.start();
        four.run(1000);
        assertCaughtUp(fourth);
        assertThat(fourth.metrics
                        .get("waxwing.ledger.sync.ranges.refused")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @Test
    void anObserverAndAFurtherNodeOfAMemberJoinFromGenesisAloneAndFollow() {
        blocks(150);
        Consortium.Node observer = four.nodes.get(4);
        Consortium.Node further = four.nodes.get(5);
        observer.start();
        further.start();
        four.run(3000);
        for (Consortium.Node node : List.of(observer, further)) {
            assertCaughtUp(node);
            assertThat(node.agent().reader().latestCheckpoint().treeSize())
                    .isEqualTo(four.nodes.get(0).agent().reader().treeSize());
            assertThat(votes(node)).isEmpty();
            assertThat(node.agent().health()).isEqualTo(LedgerHealth.RUNNING);
        }
        blocks(3);
        assertCaughtUp(observer);
        assertCaughtUp(further);
        assertThat(four.nodes
                        .get(1)
                        .metrics
                        .get("waxwing.ledger.validators.connected")
                        .gauge()
                        .value())
                .isEqualTo(4);
    }

    @Test
    void anotherRootThanTheKeyHasSignedStopsTheNodeAtTheBlockThatReachesIt() {
        blocks(2);
        fourth.crash(Integer.MAX_VALUE);
        fourth.log.append(new Cosigned(four.nodes.get(0).agent().reader().treeSize() + 3, Hash.ZERO));
        fourth.log.force();
        fourth.start();
        blocks(1);
        assertThat(fourth.agent().health().state()).isEqualTo(LedgerHealth.State.HALTED);
        assertThat(fourth.agent().health().detail()).contains("the key has signed root");
        long there = fourth.agent().nextTimeoutNanos();
        assertThat(there).isEqualTo(Long.MAX_VALUE);
    }
}
