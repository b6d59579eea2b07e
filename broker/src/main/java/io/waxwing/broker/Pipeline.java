package io.waxwing.broker;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.anchor.batch.BatchBuilder;
import io.waxwing.anchor.batch.BatchLimits;
import io.waxwing.anchor.runtime.AnchorAgent;
import io.waxwing.anchor.runtime.AnchorLanes;
import io.waxwing.anchor.runtime.AnchorMetrics;
import io.waxwing.anchor.runtime.AnchorParts;
import io.waxwing.anchor.runtime.ChallengeAgent;
import io.waxwing.anchor.runtime.PayloadAgent;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.dispatch.BatchContents;
import io.waxwing.broker.dispatch.Dispatcher;
import io.waxwing.broker.dispatch.GapRules;
import io.waxwing.broker.dispatch.History;
import io.waxwing.broker.dispatch.LiveRoutes;
import io.waxwing.broker.intake.CarriedEvents;
import io.waxwing.broker.intake.EntrustedPayloads;
import io.waxwing.broker.intake.HeldBytes;
import io.waxwing.broker.intake.HeldShares;
import io.waxwing.broker.intake.Intake;
import io.waxwing.broker.intake.IntakeMetrics;
import io.waxwing.broker.intake.Journal;
import io.waxwing.broker.intake.JournaledEvent;
import io.waxwing.broker.intake.StorageGuard;
import io.waxwing.broker.intake.StoredBatches;
import io.waxwing.broker.intake.Topics;
import io.waxwing.broker.runtime.Agent;
import io.waxwing.broker.runtime.CoreCalls;
import io.waxwing.broker.runtime.CoreThread;
import io.waxwing.broker.runtime.Pools;
import io.waxwing.broker.store.Column;
import io.waxwing.broker.store.Database;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.StoredSessions;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.dispute.Disputes;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.spi.LedgerListener;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.node.runtime.LedgerAgent;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Intake, journal, anchor, ledger and dispatch with their threads: journal has its own, because it sleeps in the force;
 * the other three share the core thread, because a crossing costs more than their work.
 */
final class Pipeline {
    private static final Logger LOG = LoggerFactory.getLogger(Pipeline.class);
    private static final int READER_THREADS = 2;
    private static final int READERS_QUEUED = 1024;
    private static final long DRAIN_NANOS = TimeUnit.SECONDS.toNanos(5);

    final Topics topics;
    final Intake intake;
    final Dispatcher dispatcher;
    final LiveRoutes live;
    final StorageGuard guard;
    final EventJournal events;
    final DeliveryIndex index;
    final StoredSessions sessions;
    final StoredSessions subscriptions;
    final ErasurePart erasure;
    final GrantPart grants;

    private final LedgerPart part;
    private final CoreCalls calls = new CoreCalls(this::wakeCore);
    private final AudiencePart audience;
    private final HeldShares held;
    private final AnchorLanes<JournaledEvent> anchors;
    private final @Nullable PayloadAgent payloads;
    private final @Nullable ChallengeAgent challenges;
    private final LedgerAgent ledger;
    private final CoreIntake coreIntake;
    private final CoreThread core;
    private final CoreThread sessionThread;
    private final Journal journal;
    private final ThreadPoolExecutor readers = Pools.bounded("admin", READER_THREADS, READERS_QUEUED);
    private final Consumer<Throwable> onFailure;
    // The core thread is made last, of agents that wake it.
    private volatile Runnable wake = () -> {};
    private volatile Runnable wakeSessions = () -> {};

    Pipeline(
            BrokerConfig config,
            Database database,
            LedgerPart part,
            AudiencePart audience,
            MeterRegistry metrics,
            Consumer<Throwable> onFailure) {
        this.part = part;
        this.audience = audience;
        this.onFailure = onFailure;
        ledger = part.agent;
        topics = audience.topics(config, database);
        events = new EventJournal(database);
        index = new DeliveryIndex(database);
        guard = new StorageGuard(database::usableBytes, config.storeReserveBytes());
        IntakeMetrics intakeMetrics = new IntakeMetrics(metrics);
        held = new HeldShares(config.limits().intakeBytes());
        held.divide(audience.audiences.ids().size());
        HeldBytes entrusted = new HeldBytes(config.limits().entrustedBytes());
        intake = new Intake(
                topics,
                intakeMetrics,
                config.limits().ringSlots(),
                config.limits().eventBytes(),
                held,
                entrusted,
                Pools.threads("journal"));
        StoredBatches batches = new StoredBatches(events, topics);
        grants = new GrantPart(part, audience, topics, calls, metrics);
        dispatcher = new Dispatcher(
                audience.audiences::contains,
                new BatchContents(batches, index),
                index,
                nextPosition -> new History(events, index, topics, nextPosition),
                readers,
                this::wakeCore,
                gapRules(config, batches),
                metrics);
        live = new LiveRoutes(topics.live(), dispatcher, topics::isHome);
        AnchorMetrics anchorMetrics = new AnchorMetrics(metrics);
        anchors = new AnchorLanes<>(audience.audiences, lane -> anchor(lane, anchorMetrics));
        EntrustedPayloads store = new EntrustedPayloads(intake, index, batches);
        payloads = audience.agent(store, anchors::onHeld, readers, calls, metrics);
        challenges = payloads == null ? null : audience.challenger(store, payloads, readers);
        erasure = erasure(database, batches, metrics);
        coreIntake = new CoreIntake(dispatcher, anchors, intake::releaseWaiting, entrusted::release, this::wakeCore);
        journal = new Journal(
                audience.origins(),
                events,
                topics,
                guard,
                coreIntake,
                new Secrets(),
                System::currentTimeMillis,
                intakeMetrics,
                intake::releaseWaiting);
        sessions = new StoredSessions(database, Column.SESSIONS, this::wakeSessions);
        subscriptions = new StoredSessions(database, Column.SUBSCRIPTIONS, this::wakeSessions);
        sessionThread = new CoreThread(
                "sessions",
                List.of(
                        Agent.of(now -> sessions.writeGroup(), () -> Long.MAX_VALUE),
                        Agent.of(now -> subscriptions.writeGroup(), () -> Long.MAX_VALUE)),
                this::sessionsFailed);
        wakeSessions = sessionThread::wake;
        core = new CoreThread("core", agents(), this::coreFailed);
        wake = core::wake;
        register(metrics);
    }

    private GapRules gapRules(BrokerConfig config, StoredBatches batches) {
        return new GapRules(
                batches, audience::institutionOf, config.ledger().gapAfter().toNanos(), grants.gate);
    }

    private ErasurePart erasure(Database database, StoredBatches batches, MeterRegistry metrics) {
        ErasurePart made = new ErasurePart(part, audience, index, batches, events, database, readers, calls, metrics);
        dispatcher.erasing(made.erasing::onApplied, made::onHeld);
        return made;
    }

    private AnchorAgent<JournaledEvent> anchor(Lane lane, AnchorMetrics metrics) {
        AnchorParts<JournaledEvent> parts = new AnchorParts<>(
                new BatchBuilder<>(lane, BatchLimits.DEFAULT, part.originKey, part.ledgerId()),
                ledger,
                audience.audiences.nodes(lane.audienceId()),
                audience::send,
                CarriedEvents::of,
                dispatcher::onClosed);
        return new AnchorAgent<>(lane, parts, metrics);
    }

    private void register(MeterRegistry metrics) {
        Gauge.builder("waxwing.pipeline.ring.utilization.ratio", intake, Intake::utilization)
                .description("Share of the intake ring in use")
                .register(metrics);
        Gauge.builder("waxwing.pipeline.held", held, HeldShares::bytes)
                .description("Bytes of events between admission and the ledger's batches")
                .baseUnit("bytes")
                .register(metrics);
        Gauge.builder(
                        "waxwing.anchor.lanes.stalled",
                        anchors,
                        lanes -> lanes.stalled().size())
                .description("Audiences whose events wait: too few of their members sign, or batches are lost")
                .register(metrics);
    }

    /** What other threads want done on the core thread; may refuse. */
    Executor calls() {
        return calls;
    }

    private void wakeCore() {
        wake.run();
    }

    private void wakeSessions() {
        wakeSessions.run();
    }

    private List<Agent> agents() {
        Agent anchorAgent = Agent.of(anchors::doWork, anchors::nextWorkNanos);
        Agent ledgerAgent = Agent.of(ledger::doWork, ledger::nextTimeoutNanos);
        PayloadAgent ofOthers = payloads;
        ChallengeAgent quarrels = challenges;
        return ofOthers == null || quarrels == null
                ? List.of(coreIntake, calls, anchorAgent, erasure.erasing, grants.granting, ledgerAgent, dispatcher)
                : List.of(
                        coreIntake,
                        calls,
                        anchorAgent,
                        Agent.of(ofOthers::doWork, ofOthers::nextWorkNanos),
                        Agent.of(quarrels::doWork, quarrels::nextWorkNanos),
                        erasure.erasing,
                        grants.granting,
                        ledgerAgent,
                        dispatcher);
    }

    /** Recovers what a stop left behind, then starts the threads. */
    void start() {
        PayloadAgent ofOthers = payloads;
        Consumer<Applied.AppliedBatch> search = ofOthers == null ? Pipeline::lost : ofOthers::want;
        grants.start(ledger.disputes());
        Recovery recovery = new Recovery(events, index, topics, dispatcher, part.recovered(search));
        long resumed = recovery.run(anchors, coreIntake);
        bindLeftLanes();
        if (resumed > 0) {
            LOG.info("{} durable events of signed batches are not final yet and go on to the ledger", resumed);
        }
        if (ofOthers != null && part.peering != null) {
            anchors.all().forEach(anchor -> anchor.lost().forEach(ofOthers::search));
            part.store.originHeads().forEach(head -> ofOthers.restore(head.lane(), head.batchSeq()));
            part.peering.traffic.receive(Channel.PAYLOAD, ofOthers::onFrame);
        }
        erasure.erasing.onDisputes(ledger.disputes());
        if (challenges != null) {
            challenges.onDisputes(ledger.disputes(), ledger.height(), 0);
        }
        ledger.start(new Listener(), core::wake, System.nanoTime());
        core.start();
        sessionThread.start();
        intake.start(journal, this::journalFailed);
    }

    /** This node may come back to an audience that it has left. */
    private void bindLeftLanes() {
        for (OriginHead head : part.store.originHeads()) {
            bind(head.lane(), head.batchSeq(), head.originSeq());
        }
        for (VoteRecord.BatchSeq record : ledger.recordedBatches()) {
            BatchStatement statement = record.header().statement();
            bind(record.lane(), record.batchSeq(), statement.originSeqFirst() + statement.eventCount() - 1);
        }
    }

    private void bind(Lane lane, long batchSeq, long originSeq) {
        if (lane.originId() == part.self.originId() && anchors.of(lane.audienceId()) == null) {
            anchors.bind(lane.audienceId(), batchSeq, originSeq);
        }
    }

    /**
     * Another registry is in force from the next block on: who is in which audience, who may send and who must hold.
     * Core thread.
     */
    void onRegistry(Registry registry) {
        audience.onRegistry(registry);
        PayloadAgent ofOthers = payloads;
        if (ofOthers != null) {
            ofOthers.onRegistry(registry);
            Objects.requireNonNull(challenges).onTerms(registry.challengeTerms());
        }
        anchors.onRegistry();
        held.divide(audience.audiences.ids().size());
    }

    /** Null while every lane that lost batches has found them. */
    @Nullable String laneProblem() {
        for (AnchorLanes.Stalled lane : anchors.stalled()) {
            if (!lane.lost().isEmpty()) {
                return "batches " + lane.lost() + " of lane " + lane.lane()
                        + " are lost with this node's data and no member has given them back; events of that audience"
                        + " are durable and wait";
            }
        }
        return null;
    }

    private static void lost(Applied.AppliedBatch applied) {
        BatchReference batch = applied.reference();
        throw new RefusedException(
                FailureCode.DATA_DAMAGED,
                "batch " + batch.batchSeq() + " of lane " + batch.lane()
                        + " is final but its events are not in the journal");
    }

    private final class Listener implements LedgerListener {
        @Override
        public void onApplied(Applied applied) {
            anchors.onApplied(applied);
            if (payloads != null) {
                payloads.onApplied(applied);
            }
            dispatcher.onApplied(applied);
            grants.onApplied(applied);
        }

        @Override
        public void onDisputes(Disputes disputes, long height, long timeMs) {
            erasure.erasing.onDisputes(disputes);
            grants.onDisputes(disputes);
            if (challenges != null) {
                challenges.onDisputes(disputes, height, timeMs);
            }
        }

        @Override
        public void onEpoch(ConfigLeaf config) {
            if (config.epoch() >= part.inForce().epoch()) {
                part.onEpoch(config);
                onRegistry(part.registry());
            }
        }

        @Override
        public void onCheckpoint(PublishedCheckpoint checkpoint) {
            LOG.debug("checkpoint of size {}", checkpoint.treeSize());
        }
    }

    private void journalFailed(Throwable failure) {
        failed("journal", failure);
    }

    private void coreFailed(Throwable failure) {
        failed("core", failure);
    }

    private void sessionsFailed(Throwable failure) {
        failed("sessions", failure);
    }

    private void failed(String thread, Throwable failure) {
        LOG.atError().addKeyValue("code", "WXW-1399").setCause(failure).log("the {} thread stopped", thread);
        intake.refuseEverything();
        onFailure.accept(failure);
    }

    /** Null while the core thread turns. */
    @Nullable String coreProblem() {
        long silent = core.sinceLastTurnNanos();
        return silent < DRAIN_NANOS ? null : "no turn for " + TimeUnit.NANOSECONDS.toSeconds(silent) + " s";
    }

    /** Writes what was taken, lets the core finish what it can, and ends the threads. */
    void stop() throws InterruptedException {
        intake.close();
        long deadline = System.nanoTime() + DRAIN_NANOS;
        while (!(coreIntake.isEmpty() && anchors.isIdle()) && System.nanoTime() - deadline < 0) {
            core.awaitTurn();
        }
        core.stop();
        while (!(sessions.isEmpty() && subscriptions.isEmpty()) && System.nanoTime() - deadline < 0) {
            sessionThread.awaitTurn();
        }
        sessionThread.stop();
        readers.shutdown();
        boolean drained = readers.awaitTermination(DRAIN_NANOS, TimeUnit.NANOSECONDS);
        if (!drained) {
            LOG.warn("reads of history were cut off");
        }
    }
}
