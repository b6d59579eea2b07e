package io.waxwing.broker;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.anchor.availability.AudienceNodes;
import io.waxwing.anchor.availability.Audiences;
import io.waxwing.anchor.batch.BatchBuilder;
import io.waxwing.anchor.batch.BatchLimits;
import io.waxwing.anchor.runtime.AnchorAgent;
import io.waxwing.anchor.runtime.AnchorLanes;
import io.waxwing.anchor.runtime.AnchorMetrics;
import io.waxwing.anchor.runtime.AnchorParts;
import io.waxwing.broker.dispatch.BatchContents;
import io.waxwing.broker.dispatch.Dispatcher;
import io.waxwing.broker.dispatch.GapRules;
import io.waxwing.broker.dispatch.History;
import io.waxwing.broker.grant.RightsGate;
import io.waxwing.broker.intake.AudienceNames;
import io.waxwing.broker.intake.CarriedEvents;
import io.waxwing.broker.intake.IntakeMetrics;
import io.waxwing.broker.intake.Journal;
import io.waxwing.broker.intake.JournalDriver;
import io.waxwing.broker.intake.JournaledEvent;
import io.waxwing.broker.intake.Origins;
import io.waxwing.broker.intake.StorageGuard;
import io.waxwing.broker.intake.StoredBatches;
import io.waxwing.broker.intake.Topics;
import io.waxwing.broker.receipt.Receipts;
import io.waxwing.broker.sim.MemoryColumns;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.spi.LedgerListener;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.ledger.spi.VoteLog;
import io.waxwing.node.crypto.NodeKeys;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.runtime.LedgerAgent;
import io.waxwing.node.runtime.LedgerParts;
import io.waxwing.node.runtime.LedgerSettings;
import io.waxwing.node.start.LedgerStart;
import io.waxwing.node.start.OpenedLedger;
import io.waxwing.node.store.AppliedReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * One life of a node without threads, files or clock: the production journal, anchor, ledger and dispatch on simulated
 * disks, called by the simulation in whatever order it likes.
 */
final class SimulatedNode implements LedgerListener {
    private static final Signatures SIGNATURES = Signatures.bouncyCastle();
    private static final String ORIGIN_LINE = "ledger.example";
    /** Small, so that short runs close batches for every reason. */
    private static final BatchLimits LIMITS = new BatchLimits(8, 400, 20_000_000);

    final Topics topics;
    final JournalDriver journal;
    final Dispatcher dispatcher;
    final Receipts receipts;
    final LedgerAgent ledger;
    private static final Lane LANE = new Lane(Genesis.SOLO_ORIGIN, Genesis.SOLO_AUDIENCE);

    final Deque<Runnable> reads = new ArrayDeque<>();
    private final AnchorLanes<JournaledEvent> anchors;
    private final CoreIntake coreIntake;
    private final VirtualTime time;
    private boolean diskIsFull;

    /** Time that passes only when the simulation says so. */
    static final class VirtualTime {
        long ms = 1_760_000_000_000L;

        long nanos() {
            return TimeUnit.MILLISECONDS.toNanos(ms);
        }
    }

    SimulatedNode(
            MemoryColumns columns,
            LedgerStore ledgerStore,
            VoteLog votes,
            VirtualTime time,
            Function<String, TopicPolicy> policies,
            SplittableRandom random) {
        this.time = time;
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        NodeKeys keys = keys();
        OpenedLedger solo =
                new LedgerStart(keys, SIGNATURES, ledgerStore).solo(ORIGIN_LINE, "sim", ledgerId -> votes, time.ms);
        ledger =
                new LedgerAgent(LedgerSettings.of(ORIGIN_LINE, "sim"), LedgerParts.alone(solo, () -> time.ms, metrics));
        topics = new Topics(
                columns,
                policies,
                100,
                (topic, audience) -> random(random),
                new AudienceNames(Map.of(), audience -> audience == 1, audience -> audience == 1),
                () -> time.ms);
        EventJournal events = new EventJournal(columns);
        DeliveryIndex index = new DeliveryIndex(columns);
        dispatcher = new Dispatcher(
                audience -> audience == LANE.audienceId(),
                new BatchContents(new StoredBatches(events, topics), index),
                index,
                next -> new History(events, index, topics, next),
                reads::add,
                () -> {},
                new GapRules(new StoredBatches(events, topics), origin -> "sim", Long.MAX_VALUE / 2, RightsGate.open()),
                metrics);
        Hash ledgerId = ledger.reader().ledgerId();
        AnchorMetrics anchorMetrics = new AnchorMetrics(metrics);
        Audiences alone =
                new Audiences(LANE.originId(), Registry.parse(solo.genesis().registry()), audience -> null);
        anchors = new AnchorLanes<>(
                alone,
                lane -> new AnchorAgent<>(
                        lane, anchorParts(new BatchBuilder<>(lane, LIMITS, keys.origin(), ledgerId)), anchorMetrics));
        coreIntake = new CoreIntake(dispatcher, anchors, () -> {}, bytes -> {}, () -> {});
        StorageGuard guard = new StorageGuard(() -> diskIsFull ? 0 : Long.MAX_VALUE, 1);
        journal = new JournalDriver(new Journal(
                new Origins(LANE.originId(), origin -> "origin-" + origin),
                events,
                topics,
                guard,
                coreIntake,
                () -> random(random),
                () -> time.ms,
                new IntakeMetrics(metrics),
                () -> {}));
        receipts = new Receipts(events, index, ledger.reader());
        new Recovery(
                        events,
                        index,
                        topics,
                        dispatcher,
                        new Recovery.LedgerSide(
                                ledger.height(),
                                new AppliedReader(ledgerStore)::at,
                                ledger::laneHead,
                                ledger.recordedBatches(),
                                false,
                                batch -> {
                                    throw new IllegalStateException("lost " + batch);
                                }))
                .run(anchors, coreIntake);
        ledger.start(this, () -> {}, time.nanos());
    }

    private AnchorParts<JournaledEvent> anchorParts(BatchBuilder<JournaledEvent> builder) {
        AudienceNodes alone = new AudienceNodes(LANE.audienceId(), LANE.originId(), 1, 1, new TreeMap<>());
        return new AnchorParts<>(builder, ledger, alone, (to, frame) -> false, CarriedEvents::of, dispatcher::onClosed);
    }

    private static Hash random(SplittableRandom random) {
        byte[] bytes = new byte[Hash.LENGTH];
        random.nextBytes(bytes);
        return Hash.of(bytes);
    }

    private static NodeKeys keys() {
        List<io.waxwing.ledger.sign.Signer> signers = List.of("vote", "cosigner", "log", "origin").stream()
                .map(name -> SIGNATURES.signer(
                        Sha256.digest(name.getBytes(StandardCharsets.UTF_8)).toBytes()))
                .toList();
        return new NodeKeys(signers.get(0), signers.get(1), signers.get(2), signers.get(3));
    }

    @Override
    public void onApplied(Applied applied) {
        anchors.onApplied(applied);
        dispatcher.onApplied(applied);
    }

    @Override
    public void onCheckpoint(PublishedCheckpoint checkpoint) {
        // Receipts ask the reader; nothing else here depends on it.
    }

    /** One turn of the core thread. */
    int coreTurn() {
        long now = time.nanos();
        return coreIntake.doWork(now) + anchors.doWork(now) + ledger.doWork(now) + dispatcher.doWork(now);
    }

    /** One read of history, if one is asked for. */
    boolean readOnce() {
        Runnable read = reads.poll();
        if (read != null) {
            read.run();
        }
        return read != null;
    }

    /** Turns until nothing is left to do, letting time pass; fails if it never ends. */
    void settle() {
        int idle = 0;
        for (int turn = 0; turn < 20_000; turn++) {
            boolean worked = journal.runGroup() > 0;
            worked |= coreTurn() > 0;
            worked |= readOnce();
            idle = worked ? 0 : idle + 1;
            if (idle > 40) {
                return;
            }
            time.ms += 10;
        }
        throw new AssertionError("the node does not come to rest");
    }

    boolean coreIsBusy() {
        return !coreIntake.isEmpty();
    }

    void diskFull(boolean full) {
        diskIsFull = full;
    }
}
