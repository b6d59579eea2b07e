package io.waxwing.node.runtime;

import io.micrometer.core.instrument.Gauge;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.chain.LedgerChain;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.dispute.Disputes;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.simplex.Now;
import io.waxwing.ledger.simplex.Simplex;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.simplex.VoteRecord.BatchSeq;
import io.waxwing.ledger.spi.Ledger;
import io.waxwing.ledger.spi.LedgerListener;
import io.waxwing.ledger.spi.LedgerReader;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.node.start.LedgerIdentity;
import io.waxwing.node.start.OpenedLedger;
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
 * Runs a ledger: the shell of consensus and execution. {@link #doWork} does one turn: takes what waits, lets consensus
 * decide, stores, logs and forces everything at once, sends, applies, then tells. One thread calls it; {@link #submit},
 * {@link #record}, {@link #reader} and {@link #health} take any.
 */
public final class LedgerAgent implements Ledger, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerAgent.class);
    /** This node's key is a validator's, but it does not vote. */
    static final String NOT_VOTING = "WXW-3154";
    /** A batch of this node that can never stand. */
    static final String NEVER_STANDS = "WXW-3155";

    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private static final PublishedCheckpoint NONE = new PublishedCheckpoint(0, Hash.ZERO, ByteString.EMPTY);

    private final OpenedLedger opened;
    private final LedgerStore store;
    private final KnownEpochs epochs;
    private final Consensus consensus;
    private final Governance governance;
    private final Checkpoints checkpoints;
    private final PeerTraffic peers;
    private final TurnWriter writer;
    private final Repeats repeats;
    private final StoredLedgerReader reader;
    private final LongSupplier wallClockMs;
    private final LedgerMetrics metrics;
    private final Hearing hearing;
    private final FrameCheck check;
    private final SyncTraffic ranges;
    private final Sync sync;
    private final Inbox inbox;
    private final Heartbeat heartbeat;
    private volatile Runnable wakeUp = () -> {};
    private volatile LedgerHealth health = LedgerHealth.RUNNING;
    private @Nullable Announcer announcer;
    private @Nullable Turn openTurn;
    private long retryAtNanos;
    private long turnNanos;
    private String notVoting = "";
    private boolean started;

    public LedgerAgent(LedgerSettings settings, LedgerParts parts) {
        this.opened = parts.opened();
        this.store = opened.store();
        this.wallClockMs = parts.wallClockMs();
        SharedChecks signatures = new SharedChecks(opened.signatures());
        this.epochs = new KnownEpochs(opened, signatures);
        this.consensus = new Consensus(opened, settings.timing(), signatures);
        this.checkpoints = new Checkpoints(opened, signatures, settings.checkpointIntervalMs(), consensus);
        this.check = new FrameCheck(epochs, signatures, checkpoints::gathered);
        this.governance = new Governance(consensus, parts.proposals(), signatures);
        this.hearing = new Hearing(consensus, checkpoints, governance, epochs);
        this.peers = new PeerTraffic(epochs, parts.links(), parts.verify(), check, parts.registry());
        this.ranges = new SyncTraffic(store, epochs, parts.links(), parts.verify(), parts.registry());
        this.sync = new Sync(consensus, ranges);
        this.repeats = new Repeats(consensus, checkpoints, governance, peers::alone);
        this.writer = new TurnWriter(
                opened, checkpoints, peers, repeats, () -> consensus.simplex().settledView(), wallClockMs);
        this.reader = new StoredLedgerReader(store, opened.configs());
        this.inbox = new Inbox(settings.inboxCapacity());
        this.heartbeat = new Heartbeat(consensus.chain(), settings.heartbeatMs());
        this.metrics = new LedgerMetrics(parts.registry(), opened.validators().size(), peers::connectedValidators);
        Gauge.builder("waxwing.ledger.inbox.batches", inbox, Inbox::size)
                .description("Batches, records and messages that wait for the ledger")
                .register(parts.registry());
    }

    /**
     * Finishes what was decided before a stop, publishes the checkpoint that may be missing, and begins. Must be called
     * once, before the first {@link #doWork}.
     *
     * @param newListener hears also of blocks that become final here
     * @param newWakeUp called by any thread when something was put in the inbox
     * @throws LedgerFailure WXW-3105, 3106, 3107 if this key has signed what the ledger does not hold; 3120 or 3121 if
     *     the disk refuses
     */
    public void start(LedgerListener newListener, Runnable newWakeUp, long nowNanos) {
        announcer = new Announcer(newListener, metrics, epochs);
        wakeUp = newWakeUp;
        heartbeat.start(nowNanos);
        turnNanos = nowNanos;
        repeats.start(nowNanos);
        reader.advance(height(), last().treeSize(), Objects.requireNonNullElse(store.latestCheckpoint(), NONE));
        metrics.started(height(), last().timeMs());
        PublishedCheckpoint latest = store.latestCheckpoint();
        if (latest != null) {
            metrics.published(latest, wallClockMs.getAsLong());
        }
        peers.open(inbox, wakeUp);
        ranges.open(wakeUp);
        SignedState.checkRoot(opened);
        Turn turn = new Turn();
        Now now = now(nowNanos);
        consensus.start(now, turn);
        consensus.review(now, turn);
        consensus.timeouts(now, turn);
        gatherHeads(turn, nowNanos);
        addHead(checkpoints.head(), turn);
        SignedState.checkNotShorter(opened, consensus.simplex(), last().treeSize());
        writer.carry(turn);
        governance.start();
        started = true;
        tell(turn, nowNanos);
        LOG.info(
                "ledger {} at height {}, {} leaves, validators {}",
                opened.genesis().configHash(),
                height(),
                last().treeSize(),
                opened.validators().size());
    }

    private LedgerChain.Final last() {
        return consensus.chain().last();
    }

    private Now now(long nowNanos) {
        return new Now(nowNanos, wallClockMs.getAsLong());
    }

    /** Throws {@link LedgerFailure} WXW-3155 if the batch can never stand, whatever comes before it. */
    @Override
    public boolean submit(BatchReference reference) {
        Applied.RejectedBatch refusal = check.refusal(reference);
        if (refusal != null) {
            throw new LedgerFailure(
                    NEVER_STANDS,
                    "batch " + reference.batchSeq() + " of this node can never stand: " + refusal.reason() + ", "
                            + refusal.detail());
        }
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

    @Override
    public boolean submit(Dispute dispute) {
        boolean taken = inbox.offer(dispute);
        if (taken) {
            wakeUp.run();
        }
        return taken;
    }

    /** Challenges as of the last final block. Ledger thread. */
    public Disputes disputes() {
        return last().disputes();
    }

    /** The ledger for readers; usable after {@link #start}. */
    public LedgerReader reader() {
        return reader;
    }

    public LedgerHealth health() {
        return health;
    }

    /** Changes of the consortium. Ledger thread. */
    public Governance governance() {
        return governance;
    }

    /**
     * The BATCHSEQ records of the vote log: per lane the last ones, sequences rising. To be asked before the first
     * {@link #doWork}.
     */
    public List<BatchSeq> recordedBatches() {
        return opened.log().history().batches();
    }

    /** The head of a lane as of the last applied block, or null before its first batch. Before {@link #start}. */
    public @Nullable OriginHead laneHead(Lane lane) {
        return opened.state().originHead(lane);
    }

    /** Height of the last final block. Ledger thread. */
    public long height() {
        return last().height();
    }

    /** When {@link #doWork} has something to do next though nothing is put in the inbox; Long.MAX_VALUE for never. */
    public long nextTimeoutNanos() {
        if (openTurn != null) {
            return retryAtNanos;
        }
        if (health.state() == LedgerHealth.State.HALTED) {
            return Long.MAX_VALUE;
        }
        if (consensus.isReviewDue() || governance.isDue()) {
            return turnNanos;
        }
        long next = Math.min(Math.min(heartbeat.dueNanos(), checkpoints.dueNanos()), consensus.timeoutNanos());
        return Math.min(Math.min(next, repeats.dueNanos()), sync.dueNanos());
    }

    /** Does one turn; returns how much was done, 0 if there was nothing to do or the disk still refuses. */
    public int doWork(long nowNanos) {
        if (!started) {
            throw new IllegalStateException("the ledger is not started");
        }
        if (openTurn != null) {
            return nowNanos - retryAtNanos >= 0 ? carryOn(openTurn, nowNanos) : 0;
        }
        Turn turn;
        try {
            turn = gather(nowNanos);
        } catch (LedgerFailure e) {
            // The ledger here is not the one that was agreed on, or signed: nothing of the turn has left.
            halt(String.valueOf(e.getMessage()));
            return 0;
        }
        if (turn.isEmpty()) {
            return turn.inputs;
        }
        openTurn = turn;
        return carryOn(turn, nowNanos);
    }

    private void halt(String why) {
        if (health.state() != LedgerHealth.State.HALTED) {
            health = LedgerHealth.halted(why);
            LOG.atError()
                    .addKeyValue("code", LedgerChain.DIVERGED)
                    .log("{} the ledger stands still: {}", LedgerChain.DIVERGED, why);
        }
    }

    private Turn gather(long nowNanos) {
        Turn turn = new Turn();
        Now now = now(nowNanos);
        turnNanos = nowNanos;
        List<Inbox.Peer> heard = inbox.takePeers();
        turn.inputs = heard.size();
        if (health.state() == LedgerHealth.State.HALTED) {
            // Nothing is decided any more; what anchor wants recorded is, and nobody's frames are kept.
            turn.requests.addAll(inbox.takeRecords());
            return turn;
        }
        consensus.review(now, turn);
        hearing.take(heard, now, turn);
        hearing.up(inbox.takeUps(), turn);
        sync.gather(now, turn);
        boolean offered = governance.gather(turn, nowNanos);
        offered = hearing.ownBatches(inbox, turn) || offered;
        offered = hearing.ownDisputes(inbox, turn) || offered;
        // After the batches: a batch is handed over behind its record.
        turn.requests.addAll(inbox.takeRecords());
        if (heartbeat.beat(nowNanos) || offered) {
            consensus.pending(now, turn);
        }
        consensus.timeouts(now, turn);
        gatherHeads(turn, nowNanos);
        repeats.gather(turn, nowNanos);
        return turn;
    }

    private void gatherHeads(Turn turn, long nowNanos) {
        turn.heads.addAll(checkpoints.owed());
        for (Turn.Final done : turn.finals) {
            Applied applied = done.executed().applied();
            addHead(checkpoints.onFinal(applied, begun(done), nowNanos), turn);
        }
        addHead(checkpoints.onTime(nowNanos), turn);
    }

    /** Who this node is in the epoch that begins behind a block; null if none does. */
    private @Nullable LedgerIdentity begun(Turn.Final done) {
        if (!done.executed().block().endsEpoch()) {
            return null;
        }
        LedgerIdentity next =
                opened.identityIn(done.executed().block().configs().get(0));
        epochs.begin(next, done.executed().applied().treeSize());
        reader.begin(next.config(), done.executed().applied());
        return next;
    }

    private static void addHead(Turn.@Nullable Head head, Turn turn) {
        if (head != null) {
            turn.heads.add(head);
        }
    }

    private int carryOn(Turn turn, long nowNanos) {
        try {
            writer.carry(turn);
        } catch (LedgerFailure e) {
            if (!e.code().equals(StoreCodes.STORE_WRITE) && !e.code().equals(StoreCodes.VOTE_LOG_WRITE)) {
                throw e;
            }
            if (health.isRunning()) {
                LOG.error("the ledger stops acknowledging until the disk takes writes again: {}", e.getMessage());
            }
            if (health.state() != LedgerHealth.State.HALTED) {
                health = LedgerHealth.storageFailed(String.valueOf(e.getMessage()));
            }
            retryAtNanos = nowNanos + RETRY_NANOS;
            return 0;
        }
        if (health.state() == LedgerHealth.State.STORAGE_FAILED) {
            LOG.info("the disk takes writes again; the ledger goes on");
            health = running();
        }
        openTurn = null;
        return tell(turn, nowNanos);
    }

    private int tell(Turn turn, long nowNanos) {
        long nowMs = wallClockMs.getAsLong();
        PublishedCheckpoint latest = reader.latestCheckpoint();
        for (PublishedCheckpoint published : turn.published) {
            latest = published.treeSize() > latest.treeSize() ? published : latest;
        }
        reader.advance(height(), last().treeSize(), latest);
        Objects.requireNonNull(announcer).tell(turn, nowMs);
        if (!turn.finals.isEmpty()) {
            heartbeat.onFinal(nowNanos);
        }
        tellStanding();
        return turn.inputs + turn.requests.size() + turn.finals.size() + turn.published.size() + turn.sends.size();
    }

    private void tellStanding() {
        metrics.view(consensus.simplex().view(), consensus.votes(), consensus.leads());
        String why = consensus.reason();
        if (consensus.simplex().standing() == Simplex.Standing.HALTED) {
            halt(why);
        } else if (!why.equals(notVoting)) {
            notVoting = why;
            if (consensus.isValidator() && !why.isEmpty()) {
                LOG.atWarn().addKeyValue("code", NOT_VOTING).log("{} this node does not vote: {}", NOT_VOTING, why);
            }
            if (health.isRunning()) {
                health = running();
            }
        }
    }

    private LedgerHealth running() {
        return consensus.isValidator() && !notVoting.isEmpty()
                ? LedgerHealth.notVoting(notVoting)
                : LedgerHealth.RUNNING;
    }

    /** Closes the vote log. What waits in the inbox was promised to nobody. */
    @Override
    public void close() {
        opened.log().close();
    }
}
