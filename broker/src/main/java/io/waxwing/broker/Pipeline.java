package io.waxwing.broker;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.anchor.batch.BatchBuilder;
import io.waxwing.anchor.batch.BatchLimits;
import io.waxwing.anchor.runtime.AnchorAgent;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.dispatch.Dispatcher;
import io.waxwing.broker.dispatch.History;
import io.waxwing.broker.intake.HeldBytes;
import io.waxwing.broker.intake.Intake;
import io.waxwing.broker.intake.IntakeMetrics;
import io.waxwing.broker.intake.Journal;
import io.waxwing.broker.intake.JournaledEvent;
import io.waxwing.broker.intake.StorageGuard;
import io.waxwing.broker.intake.Topics;
import io.waxwing.broker.runtime.Agent;
import io.waxwing.broker.runtime.CoreThread;
import io.waxwing.broker.runtime.Pools;
import io.waxwing.broker.store.Database;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.spi.LedgerListener;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.node.runtime.LedgerAgent;
import java.util.List;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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

    private final AnchorAgent<JournaledEvent> anchor;
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
            LedgerPart ledgerPart,
            MeterRegistry metrics,
            Consumer<Throwable> onFailure) {
        this.onFailure = onFailure;
        ledger = ledgerPart.agent;
        topics = new Topics(
                database,
                config.topics()::policyOf,
                config.topics().maxTopics(),
                new Secrets(),
                System::currentTimeMillis);
        events = new EventJournal(database);
        index = new DeliveryIndex(database);
        guard = new StorageGuard(database::usableBytes, config.storeReserveBytes());
        IntakeMetrics intakeMetrics = new IntakeMetrics(metrics);
        HeldBytes held = new HeldBytes(config.limits().intakeBytes());
        intake = new Intake(
                topics,
                intakeMetrics,
                config.limits().ringSlots(),
                config.limits().eventBytes(),
                held,
                Pools.threads("journal"));
        dispatcher = new Dispatcher(
                LedgerPart.lane(),
                index,
                nextPosition -> new History(events, index, topics, nextPosition),
                readers,
                this::wakeCore,
                metrics);
        builder = new BatchBuilder<>(
                LedgerPart.lane(), BatchLimits.DEFAULT, ledgerPart.keys.origin(), ledgerPart.ledgerId());
        anchor = new AnchorAgent<>(LedgerPart.lane(), builder, ledger, dispatcher::onClosed, metrics);
        coreIntake = new CoreIntake(
                dispatcher,
                anchor,
                bytes -> {
                    held.release(bytes);
                    intake.releaseWaiting();
                },
                this::wakeCore);
        journal = new Journal(
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
        return List.of(coreIntake, anchorAgent, ledgerAgent, dispatcher);
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
    void start(Recovery.LedgerSide recovered) {
        Recovery recovery = new Recovery(LedgerPart.lane(), events, index, topics, dispatcher, recovered);
        long resumed = recovery.run(builder, anchor, coreIntake);
        if (resumed > 0) {
            LOG.info("{} durable events are not final yet and go on to the ledger", resumed);
        }
        ledger.start(new Listener(), core::wake, System.nanoTime());
        core.start();
        intake.start(journal, this::journalFailed);
    }

    private final class Listener implements LedgerListener {
        @Override
        public void onApplied(Applied applied) {
            anchor.onApplied(applied);
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
    @org.jspecify.annotations.Nullable String coreProblem() {
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
