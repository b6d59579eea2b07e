package io.waxwing.node.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.simplex.VoteRecord.Cosigned;
import io.waxwing.ledger.spi.VoteLog;
import io.waxwing.node.TestLedger;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.store.StoreCodes;
import io.waxwing.testkit.fake.DiskFaults;
import io.waxwing.testkit.fake.MemoryLedgerStore;
import io.waxwing.testkit.fake.MemoryVoteLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node refuses to start where going on could contradict what its key has signed. */
class LedgerStartTest {
    private final DiskFaults faults = new DiskFaults();
    private final MemoryLedgerStore store = new MemoryLedgerStore(faults);
    private final MemoryVoteLog log = new MemoryVoteLog(faults);

    @BeforeEach
    void threeBlocks() {
        TestLedger ledger = TestLedger.open(store, log).start();
        TestLedger.Batches batches =
                new TestLedger.Batches(ledger.agent.reader().ledgerId());
        for (int i = 0; i < 3; i++) {
            ledger.agent.submit(batches.next(1));
            ledger.after(60);
        }
    }

    private void assertRefused(MemoryLedgerStore with, VoteLog andLog, String code) {
        assertThatThrownBy(() -> TestLedger.open(with, andLog).start())
                .isInstanceOfSatisfying(
                        LedgerFailure.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void aSoundLedgerStarts() {
        TestLedger ledger = TestLedger.open(store, log.reopened()).start();
        assertThat(ledger.agent.height()).isEqualTo(3);
        assertThat(ledger.checkpoints).as("the last one is there").isEmpty();
    }

    @Test
    void aLostDataFolderWithAKeptKeyIsRefused() {
        assertRefused(new MemoryLedgerStore(faults), log.reopened(), StoreCodes.LEDGER_SHORTER);
    }

    @Test
    void anOldCopyOfTheDataFolderIsRefused() {
        DiskFaults other = new DiskFaults();
        MemoryLedgerStore old = new MemoryLedgerStore(other);
        MemoryVoteLog oldLog = new MemoryVoteLog(other);
        TestLedger ledger = TestLedger.open(old, oldLog).start();
        TestLedger.Batches batches =
                new TestLedger.Batches(ledger.agent.reader().ledgerId());
        ledger.agent.submit(batches.next(1));
        ledger.after(60);
        MemoryLedgerStore copy = old.afterCrash(old.unforcedWrites());
        ledger.agent.submit(batches.next(1));
        ledger.after(60);
        assertRefused(copy, oldLog.reopened(), StoreCodes.LEDGER_SHORTER);
    }

    @Test
    void anOldCopyOfTheDataFolderIsRefusedThoughOnlyABlockWithoutCheckpointIsMissing() {
        DiskFaults other = new DiskFaults();
        MemoryLedgerStore old = new MemoryLedgerStore(other);
        MemoryVoteLog oldLog = new MemoryVoteLog(other);
        TestLedger ledger = TestLedger.open(old, oldLog).start();
        TestLedger.Batches batches =
                new TestLedger.Batches(ledger.agent.reader().ledgerId());
        ledger.agent.submit(batches.next(1));
        ledger.after(60);
        MemoryLedgerStore copy = old.afterCrash(old.unforcedWrites());
        ledger.agent.submit(batches.next(1));
        ledger.after(1);
        assertThat(ledger.applied).hasSize(2);
        assertRefused(copy, oldLog.reopened(), StoreCodes.LEDGER_SHORTER);
    }

    @Test
    void anOldCopyOfTheVoteLogIsRefused() {
        // The force of a block ends with the entry into the next view: what is cut is exactly the last one.
        int lastBlock = log.records().lastIndexOf(new VoteRecord.Enter(3)) + 1;
        assertRefused(store, log.rolledBack(log.records().size() - lastBlock), StoreCodes.VOTE_LOG_BEHIND);
        assertRefused(store, new MemoryVoteLog(faults), StoreCodes.VOTE_LOG_BEHIND);
    }

    @Test
    void anotherRootForASignedSizeIsRefused() {
        MemoryVoteLog lying = log.reopened();
        long size = TestLedger.openLedger(store, log.reopened()).state().treeSize();
        lying.append(new Cosigned(size, Hash.ZERO));
        lying.force();
        assertRefused(store, lying.reopened(), StoreCodes.OTHER_ROOT);
    }

    @Test
    void otherKeysOrAnotherNameAreRefused() {
        LedgerStart strangers = new LedgerStart(TestLedger.keys("stranger"), Signatures.bouncyCastle(), store);
        assertThatThrownBy(() -> strangers.solo(TestLedger.ORIGIN_LINE, "acme", id -> log.reopened(), 1))
                .hasMessageContaining(StoreCodes.OTHER_LEDGER);
        LedgerStart renamed = new LedgerStart(TestLedger.keys("test"), Signatures.bouncyCastle(), store);
        assertThatThrownBy(() -> renamed.solo("other.example", "acme", id -> log.reopened(), 1))
                .hasMessageContaining(StoreCodes.OTHER_LEDGER);
    }
}
