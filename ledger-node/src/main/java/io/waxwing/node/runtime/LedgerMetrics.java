package io.waxwing.node.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.VerdictLeaf;
import io.waxwing.ledger.simplex.Evidence;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/** What the ledger says about itself. Updated on the ledger thread, read by any. */
final class LedgerMetrics {
    private static final int MAX_PROPOSED = 64;

    private final Timer blockInterval;
    private final DistributionSummary blockEvents;
    private final DistributionSummary blockBytes;
    private final Counter finalizedViews;
    private final Timer finality;
    // Ledger thread.
    private final Map<Hash, Long> proposedNanos = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Hash, Long> eldest) {
            return size() > MAX_PROPOSED;
        }
    };
    private volatile long height;
    private volatile long lastCommitMs;
    private volatile long checkpointSize;
    private volatile long checkpointMs;
    private volatile int validators;
    private volatile long view;
    private volatile boolean voting;
    private volatile boolean leading;
    private final AtomicInteger challenges = new AtomicInteger();
    private final MeterRegistry registry;

    /** {@code connected} counts the validators in touch; any thread. */
    LedgerMetrics(MeterRegistry registry, int startValidators, IntSupplier connected) {
        this.registry = registry;
        this.validators = startValidators;
        gauge(registry, "waxwing.ledger.height", "Height of the last final block", () -> height);
        gauge(registry, "waxwing.ledger.checkpoint.size", "Tree size of the latest checkpoint", () -> checkpointSize);
        gauge(registry, "waxwing.ledger.validators", "Institutions that vote", () -> validators);
        gauge(registry, "waxwing.ledger.quorum", "Votes that make a block final", () -> Quorum.of(validators));
        gauge(registry, "waxwing.ledger.challenges", "Challenges about missing payloads", challenges::get);
        gauge(
                registry,
                "waxwing.ledger.validators.connected",
                "Validators in touch, this one included",
                connected::getAsInt);
        gauge(registry, "waxwing.ledger.view", "The view that this node is in", () -> view);
        gauge(registry, "waxwing.ledger.voting", "Whether this node votes", () -> voting ? 1 : 0);
        gauge(registry, "waxwing.ledger.leading", "Whether it is this node's turn to propose", () -> leading ? 1 : 0);
        time(registry, "waxwing.ledger.last.commit.timestamp", "When the last block became final", () -> lastCommitMs);
        time(
                registry,
                "waxwing.ledger.checkpoint.timestamp",
                "When the latest checkpoint was made",
                () -> checkpointMs);
        this.blockInterval = Timer.builder("waxwing.ledger.block.interval")
                .description("Time between two final blocks")
                .publishPercentileHistogram()
                .register(registry);
        this.finality = Timer.builder("waxwing.ledger.finality.duration")
                .description("From sending a block of this node to its finality")
                .publishPercentileHistogram()
                .register(registry);
        this.blockEvents = DistributionSummary.builder("waxwing.ledger.block.events")
                .description("Events in a block")
                .register(registry);
        this.blockBytes = DistributionSummary.builder("waxwing.ledger.block")
                .baseUnit("bytes")
                .description("Size of a block's body")
                .register(registry);
        this.finalizedViews = Counter.builder("waxwing.ledger.views")
                .tag("result", "finalized")
                .description("Views by how they ended")
                .register(registry);
    }

    /** Where this node is at the end of a turn. */
    void view(long nowView, boolean nowVoting, boolean nowLeading) {
        view = nowView;
        voting = nowVoting;
        leading = nowLeading;
    }

    /** A new epoch has so many. */
    void validators(int now) {
        validators = now;
    }

    /** A block of this node has left for the first time, or again. */
    void proposed(Hash blockId, long nowNanos) {
        proposedNanos.putIfAbsent(blockId, nowNanos);
    }

    /** Somebody's block is final. */
    void finalized(Hash blockId, long nowNanos) {
        Long proposed = proposedNanos.remove(blockId);
        if (proposed != null) {
            finality.record(nowNanos - proposed, TimeUnit.NANOSECONDS);
        }
    }

    void applied(Applied applied, int bytes, long nowMs) {
        if (lastCommitMs > 0) {
            blockInterval.record(Math.max(0, nowMs - lastCommitMs), TimeUnit.MILLISECONDS);
        }
        blockEvents.record(applied.eventCount());
        blockBytes.record(bytes);
        finalizedViews.increment();
        height = applied.height();
        lastCommitMs = nowMs;
    }

    void published(PublishedCheckpoint checkpoint, long nowMs) {
        checkpointSize = checkpoint.treeSize();
        checkpointMs = nowMs;
    }

    /** Evidence against a validator is ordered. */
    void equivocation(String member, Evidence.Kind kind) {
        Counter.builder("waxwing.ledger.equivocations")
                .description("Proofs in blocks that a validator has signed what excludes each other")
                .tags("member", member, "kind", kind.word())
                .register(registry)
                .increment();
    }

    void verdict(VerdictLeaf.Finding finding) {
        Counter.builder("waxwing.ledger.verdicts")
                .description("Verdicts in blocks about payloads that members said they hold")
                .tags("finding", finding.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .register(registry)
                .increment();
    }

    void challenges(int kept) {
        challenges.set(kept);
    }

    void started(long startHeight, long commitMs) {
        height = startHeight;
        lastCommitMs = commitMs;
    }

    private static void gauge(MeterRegistry registry, String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).register(registry);
    }

    private static void time(MeterRegistry registry, String name, String description, Supplier<Number> valueMs) {
        TimeGauge.builder(name, valueMs, TimeUnit.MILLISECONDS)
                .description(description)
                .register(registry);
    }
}
