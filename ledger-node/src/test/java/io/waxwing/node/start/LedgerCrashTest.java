package io.waxwing.node.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.simplex.VoteRecord.BatchSeq;
import io.waxwing.ledger.simplex.VoteRecord.Cosigned;
import io.waxwing.node.TestLedger;
import io.waxwing.node.check.LedgerCheck;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.testkit.fake.DiskFaults;
import io.waxwing.testkit.fake.MemoryLedgerStore;
import io.waxwing.testkit.fake.MemoryVoteLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The node is stopped at every write it makes, before and after it, and with any part of what was not forced lost. */
class LedgerCrashTest {
    private static final int BATCHES = 4;

    @Test
    void nothingToldIsLostWhereverTheNodeStops() {
        DiskFaults healthy = new DiskFaults();
        new Life(healthy, new MemoryLedgerStore(healthy), new MemoryVoteLog(healthy)).run();
        long steps = healthy.steps();
        assertThat(steps).isGreaterThan(3 * BATCHES);
        int lives = 0;
        for (long step = 0; step < steps; step++) {
            for (boolean after : new boolean[] {false, true}) {
                for (int kept = 0; kept <= 3; kept++) {
                    crashAndGoOn(step, after, kept);
                    lives++;
                }
            }
        }
        assertThat(lives).isEqualTo(steps * 8);
    }

    private static void crashAndGoOn(long step, boolean afterEffect, int kept) {
        DiskFaults faults = new DiskFaults();
        MemoryLedgerStore store = new MemoryLedgerStore(faults);
        MemoryVoteLog log = new MemoryVoteLog(faults);
        Life first = new Life(faults, store, log);
        faults.crashAt(step, afterEffect);
        try {
            first.run();
        } catch (DiskFaults.Crash e) {
            // The point of the test; what was told before is in the life.
            assertThat(e).hasMessageContaining("simulated");
        }
        String story = "crash " + (afterEffect ? "after" : "before") + " step " + step + ", kept " + kept;
        MemoryLedgerStore storeAfter = store.afterCrash(kept);
        Life second = new Life(faults, storeAfter, log.reopened());
        second.run();
        second.checkRemembers(first, story);
        assertThat(new LedgerCheck(storeAfter, Signatures.bouncyCastle()).run())
                .as(story)
                .isEmpty();
    }

    /** One run of the node: records and submits what is not final yet, and keeps what it was told. */
    private static final class Life {
        private final MemoryLedgerStore store;
        private final MemoryVoteLog log;
        private final Map<Long, Hash> roots = new HashMap<>();
        private final Map<Long, Applied> blocks = new HashMap<>();
        private final List<VoteRecord> forced = new ArrayList<>();

        Life(DiskFaults faults, MemoryLedgerStore store, MemoryVoteLog log) {
            assertThat(faults).isNotNull();
            this.store = store;
            this.log = log;
        }

        void run() {
            TestLedger ledger = TestLedger.open(store, log);
            ledger.nowMs += 5000;
            ledger.replay(store);
            ledger.applied.forEach(this::keep);
            ledger.start();
            TestLedger.Batches batches =
                    new TestLedger.Batches(ledger.agent.reader().ledgerId());
            for (int i = 0; i < BATCHES; i++) {
                BatchReference batch = batches.next(i + 1, 2);
                BatchSeq record = new BatchSeq(batch.header(), i);
                assertThat(ledger.agent.record(record, () -> forced.add(record)))
                        .isTrue();
                ledger.after(1);
                // As the anchor does: what is final already is submitted again, and dropped.
                assertThat(ledger.agent.submit(batch)).isTrue();
                ledger.after(i % 2 == 0 ? 60 : 1);
                ledger.applied.forEach(this::keep);
                ledger.checkpoints.forEach(checkpoint -> roots.put(checkpoint.treeSize(), checkpoint.root()));
            }
            ledger.after(60);
            ledger.checkpoints.forEach(checkpoint -> roots.put(checkpoint.treeSize(), checkpoint.root()));
        }

        private void keep(Applied applied) {
            blocks.put(applied.height(), applied);
            roots.put(applied.treeSize(), applied.root());
        }

        void checkRemembers(Life before, String story) {
            for (Map.Entry<Long, Applied> told : before.blocks.entrySet()) {
                Applied now = Objects.requireNonNull(blocks.get(told.getKey()), story);
                assertThat(now.root()).as(story).isEqualTo(told.getValue().root());
                assertThat(now.batches()).as(story).isEqualTo(told.getValue().batches());
            }
            before.roots.forEach((size, root) ->
                    assertThat(roots.getOrDefault(size, root)).as(story).isEqualTo(root));
            assertThat(log.records()).as(story).containsAll(before.forced);
            long events =
                    blocks.values().stream().mapToLong(Applied::eventCount).sum();
            assertThat(events).as(story).isEqualTo(BATCHES * (BATCHES + 1) / 2 + 2 * BATCHES);
            checkCosignedOnce(story);
        }

        private void checkCosignedOnce(String story) {
            Map<Long, Hash> signed = new HashMap<>();
            long largest = 0;
            for (VoteRecord record : log.records()) {
                if (record instanceof Cosigned cosigned) {
                    assertThat(signed.putIfAbsent(cosigned.treeSize(), cosigned.root()))
                            .as(story)
                            .isNull();
                    assertThat(cosigned.treeSize()).as(story).isGreaterThan(largest);
                    largest = cosigned.treeSize();
                }
            }
        }
    }
}
