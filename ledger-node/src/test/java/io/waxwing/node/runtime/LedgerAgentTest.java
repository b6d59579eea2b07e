package io.waxwing.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.execute.Rejection;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Timing;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.simplex.VoteRecord.BatchSeq;
import io.waxwing.node.TestLedger;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.testkit.fake.DiskFaults;
import io.waxwing.testkit.fake.MemoryLedgerStore;
import io.waxwing.testkit.fake.MemoryVoteLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerAgentTest {
    private static final Signatures SIGNATURES = Signatures.bouncyCastle();

    private final DiskFaults faults = new DiskFaults();
    private final MemoryLedgerStore store = new MemoryLedgerStore(faults);
    private final MemoryVoteLog log = new MemoryVoteLog(faults);
    private TestLedger ledger = TestLedger.open(store, log).start();
    private TestLedger.Batches batches =
            new TestLedger.Batches(ledger.agent.reader().ledgerId());

    @BeforeEach
    void letTheFirstIntervalPass() {
        ledger.nowMs += 1000;
        ledger.checkpoints.clear();
    }

    @Test
    void aNewLedgerPublishesItsGenesisAtOnce() {
        assertThat(ledger.agent.reader().latestCheckpoint().treeSize()).isEqualTo(2);
        assertThat(ledger.agent.reader().height()).isZero();
        assertThat(LeafCodec.decodeConfig(ledger.agent.reader().genesisConfig().toBytes())
                        .configHash())
                .isEqualTo(ledger.agent.reader().ledgerId());
    }

    @Test
    void aBatchGetsItsPlaceTimeAndTopicSequence() {
        BatchReference batch = batches.next(3, 2);
        ledger.agent.submit(batch);
        assertThat(ledger.after(1)).isPositive();
        Applied applied = ledger.applied.get(0);
        assertThat(applied.height()).isEqualTo(1);
        assertThat(applied.firstLeafIndex()).isEqualTo(2);
        assertThat(applied.treeSize()).isEqualTo(2 + 1 + 2 + 1);
        assertThat(applied.eventCount()).isEqualTo(5);
        assertThat(applied.orderTimeMs()).isEqualTo(ledger.nowMs);
        var segments = applied.batches().get(0).segments();
        assertThat(segments.get(0).leafIndex()).isEqualTo(3);
        assertThat(segments.get(0).leaf().topicSeqFirst()).isEqualTo(1);
        assertThat(segments.get(1).leaf().topicSeqLast()).isEqualTo(2);
        assertThat(ledger.checkpoints.get(0).treeSize()).isEqualTo(6);
        ledger.agent.submit(batches.next(4));
        ledger.after(1);
        var next = ledger.applied.get(1).batches().get(0).segments().get(0);
        assertThat(next.leaf().topicSeqFirst()).isEqualTo(4);
        assertThat(next.leaf().topicPrev()).isEqualTo(segments.get(0).leafHash());
    }

    @Test
    void everyBlockHasItsCertificatesAndNamesTheLogBeforeIt() {
        for (int i = 0; i < 3; i++) {
            ledger.agent.submit(batches.next(1));
            ledger.after(60);
        }
        Hash ledgerId = ledger.agent.reader().ledgerId();
        List<ByteString> voters = List.of(TestLedger.keys("test").vote().publicKey());
        for (long height = 1; height <= 3; height++) {
            Block block = Block.decode(Objects.requireNonNull(store.block(height)), 1);
            byte[] encoded = Objects.requireNonNull(store.finalization(height)).toBytes();
            Certificate finalization =
                    Certificate.readFrom(new ByteReader(encoded, MalformedException.BLOCK), voters.size());
            assertThat(finalization.blockId()).isEqualTo(block.blockId());
            assertThat(finalization.verify(ledgerId, voters, SIGNATURES)).isTrue();
            assertThat(finalization.verify(Hash.ZERO, voters, SIGNATURES)).isFalse();
            assertThat(block.justify()).hasSize(height == 1 ? 0 : 1);
            assertThat(block.justify())
                    .allMatch(notarization -> notarization.type() != Vote.Type.NULLIFY
                            && notarization.blockId().equals(block.header().parentId())
                            && notarization.verify(ledgerId, voters, SIGNATURES));
            assertThat(block.header().parentTreeSize()).isEqualTo(store.treeSizeAt(height - 1));
        }
    }

    @Test
    void checkpointsAreAtMostTwentyASecondAndNoneIsOwedAfterwards() {
        for (int i = 0; i < 120; i++) {
            ledger.agent.submit(batches.next(1));
            ledger.after(1);
        }
        assertThat(ledger.applied).hasSize(120);
        assertThat(ledger.checkpoints).hasSize(3);
        assertThat(ledger.agent.nextTimeoutNanos() - ledger.nowNanos()).isBetween(1L, 50_000_000L);
        assertThat(ledger.after(50)).isPositive();
        assertThat(ledger.agent.reader().latestCheckpoint().treeSize())
                .isEqualTo(ledger.agent.reader().treeSize());
        assertThat(ledger.after(50)).isZero();
    }

    @Test
    void anIdleLedgerProvesThatNothingHappened() {
        assertThat(ledger.after(28_000)).isZero();
        assertThat(ledger.after(2_000)).isPositive();
        Applied heartbeat = ledger.applied.get(0);
        assertThat(heartbeat.batches()).isEmpty();
        assertThat(heartbeat.treeSize()).isEqualTo(3);
        assertThat(ledger.after(29_999)).isZero();
        assertThat(ledger.after(1)).isPositive();
    }

    @Test
    void withoutHeartbeatAnIdleLedgerStaysAsItIs() {
        LedgerSettings quiet = new LedgerSettings(TestLedger.ORIGIN_LINE, "acme", 0, 50, 16, Timing.LAN);
        TestLedger silent = TestLedger.open(store, log.reopened(), quiet).start();
        assertThat(silent.after(3_600_000)).isZero();
        assertThat(silent.agent.nextTimeoutNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void recordsAreForcedBeforeTheirCallbackRuns() {
        BatchSeq record = new BatchSeq(batches.next(1).header(), 17);
        List<VoteRecord> seen = new ArrayList<>();
        ledger.agent.record(record, () -> seen.addAll(log.records()));
        assertThat(seen).isEmpty();
        ledger.after(1);
        assertThat(seen).contains(record);
        assertThat(TestLedger.open(store, log.reopened()).agent.recordedBatches())
                .containsExactly(record);
    }

    @Test
    void aBatchAheadOfItsTurnWaitsAndARepeatLeavesNothing() {
        BatchReference first = batches.next(2);
        BatchReference second = batches.next(1);
        ledger.agent.submit(second);
        ledger.after(1);
        assertThat(ledger.applied).isEmpty();
        ledger.agent.submit(first);
        ledger.agent.submit(first);
        ledger.after(1);
        ledger.agent.submit(first);
        ledger.after(1);
        assertThat(ledger.applied).hasSize(1);
        Applied applied = ledger.applied.get(0);
        assertThat(applied.batches().stream().map(batch -> batch.reference().batchSeq()))
                .containsExactly(1L, 2L);
        assertThat(applied.rejected()).isEmpty();
    }

    @Test
    void aBatchOfThisNodeThatCanNeverStandIsRefusedToWhoHandsItOverAndTheNodeGoesOn() {
        BatchReference good = batches.next(2);
        BatchReference forged = new TestLedger.Batches(Hash.ZERO).next(2);
        BatchReference mixed =
                new BatchReference(good.header(), batches.next(2).parts(), AvailabilityCertificate.ORIGIN_ONLY);
        assertThatThrownBy(() -> ledger.agent.submit(forged))
                .hasMessageContaining(LedgerAgent.NEVER_STANDS)
                .hasMessageContaining(Rejection.SIGNATURE.name());
        assertThatThrownBy(() -> ledger.agent.submit(mixed)).hasMessageContaining(Rejection.SEGMENTS.name());
        ledger.agent.submit(good);
        ledger.after(1);
        assertThat(ledger.applied).hasSize(1);
    }

    @Test
    void aFullDiskStopsAcknowledgementsAndLosesNothing() {
        BatchReference batch = batches.next(2);
        List<String> told = new ArrayList<>();
        faults.refuse(true);
        ledger.agent.record(new BatchSeq(batch.header(), 1), () -> told.add("forced"));
        ledger.agent.submit(batch);
        assertThat(ledger.after(1)).isZero();
        assertThat(ledger.agent.health().isRunning()).isFalse();
        assertThat(ledger.agent.health().detail()).startsWith("storage failed:").contains("no space left");
        ledger.after(200);
        ledger.after(200);
        assertThat(told).isEmpty();
        assertThat(ledger.applied).isEmpty();
        assertThat(ledger.checkpoints).isEmpty();
        faults.refuse(false);
        ledger.after(200);
        assertThat(ledger.agent.health()).isEqualTo(LedgerHealth.RUNNING);
        assertThat(told).containsExactly("forced");
        assertThat(ledger.applied).hasSize(1);
        assertThat(ledger.applied.get(0).eventCount()).isEqualTo(2);
    }

    @Test
    void aFullInboxRefusesAndNeverWaits() {
        LedgerSettings small = new LedgerSettings(TestLedger.ORIGIN_LINE, "acme", 0, 50, 2, Timing.LAN);
        TestLedger tight = TestLedger.open(store, log.reopened(), small).start();
        assertThat(tight.agent.submit(batches.next(1))).isTrue();
        assertThat(tight.agent.submit(batches.next(1))).isTrue();
        BatchReference third = batches.next(1);
        assertThat(tight.agent.submit(third)).isFalse();
        tight.after(1);
        assertThat(tight.agent.submit(third)).isTrue();
    }

    @Test
    void blockTimeRisesEvenWhenTheClockDoesNot() {
        ledger.agent.submit(batches.next(1));
        ledger.after(1);
        ledger.agent.submit(batches.next(1));
        ledger.nowMs -= 60_000;
        ledger.agent.doWork(ledger.nowNanos() + 70_000_000_000L);
        assertThat(ledger.applied.get(1).orderTimeMs())
                .isEqualTo(ledger.applied.get(0).orderTimeMs() + 1);
    }

    @Test
    void afterARestartBlocksAreToldAgainAsTheyWere() {
        ledger.agent.submit(batches.next(3, 1));
        ledger.after(60);
        ledger.agent.submit(batches.next(2));
        ledger.after(60);
        List<Applied> told = List.copyOf(ledger.applied);
        ledger = TestLedger.open(store, log.reopened());
        ledger.replay(store);
        assertThat(ledger.applied).isEqualTo(told);
        assertThat(ledger.agent.laneHead(TestLedger.LANE)).isNotNull();
        ledger.start();
        batches = new TestLedger.Batches(ledger.agent.reader().ledgerId());
        assertThat(ledger.agent.reader().treeSize()).isEqualTo(told.get(1).treeSize());
    }
}
