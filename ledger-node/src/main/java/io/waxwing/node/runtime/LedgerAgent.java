package io.waxwing.node.runtime;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.simplex.VoteRecord.BatchSeq;
import io.waxwing.ledger.spi.Ledger;
import io.waxwing.ledger.spi.LedgerListener;
import io.waxwing.ledger.spi.LedgerReader;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.node.solo.SoloLedger;
import io.waxwing.node.solo.Turn;
import io.waxwing.node.store.AppliedReader;
import io.waxwing.node.store.StoreCodes;
import io.waxwing.node.store.StoredLedgerReader;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a ledger of one. {@link #doWork} does one turn: takes what waits, makes a block, logs and forces everything at
 * once, applies, then tells. One thread calls it; {@link #submit}, {@link #record}, {@link #reader} and {@link #health}
 * take any.
 */
public final class LedgerAgent implements Ledger, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerAgent.class);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final LedgerSettings settings;
    private final SoloLedger ledger;
    private final LedgerStore store;
    private final StoredLedgerReader reader;
    private final LongSupplier wallClockMs;
    private final LedgerMetrics metrics;
    private final Inbox inbox;
    private volatile Runnable wakeUp = () -> {};
    private volatile LedgerHealth health = LedgerHealth.RUNNING;
    private @Nullable LedgerListener listener;
    private List<Inbox.Request> openRequests = List.of();
    private @Nullable Turn openTurn;
    private long retryAtNanos;
    private long lastBlockNanos;
    private long lastCheckpointNanos;
    private boolean started;

    /** What an agent works with; {@code wallClockMs} gives milliseconds since 1970. */
    public record Parts(SoloLedger ledger, LedgerStore store, LongSupplier wallClockMs, MeterRegistry registry) {}

    public LedgerAgent(LedgerSettings settings, Parts parts) {
        this.settings = settings;
        this.ledger = parts.ledger();
        this.store = parts.store();
        this.wallClockMs = parts.wallClockMs();
        this.reader = new StoredLedgerReader(store, ledger.genesis());
        this.inbox = new Inbox(settings.inboxCapacity());
        int validators = ledger.state().registry().validators().size();
        this.metrics = new LedgerMetrics(parts.registry(), validators, Quorum.of(validators), wallClockMs);
        Gauge.builder("waxwing.ledger.inbox.batches", inbox, Inbox::size)
                .description("Batches and records that wait for the ledger")
                .register(parts.registry());
    }

    /**
     * Publishes the checkpoint that may be missing, and begins. Must be called once, before the first {@link #doWork}.
     *
     * @param newWakeUp called by any thread when something was put in the inbox
     * @throws LedgerFailure WXW-3120 or 3121 if the disk refuses
     */
    public void start(LedgerListener newListener, Runnable newWakeUp, long nowNanos) {
        listener = newListener;
        wakeUp = newWakeUp;
        lastBlockNanos = nowNanos;
        lastCheckpointNanos = nowNanos - TimeUnit.MILLISECONDS.toNanos(settings.checkpointIntervalMs());
        PublishedCheckpoint latest = store.latestCheckpoint();
        if (latest == null || latest.treeSize() != ledger.state().treeSize()) {
            Turn turn = ledger.prepare(List.of(), null, true, wallClockMs.getAsLong());
            ledger.commit(turn, wallClockMs.getAsLong());
            latest = Objects.requireNonNull(turn.published());
        }
        reader.advance(ledger.state().height(), ledger.state().treeSize(), latest);
        metrics.started(ledger.state().height(), ledger.state().timeMs());
        metrics.published(latest, wallClockMs.getAsLong());
        started = true;
        LOG.info(
                "ledger {} at height {}, {} leaves, validators 1",
                ledger.state().ledgerId(),
                ledger.state().height(),
                ledger.state().treeSize());
    }

    @Override
    public boolean submit(BatchReference reference) {
        boolean taken = inbox.offer(reference);
        if (taken) {
            wakeUp.run();
        }
        return taken;
    }

    @Override
    public boolean record(VoteRecord record, Runnable forced) {
        boolean taken = inbox.offer(new Inbox.Request(record, forced));
        if (taken) {
            wakeUp.run();
        }
        return taken;
    }

    /** The ledger for readers; usable after {@link #start}. */
    public LedgerReader reader() {
        return reader;
    }

    public LedgerHealth health() {
        return health;
    }

    /**
     * The BATCHSEQ records of the vote log: per lane the last ones, sequences rising. To be asked before
     * {@link #start}.
     */
    public List<BatchSeq> recordedBatches() {
        return ledger.log().history().batches();
    }

    /**
     * The head of a lane as of the last final block, or null before its first batch. Before {@link #start}, or ledger
     * thread.
     */
    public @Nullable OriginHead laneHead(Lane lane) {
        return ledger.state().originHead(lane);
    }

    /** Height of the last final block. Before {@link #start}, or ledger thread. */
    public long height() {
        return ledger.state().height();
    }

    /** Tells a listener again what blocks from that height on did, the rejected apart. Before {@link #start}. */
    public void replay(long fromHeight, LedgerListener again) {
        AppliedReader applied = new AppliedReader(store);
        for (long at = fromHeight; at <= ledger.state().height(); at++) {
            again.onApplied(applied.at(at));
        }
    }

    /** When {@link #doWork} has something to do next though nothing is put in the inbox; Long.MAX_VALUE for never. */
    public long nextTimeoutNanos() {
        if (openTurn != null) {
            return retryAtNanos;
        }
        long heartbeat = settings.heartbeatMs() == 0 ? Long.MAX_VALUE : heartbeatAtNanos();
        return ledger.owesCheckpoint() ? Math.min(heartbeat, checkpointAtNanos()) : heartbeat;
    }

    /** Does one turn; returns how much was done, 0 if there was nothing to do or the disk still refuses. */
    public int doWork(long nowNanos) {
        if (!started) {
            throw new IllegalStateException("the ledger is not started");
        }
        if (openTurn != null) {
            return nowNanos - retryAtNanos >= 0 ? carryOn(openTurn, nowNanos) : 0;
        }
        List<Inbox.Request> requests = inbox.takeRecords();
        List<BatchReference> batches = inbox.takeBlock();
        boolean heartbeat = settings.heartbeatMs() > 0 && nowNanos - heartbeatAtNanos() >= 0;
        boolean block = !batches.isEmpty() || heartbeat;
        boolean checkpoint = (block || ledger.owesCheckpoint()) && nowNanos - checkpointAtNanos() >= 0;
        if (requests.isEmpty() && !block && !checkpoint) {
            return 0;
        }
        openRequests = requests;
        List<VoteRecord> records = requests.stream().map(Inbox.Request::record).toList();
        Turn turn = ledger.prepare(records, block ? batches : null, checkpoint, wallClockMs.getAsLong());
        openTurn = turn;
        return carryOn(turn, nowNanos);
    }

    private int carryOn(Turn turn, long nowNanos) {
        long nowMs = wallClockMs.getAsLong();
        try {
            ledger.commit(turn, nowMs);
        } catch (LedgerFailure e) {
            if (!e.code().equals(StoreCodes.STORE_WRITE) && !e.code().equals(StoreCodes.VOTE_LOG_WRITE)) {
                throw e;
            }
            if (health.isRunning()) {
                LOG.error("the ledger stops acknowledging until the disk takes writes again: {}", e.getMessage());
            }
            health = LedgerHealth.storageFailed(String.valueOf(e.getMessage()));
            retryAtNanos = nowNanos + RETRY_NANOS;
            return 0;
        }
        if (!health.isRunning()) {
            LOG.info("the disk takes writes again; the ledger goes on");
            health = LedgerHealth.RUNNING;
        }
        openTurn = null;
        return tell(turn, nowNanos, nowMs);
    }

    private int tell(Turn turn, long nowNanos, long nowMs) {
        List<Inbox.Request> requests = openRequests;
        openRequests = List.of();
        Applied applied = turn.applied();
        PublishedCheckpoint published = turn.published();
        reader.advance(
                ledger.state().height(),
                ledger.state().treeSize(),
                published == null ? reader.latestCheckpoint() : published);
        requests.forEach(request -> request.forced().run());
        LedgerListener hears = Objects.requireNonNull(listener);
        if (applied != null) {
            lastBlockNanos = nowNanos;
            metrics.applied(applied, turn.blockBytes(), nowMs);
            hears.onApplied(applied);
        }
        if (published != null) {
            lastCheckpointNanos = nowNanos;
            metrics.published(published, nowMs);
            hears.onCheckpoint(published);
        }
        return requests.size() + (applied == null ? 0 : 1) + (published == null ? 0 : 1);
    }

    private long heartbeatAtNanos() {
        return lastBlockNanos + TimeUnit.MILLISECONDS.toNanos(settings.heartbeatMs());
    }

    private long checkpointAtNanos() {
        return lastCheckpointNanos + TimeUnit.MILLISECONDS.toNanos(settings.checkpointIntervalMs());
    }

    /** Closes the vote log. What waits in the inbox was promised to nobody. */
    @Override
    public void close() {
        ledger.log().close();
    }
}
