package io.waxwing.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.control.Change;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.verify.TrustChain;
import io.waxwing.node.check.LedgerCheck;
import io.waxwing.node.crypto.KeyRing;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.snapshot.Arrival;
import io.waxwing.node.store.AppliedReader;
import io.waxwing.testkit.fake.DiskFaults;
import io.waxwing.testkit.fake.MemoryLedgerStore;
import io.waxwing.testkit.fake.MemoryVoteLog;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Whole ledgers that somebody comes to late: he begins with a snapshot, whatever one of the others says. */
class SnapshotTest {
    private static final Signatures SIGNATURES = Signatures.bouncyCastle();
    private static final long BEHIND = 200;
    private static final int LIAR = 1;

    private final Consortium four = new Consortium(4);
    private long submitted;

    private Consortium.Node node(int id) {
        return four.nodes.get(id - 1);
    }

    private void load(int blocks) {
        for (int i = 0; i < blocks; i++) {
            submitted++;
            node(2).agent().submit(four.batch(2, submitted, Hash.ZERO));
            four.run(12);
        }
    }

    /** Until the last point of all has that height. */
    private void growTo(long height) {
        while (node(2).agent().height() < height) {
            load(4);
        }
    }

    private void again() {
        long last = node(2).applied.stream()
                .flatMap(block -> block.batches().stream())
                .mapToLong(batch -> batch.reference().batchSeq())
                .max()
                .orElse(0);
        for (long batchSeq = last + 1; batchSeq <= submitted; batchSeq++) {
            node(2).agent().submit(four.batch(2, batchSeq, Hash.ZERO));
        }
        four.run(200);
    }

    private void agree(Change change, int... voters) {
        Hash intent = node(1).agent().governance().propose(List.of(change));
        four.run(1200);
        for (int voter : voters) {
            node(voter).agent().governance().vote(intent, true);
        }
        load(40);
        four.run(1000);
        again();
    }

    private ConfigLeaf newest() {
        List<ConfigLeaf> epochs = node(1).epochs;
        return epochs.isEmpty() ? four.genesis : epochs.get(epochs.size() - 1);
    }

    /** Under load, until the node runs. */
    private void arrive(Consortium.Node node, ConfigLeaf known) {
        node.arrive(known, BEHIND);
        for (int i = 0; i < 8000 && node.arrived == null; i++) {
            if (i % 20 == 0) {
                load(1);
            }
            four.run(8);
        }
    }

    private void assertSameLedger(Consortium.Node node) {
        four.run(3000);
        assertThat(node.agent().health().isRunning()).isTrue();
        assertThat(node.store.state()).isEqualTo(node(2).store.state());
        assertThat(new LedgerCheck(node.store, SIGNATURES).run()).isEmpty();
        AppliedReader here = new AppliedReader(node.store);
        AppliedReader there = new AppliedReader(node(2).store);
        for (long height = 1; height <= node.agent().height(); height++) {
            assertThat(here.at(height)).isEqualTo(there.at(height));
        }
    }

    private void assertBeganWithSnapshot(Consortium.Node node) {
        assertThat(node.arrived)
                .as("of " + node(2).agent().height() + " blocks")
                .isEqualTo(Arrival.Outcome.ADOPTED);
        assertThat(node.store.bodiesFrom()).isGreaterThanOrEqualTo(256);
        assertThat(node.applied).allMatch(block -> block.height() > node.store.bodiesFrom());
    }

    @Test
    void aNewcomerBeginsWithASnapshotAfterTwoEpochsAndVotes() {
        load(30);
        agree(new Change.AddMember(Consortium.join(5, Consortium.keys(5))), 2, 3);
        Consortium.Node fifth = four.newcomer(5);
        ConfigLeaf known = newest();
        // It comes later still, in an epoch that its trust chain does not know.
        node(4).crash(0);
        node(4).ring = new KeyRing(List.of(Consortium.keys(4), Consortium.rotated(4)));
        node(4).start();
        agree(new Change.ReplaceMember(Consortium.join(4, Consortium.rotated(4))), 2, 3, 4);
        growTo(275);

        arrive(fifth, known);

        assertBeganWithSnapshot(fifth);
        assertSameLedger(fifth);
        assertThat(fifth.metrics.get("waxwing.ledger.voting").gauge().value()).isOne();
        ByteString chain = fifth.agent().reader().trustChain();
        TrustChain.Walked walked = TrustChain.decode(chain).walk(four.genesis.policy(), SIGNATURES);
        assertThat(walked.epochs()).hasSize(3);
        // Four of five are a quorum, and one of them is gone.
        node(3).crash(0);
        load(5);
        four.run(5000);
        assertThat(fifth.agent().height()).isEqualTo(node(2).agent().height());
        assertThat(fifth.applied)
                .anyMatch(block -> block.batches().stream()
                        .anyMatch(batch -> batch.reference().batchSeq() == submitted));
    }

    /** What one node may send instead of an answer; the first byte of a frame tells its kind. */
    private static Map<String, UnaryOperator<byte[]>> lies() {
        Map<String, UnaryOperator<byte[]>> lies = new TreeMap<>();
        lies.put("a point that nobody else has", frame -> frame[0] == 4 ? withMark(frame) : frame);
        lies.put("another state record", frame -> frame[0] == 8 ? flipped(frame, 40) : frame);
        lies.put("another certificate", frame -> frame[0] == 8 ? flipped(frame, frame.length - 230) : frame);
        lies.put("another header above", frame -> frame[0] == 8 ? flipped(frame, frame.length - 8) : frame);
        lies.put("another end of an epoch", frame -> frame[0] == 6 ? flipped(frame, frame.length - 1) : frame);
        lies.put("another CONFIG", frame -> frame[0] == 6 ? flipped(frame, 400) : frame);
        lies.put("another tile", frame -> frame[0] == 10 ? flipped(frame, frame.length - 1) : frame);
        lies.put("another leaf", frame -> frame[0] == 12 ? flipped(frame, frame.length - 1) : frame);
        lies.put("half an answer", frame -> frame[0] == 12 ? Arrays.copyOf(frame, frame.length / 2) : frame);
        lies.put("nothing", frame -> frame[0] == 12 ? withoutLeaves(frame) : frame);
        lies.put("an answer to another question", frame -> frame[0] == 12 ? flipped(frame, 16) : frame);
        return lies;
    }

    private static byte[] flipped(byte[] frame, int at) {
        byte[] other = frame.clone();
        other[at] ^= 1;
        return other;
    }

    private static byte[] withMark(byte[] frame) {
        ByteWriter out = new ByteWriter(frame.length + 40);
        out.u8(4).u16((frame[2] & 0xff) + 1).bytes(Arrays.copyOfRange(frame, 3, frame.length));
        return out.u63(100_000).hash(Hash.ZERO).toBytes();
    }

    private static byte[] withoutLeaves(byte[] frame) {
        return new ByteWriter(19).bytes(Arrays.copyOf(frame, 17)).u16(0).toBytes();
    }

    private Consortium.Node emptied(Consortium.Node node) {
        node.crash(0);
        node.store = new MemoryLedgerStore(node.faults);
        node.log = new MemoryVoteLog(node.faults);
        node.applied.clear();
        return node;
    }

    private void removeTheFourth() {
        load(5);
        agree(new Change.RemoveMember("m4"), 2, 3);
        growTo(270);
    }

    @Test
    void aNodeThatLiesIsLeftAndAnotherOneAsked() {
        removeTheFourth();
        Consortium.Node auditor = four.newcomer(5);
        lies().forEach((name, lie) -> {
            boolean[] told = new boolean[1];
            four.forger = (from, frame) -> {
                byte[] sent = from == LIAR ? lie.apply(frame) : frame;
                told[0] |= sent != frame;
                return sent;
            };
            emptied(auditor).arrive(four.genesis, BEHIND);
            four.run(15_000);
            assertThat(told[0]).as(name).isTrue();
            assertThat(auditor.arrived).as(name).isEqualTo(Arrival.Outcome.ADOPTED);
            assertThat(auditor.store.state()).as(name).isEqualTo(node(2).store.state());
        });
        four.forger = (from, frame) -> frame;
        assertBeganWithSnapshot(auditor);
        assertSameLedger(auditor);
    }

    @Test
    void whatTheLeavesContradictIsRefusedThoughAllSaySo() {
        removeTheFourth();
        four.forger = (from, frame) -> {
            if (frame[0] == 4) {
                LedgerStore.Point point = node(from).store.points().get(0);
                byte[] record = flipped(point.state().toBytes(), 15);
                return new ByteWriter(64)
                        .u8(4)
                        .u16(1)
                        .u63(point.height())
                        .hash(Sha256.digest(record))
                        .toBytes();
            }
            return frame[0] == 8 ? flipped(frame, 13 + 15) : frame;
        };
        Consortium.Node auditor = four.newcomer(5);
        auditor.arrive(four.genesis, BEHIND);
        four.run(20_000);

        assertThat(auditor.arrived).isEqualTo(Arrival.Outcome.GIVEN_UP);
        // It goes on as everybody did before there were snapshots.
        assertThat(auditor.store.bodiesFrom()).isZero();
        assertSameLedger(auditor);
    }

    @Test
    void aYoungLedgerIsExecutedBlockByBlock() {
        load(20);
        Consortium.Node auditor = four.newcomer(5);
        auditor.arrive(four.genesis, BEHIND);
        four.run(3000);

        assertThat(auditor.arrived).isEqualTo(Arrival.Outcome.NOT_NEEDED);
        assertSameLedger(auditor);
    }

    @Test
    void nobodyToAskIsWaitedForWithinABound() {
        removeTheFourth();
        Consortium.Node auditor = four.newcomer(5);
        four.lost = frame -> frame[0] == 4;
        auditor.arrive(four.genesis, BEHIND);
        four.run(29_000);
        assertThat(auditor.arrived).isNull();

        four.run(1100);

        assertThat(auditor.arrived).isEqualTo(Arrival.Outcome.GIVEN_UP);
    }

    @Test
    void aCrashAtAnyStepLosesNothingButTime() {
        removeTheFourth();
        Consortium.Node auditor = four.newcomer(5);
        long before = auditor.faults.steps();
        auditor.arrive(four.genesis, BEHIND);
        four.run(500);
        assertThat(auditor.arrived).isEqualTo(Arrival.Outcome.ADOPTED);
        long steps = 6;
        assertThat(auditor.faults.steps() - before).isGreaterThanOrEqualTo(steps);
        for (long step = 0; step < steps; step++) {
            for (int kept : new int[] {0, 2, 100}) {
                crashAndArrive(emptied(auditor), step, kept % 4 == 0, kept);
            }
        }
        assertSameLedger(auditor);
    }

    private void crashAndArrive(Consortium.Node auditor, long step, boolean afterEffect, int kept) {
        String story = "crash " + (afterEffect ? "after" : "before") + " step " + step + ", kept " + kept;
        auditor.faults.crashAt(step, afterEffect);
        auditor.arrive(four.genesis, BEHIND);
        assertThatThrownBy(() -> four.run(500)).as(story).isInstanceOf(DiskFaults.Crash.class);
        auditor.crash(kept);
        if (auditor.store.state() == null) {
            auditor.arrive(four.genesis, BEHIND);
        } else {
            auditor.start();
        }
        ByteString there = node(2).store.state();
        for (int i = 0; i < 150 && !there.equals(auditor.store.state()); i++) {
            four.run(100);
        }
        assertThat(auditor.store.state()).as(story).isEqualTo(there);
    }

    @Test
    void whatWasFetchedDoesNotHarmWhoeverGoesOnWithoutIt() {
        removeTheFourth();
        Consortium.Node auditor = four.newcomer(5);
        // Behind all leaves and the force of the vote log.
        auditor.arrive(four.genesis, BEHIND);
        four.run(500);
        long last = node(2).store.points().get(0).height();
        auditor = emptied(auditor);
        auditor.faults.crashAt(4, true);
        auditor.arrive(four.genesis, BEHIND);
        assertThatThrownBy(() -> four.run(500)).isInstanceOf(DiskFaults.Crash.class);
        auditor.crash(100);
        assertThat(auditor.store.treeSizeAt(last)).isPositive();
        assertThat(auditor.store.appliedHeight()).isNegative();

        auditor.start();
        four.run(5000);

        assertSameLedger(auditor);
        assertThat(auditor.applied).hasSize((int) auditor.agent().height());
    }
}
