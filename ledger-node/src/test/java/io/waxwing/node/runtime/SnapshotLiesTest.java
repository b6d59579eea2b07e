package io.waxwing.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.control.Change;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.node.check.LedgerCheck;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.snapshot.Arrival;
import io.waxwing.testkit.fake.DiskFaults;
import io.waxwing.testkit.fake.MemoryLedgerStore;
import io.waxwing.testkit.fake.MemoryVoteLog;
import io.waxwing.testkit.sim.Seeds;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * One ledger of 270 blocks and two epochs, and an auditor that comes to it again and again, while somebody lies or the
 * disk fails.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SnapshotLiesTest {
    private static final Signatures SIGNATURES = Signatures.bouncyCastle();
    private static final long BEHIND = 200;
    private static final int LIAR = 1;
    private static final int SEEDS = 15;

    private final Consortium four = new Consortium(4);
    private final Consortium.Node auditor = four.newcomer(5);

    private Consortium.Node node(int id) {
        return four.nodes.get(id - 1);
    }

    @BeforeAll
    void grow() {
        Hash intent = node(1).agent().governance().propose(List.of(new Change.RemoveMember("m4")));
        four.run(1200);
        node(2).agent().governance().vote(intent, true);
        node(3).agent().governance().vote(intent, true);
        for (long batchSeq = 1; node(2).agent().height() < 270; batchSeq++) {
            node(2).agent().submit(four.batch(2, batchSeq, Hash.ZERO));
            four.run(12);
            if (node(2).epochs.size() == 1 && batchSeq > lastOrdered() + 8) {
                // What was certified by those of the epoch before has to be certified again.
                batchSeq = lastOrdered();
            }
        }
    }

    private long lastOrdered() {
        return node(2).applied.stream()
                .flatMap(block -> block.batches().stream())
                .mapToLong(batch -> batch.reference().batchSeq())
                .max()
                .orElse(0);
    }

    @BeforeEach
    void begin() {
        four.forger = (from, frame) -> frame;
        four.lost = frame -> false;
        four.slowness = from -> 0;
        auditor.faults.refuse(false);
        auditor.faults.crashAt(Integer.MAX_VALUE, false);
        emptied(auditor);
    }

    private void assertSameLedger() {
        four.run(3000);
        assertThat(auditor.agent().health().isRunning()).isTrue();
        assertThat(auditor.store.state()).isEqualTo(node(2).store.state());
        assertThat(new LedgerCheck(auditor.store, SIGNATURES).run()).isEmpty();
    }

    private Consortium.Node emptied(Consortium.Node node) {
        node.crash(0);
        node.store = new MemoryLedgerStore(node.faults);
        node.log = new MemoryVoteLog(node.faults);
        node.applied.clear();
        return node;
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
        lies.put("one leaf at a time", frame -> frame[0] == 12 ? withOneLeaf(frame) : frame);
        lies.put("more points than anybody keeps", frame -> frame[0] == 4 ? withManyMarks() : frame);
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

    private static byte[] withOneLeaf(byte[] frame) {
        int length = ByteBuffer.wrap(frame).getInt(19);
        ByteWriter out = new ByteWriter(frame.length);
        return out.bytes(Arrays.copyOf(frame, 17))
                .u16(1)
                .bytes(Arrays.copyOfRange(frame, 19, 23 + length))
                .toBytes();
    }

    private static byte[] withManyMarks() {
        ByteWriter out = new ByteWriter(1024).u8(4).u16(17);
        for (int i = 0; i < 17; i++) {
            out.u63(256).hash(Hash.ZERO);
        }
        return out.toBytes();
    }

    @Test
    void aNodeThatLiesIsLeftAndAnotherOneAsked() {
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
        assertThat(auditor.store.bodiesFrom()).isEqualTo(256);
        assertSameLedger();
    }

    @Test
    void whatTheLeavesContradictIsRefusedThoughAllSaySo() {
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
        auditor.arrive(four.genesis, BEHIND);
        four.run(20_000);

        assertThat(auditor.arrived).isEqualTo(Arrival.Outcome.GIVEN_UP);
        // It goes on as everybody did before there were snapshots.
        assertThat(auditor.store.bodiesFrom()).isZero();
        assertSameLedger();
    }

    @Test
    void nobodyToAskIsWaitedForWithinABound() {
        four.lost = frame -> frame[0] == 4;
        auditor.arrive(four.genesis, BEHIND);
        four.run(29_000);
        assertThat(auditor.arrived).isNull();

        four.run(1100);

        assertThat(auditor.arrived).isEqualTo(Arrival.Outcome.GIVEN_UP);
    }

    @Test
    void aCrashAtAnyStepLosesNothingButTime() {
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
        assertSameLedger();
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
        for (int i = 0; i < 150 && !node(2).store.state().equals(auditor.store.state()); i++) {
            four.run(100);
        }
        assertThat(auditor.store.state()).as(story).isEqualTo(node(2).store.state());
    }

    private long bundles() {
        long last = node(2).store.points().get(0).height();
        return (node(2).store.treeSizeAt(last) + Tile.WIDTH - 1) / Tile.WIDTH;
    }

    /** Milliseconds until the auditor has a ledger. */
    private long arrivalMs() {
        emptied(auditor).arrive(four.genesis, BEHIND);
        long passed = 0;
        for (; auditor.arrived == null && passed < 60_000; passed += 10) {
            four.run(10);
        }
        assertThat(auditor.arrived).isEqualTo(Arrival.Outcome.ADOPTED);
        return passed;
    }

    @Test
    void aNodeThatIsSilentOrSlowCostsTheTimeOfOneAnswer() {
        long alone = arrivalMs();
        assertThat(alone).isLessThan(1000);
        for (long slowMs : new long[] {4900, 1_000_000}) {
            for (int slow = 1; slow <= 3; slow++) {
                int one = slow;
                four.slowness = from -> from == one ? slowMs : 0;
                assertThat(arrivalMs())
                        .as("node %d, %d ms", slow, slowMs)
                        .isLessThan(alone + Math.min(5000, slowMs) + 600);
            }
        }
    }

    @Test
    void twoThatArriveAtOnceDoNotWaitForEachOther() {
        Consortium.Node other = four.newcomer(6);
        emptied(auditor).arrive(four.genesis, BEHIND);
        other.arrive(four.genesis, BEHIND);
        four.run(1000);
        assertThat(auditor.arrived).isEqualTo(Arrival.Outcome.ADOPTED);
        assertThat(other.arrived).isEqualTo(Arrival.Outcome.ADOPTED);
        other.crash(0);
    }

    @Test
    void aFullDiskIsWaitedForAtEveryWrite() {
        // Every bundle of leaves, the vote log, the state.
        for (long step = 0; step < bundles() + 2; step++) {
            emptied(auditor).faults.refuseFrom(step);
            auditor.arrive(four.genesis, BEHIND);
            four.run(5000);
            assertThat(auditor.arrived).as("full at write " + step).isNull();
            assertThat(auditor.store.state()).isNull();
            auditor.faults.refuse(false);
            four.run(2000);
            assertThat(auditor.arrived).as("after it was full at write " + step).isEqualTo(Arrival.Outcome.ADOPTED);
            assertNoHoles();
        }
        assertSameLedger();
    }

    @Test
    void aDiskThatStaysFullRefusesTheStartAndTheNextOneGoesOn() {
        auditor.faults.refuseFrom(1);
        auditor.arrive(four.genesis, BEHIND);
        assertThatThrownBy(() -> four.run(40_000)).hasMessageContaining("WXW-3121");
        auditor.crash(100);
        assertThat(auditor.store.state()).isNull();
        auditor.faults.refuse(false);

        auditor.arrive(four.genesis, BEHIND);
        four.run(1000);

        assertThat(auditor.arrived).isEqualTo(Arrival.Outcome.ADOPTED);
        assertSameLedger();
    }

    private void assertNoHoles() {
        long size = auditor.store.treeSizeAt(auditor.store.appliedHeight());
        for (long leaf = 0; leaf < size; leaf++) {
            assertThat(auditor.store.leaf(leaf)).isEqualTo(node(2).store.leaf(leaf));
        }
    }

    @Test
    void whateverHappensTogetherItEndsWithTheWholeLedger() {
        List<UnaryOperator<byte[]>> lies = List.copyOf(lies().values());
        Seeds.forEach(SEEDS, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            UnaryOperator<byte[]> lie = lies.get(random.nextInt(lies.size()));
            int liar = 1 + random.nextInt(3);
            int slow = 1 + random.nextInt(3);
            long slowMs = random.nextInt(6000);
            four.forger = (from, frame) -> from == liar ? lie.apply(frame) : frame;
            four.slowness = from -> from == slow ? slowMs : 0;
            emptied(auditor);
            liveAndDie(random);
            assertThat(auditor.store.state()).isEqualTo(node(2).store.state());
            assertNoHoles();
        });
        four.forger = (from, frame) -> frame;
        assertSameLedger();
    }

    /** Up to two lives that may end with a crash or a start that is refused, and one that goes on. */
    private void liveAndDie(SplittableRandom random) {
        for (int life = random.nextInt(3); life >= 0; life--) {
            if (life > 0) {
                auditor.faults.crashAt(random.nextInt(8), random.nextBoolean());
                auditor.faults.refuseFrom(random.nextBoolean() ? random.nextInt(8) : Integer.MAX_VALUE);
            }
            try {
                if (auditor.store.state() == null) {
                    auditor.arrive(four.genesis, BEHIND);
                } else {
                    auditor.start();
                }
                four.run(random.nextInt(8000));
                auditor.faults.refuse(false);
                four.run(15_000);
            } catch (DiskFaults.Crash | LedgerFailure end) {
                assertThat(end.getMessage()).contains("simulated");
            }
            auditor.faults.refuse(false);
            auditor.faults.crashAt(Integer.MAX_VALUE, false);
            if (life > 0) {
                auditor.crash(random.nextInt(6));
            }
        }
    }

    @Test
    void whatWasFetchedDoesNotHarmWhoeverGoesOnWithoutIt() {
        long last = node(2).store.points().get(0).height();
        // Behind all leaves and the force of the vote log.
        auditor.faults.crashAt(bundles(), true);
        auditor.arrive(four.genesis, BEHIND);
        assertThatThrownBy(() -> four.run(500)).isInstanceOf(DiskFaults.Crash.class);
        auditor.crash(100);
        assertThat(auditor.store.treeSizeAt(last)).isPositive();
        assertThat(auditor.store.appliedHeight()).isNegative();

        auditor.start();
        four.run(5000);

        assertSameLedger();
        assertThat(auditor.applied).hasSize((int) auditor.agent().height());
    }
}
