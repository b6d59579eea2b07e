package io.waxwing.broker;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.anchor.batch.BatchBuilder;
import io.waxwing.anchor.batch.BatchLimits;
import io.waxwing.anchor.runtime.AnchorAgent;
import io.waxwing.anchor.runtime.PayloadAgent;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.dispatch.BatchContents;
import io.waxwing.broker.dispatch.Dispatcher;
import io.waxwing.broker.dispatch.History;
import io.waxwing.broker.intake.CarriedEvents;
import io.waxwing.broker.intake.EntrustedPayloads;
import io.waxwing.broker.intake.HeldBytes;
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
import io.waxwing.broker.store.Database;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.spi.LedgerListener;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.node.runtime.LedgerAgent;
import java.util.List;
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
    final StorageGuard guard;
    final EventJournal events;
    final DeliveryIndex index;

    private final LedgerPart part;
    private final CoreCalls calls = new CoreCalls(this::wakeCore);
    private final AnchorAgent<JournaledEvent> anchor;
    private final @Nullable PayloadAgent payloads;
    private final BatchBuilder<JournaledEvent> builder;
    private final LedgerAgent ledger;
    private final CoreIntake coreIntake;
    private final CoreThread core;
    private final Journal journal;
    private final ThreadPoolExecutor readers = Pools.bounded("admin", READER_THREADS, READERS_QUEUED);
    private final Consumer<Throwable> onFailure;
    // The core thread is made last, of agents that wake it.
    private volatile Runnable wake = () -> {};

    Pipeline(
            BrokerConfig config,
            Database database,
            LedgerPart part,
            AudiencePart audience,
            MeterRegistry metrics,
            Consumer<Throwable> onFailure) {
        this.part = part;
        this.onFailure = onFailure;
        ledger = part.agent;
        topics = topics(config, database, audience);
        events = new EventJournal(database);
        index = new DeliveryIndex(database);
        guard = new StorageGuard(database::usableBytes, config.storeReserveBytes());
        IntakeMetrics intakeMetrics = new IntakeMetrics(metrics);
        HeldBytes held = new HeldBytes(config.limits().intakeBytes());
        HeldBytes entrusted = new HeldBytes(config.limits().entrustedBytes());
        intake = new Intake(
                topics,
                intakeMetrics,
                config.limits().ringSlots(),
                config.limits().eventBytes(),
                held,
                entrusted,
                Pools.threads("journal"));
        Lane lane = part.lane();
        StoredBatches batches = new StoredBatches(events, topics);
        dispatcher = new Dispatcher(
                audienceId -> audienceId == lane.audienceId(),
                new BatchContents(batches, index),
                index,
                nextPosition -> new History(events, index, topics, nextPosition),
                readers,
                this::wakeCore,
                metrics);
        builder = new BatchBuilder<>(lane, BatchLimits.DEFAULT, part.keys.origin(), part.ledgerId());
        anchor = new AnchorAgent<>(
                lane,
                new AnchorAgent.Parts<>(
                        builder, ledger, audience.nodes, audience::send, CarriedEvents::of, dispatcher::onClosed),
                metrics);
        payloads = audience.agent(new EntrustedPayloads(intake, index, batches), anchor, readers, calls, metrics);
        coreIntake = new CoreIntake(
                lane,
                dispatcher,
                anchor,
                bytes -> {
                    held.release(bytes);
                    intake.releaseWaiting();
                },
                entrusted::release,
                this::wakeCore);
        journal = new Journal(
                lane,
                events,
                topics,
                guard,
                held,
                coreIntake,
                new Secrets(),
                System::currentTimeMillis,
                intakeMetrics,
                intake::releaseWaiting);
        core = new CoreThread("core", agents(), this::coreFailed);
        wake = core::wake;
        register(held, metrics);
    }

    private static Topics topics(BrokerConfig config, Database database, AudiencePart audience) {
        return new Topics(
                database,
                config.topics()::policyOf,
                config.topics().maxTopics(),
                audience.topicKeys(),
                System::currentTimeMillis);
    }

    private void register(HeldBytes held, MeterRegistry metrics) {
        Gauge.builder("waxwing.pipeline.ring.utilization.ratio", intake, Intake::utilization)
                .description("Share of the intake ring in use")
                .register(metrics);
        Gauge.builder("waxwing.pipeline.held", held, HeldBytes::bytes)
                .description("Bytes of events between admission and the ledger's batches")
                .baseUnit("bytes")
                .register(metrics);
    }

    private void wakeCore() {
        wake.run();
    }

    private List<Agent> agents() {
        Agent anchorAgent = agent(anchor::doWork, anchor::nextWorkNanos);
        Agent ledgerAgent = agent(ledger::doWork, ledger::nextTimeoutNanos);
        PayloadAgent ofOthers = payloads;
        return ofOthers == null
                ? List.of(coreIntake, anchorAgent, ledgerAgent, dispatcher)
                : List.of(
                        coreIntake,
                        calls,
                        anchorAgent,
                        agent(ofOthers::doWork, ofOthers::nextWorkNanos),
                        ledgerAgent,
                        dispatcher);
    }

    private static Agent agent(java.util.function.LongToIntFunction doWork, java.util.function.LongSupplier next) {
        return new Agent() {
            @Override
            public int doWork(long nowNanos) {
                return doWork.applyAsInt(nowNanos);
            }

            @Override
            public long nextWorkNanos() {
                return next.getAsLong();
            }
        };
    }

    /** Recovers what a stop left behind, then starts the threads. */
    void start() {
        PayloadAgent ofOthers = payloads;
        Consumer<BatchReference> search = ofOthers == null ? Pipeline::lost : ofOthers::want;
        Recovery recovery = new Recovery(part.lane(), events, index, topics, dispatcher, part.recovered(search));
        long resumed = recovery.run(builder, anchor, coreIntake);
        if (resumed > 0) {
            LOG.info("{} durable events are not final yet and go on to the ledger", resumed);
        }
        if (ofOthers != null && part.peering != null) {
            anchor.lost().forEach(ofOthers::search);
            part.store.originHeads().forEach(head -> ofOthers.restore(head.lane(), head.batchSeq()));
            part.peering.links.receive(Channel.PAYLOAD, ofOthers::onFrame);
        }
        ledger.start(new Listener(), core::wake, System.nanoTime());
        core.start();
        intake.start(journal, this::journalFailed);
    }

    private static void lost(BatchReference batch) {
        throw new RefusedException(
                FailureCode.DATA_DAMAGED,
                "batch " + batch.batchSeq() + " of lane " + batch.lane()
                        + " is final but its events are not in the journal");
    }

    private final class Listener implements LedgerListener {
        @Override
        public void onApplied(Applied applied) {
            anchor.onApplied(applied);
            if (payloads != null) {
                payloads.onApplied(applied);
            }
            dispatcher.onApplied(applied);
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
        while (!(coreIntake.isEmpty() && anchor.isIdle()) && System.nanoTime() - deadline < 0) {
            core.awaitTurn();
        }
        core.stop();
        readers.shutdown();
        boolean drained = readers.awaitTermination(DRAIN_NANOS, TimeUnit.NANOSECONDS);
        if (!drained) {
            LOG.warn("reads of history were cut off");
        }
    }
}
