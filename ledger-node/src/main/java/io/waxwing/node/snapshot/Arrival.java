package io.waxwing.node.snapshot;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import io.waxwing.ledger.spi.VoteLog;
import io.waxwing.node.store.StoreCodes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins an empty node with a snapshot (docs/adr/0012), before its ledger is opened:
 *
 * <pre>
 * POINTS  at which heights do the others have a state record, and which? One that f + 1 validators name is taken
 * POINT   the record, the block, and the certificate of a block above it, from anybody
 * ENDS    the blocks that ended the epochs from genesis to there: now the certificate, and with it the tree, is proven
 * TREE    the tree's tiles and leaves, each compared with the root before it is written
 * </pre>
 *
 * The heads are computed from the leaves and compared with the last BLOCK leaf, the record with all of them. The vote
 * log learns the epoch before the store is given its state, which is the last write: a crash before it leaves an empty
 * node with some leaves, which the next try finds. What a full disk refuses is written again until it is there. Frames
 * may come on any thread, everything else is one thread's.
 *
 * <p>A node that does not answer within five seconds is not asked for ten, one whose answer does not hold for sixty,
 * one that is slow as long as another is faster ({@link Questions}). A try that cannot end well is begun anew, twice.
 */
public final class Arrival {
    /** The nodes agree on what the leaves contradict; the node does without a snapshot. */
    static final String REFUSED = "WXW-3158";

    private static final Logger LOG = LoggerFactory.getLogger(Arrival.class);
    /** Frames that are looked at before anything else is done again. */
    private static final int MAX_HEARD = 16;

    private static final long WRITE_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long TELL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Terms terms;
    private final LedgerStore store;
    private final Supplier<? extends @Nullable VoteLog> log;
    private final SignatureCheck check;
    private final PeerLinks links;
    private final Heard heard = new Heard();
    private @Nullable Search search;
    private boolean alone = true;
    private boolean refused;
    private long linkedNanos;
    private long refusedNanos;
    private long writeAgainNanos;
    private long tellNanos;

    /**
     * What a node knows and wants.
     *
     * @param genesis the CONFIG it trusts
     * @param known the newest CONFIG that it was given a proof of, perhaps the same
     * @param first the first block, as genesis makes it
     * @param blocksBehind a ledger with fewer blocks is not worth it
     * @param patienceNanos without any progress for so long it is given up, though others are linked
     * @param aloneNanos and after so long if nobody is
     */
    public record Terms(
            ConfigLeaf genesis,
            ConfigLeaf known,
            Block first,
            long blocksBehind,
            long patienceNanos,
            long aloneNanos) {}

    /** How it went. */
    public enum Outcome {
        UNDER_WAY,
        /** The store has a state. */
        ADOPTED,
        /** The others' ledger is short, or too young. */
        NOT_NEEDED,
        /** Nobody helps, or what they say cannot be: blocks are to be executed one by one. */
        GIVEN_UP
    }

    /**
     * {@code log} opens the vote log when it is needed, null for one that is lost; it is closed again. The store has no
     * state.
     */
    public Arrival(
            Terms terms,
            LedgerStore store,
            Supplier<? extends @Nullable VoteLog> log,
            SignatureCheck check,
            PeerLinks links) {
        this.terms = terms;
        this.store = store;
        this.log = log;
        this.check = check;
        this.links = links;
    }

    /** Takes frames from now on. Must be called once, before {@link #doWork}. */
    public void start(long nowNanos) {
        search = new Search(terms, store, log, check, links, nowNanos);
        linkedNanos = nowNanos;
        writeAgainNanos = nowNanos;
        tellNanos = nowNanos + TELL_NANOS;
        links.receive(Channel.SYNC, this::receive);
    }

    private void receive(int from, byte[] frame) {
        if (!SnapshotFrame.isQuestion(frame)) {
            if (SnapshotFrame.isOne(frame)) {
                heard.put(from, frame);
            }
            return;
        }
        try {
            // Else those that come at the same time would wait for each other.
            boolean unused = links.send(
                    from, Channel.SYNC, SnapshotFrame.nothingFor(frame).encode());
        } catch (MalformedException e) {
            LOG.debug("node {} asks for what there is not: {}", from, e.getMessage());
        }
    }

    /**
     * Does what there is to do; true if that was anything.
     *
     * @throws LedgerFailure WXW-3120 or WXW-3121 if the disk has refused writes for as long as patience lasts: what was
     *     written is whole as far as it goes, and the next start goes on from there
     */
    public boolean doWork(long nowNanos) {
        Search searching = Objects.requireNonNull(search, "start first");
        if (outcome() != Outcome.UNDER_WAY || nowNanos - writeAgainNanos < 0) {
            return false;
        }
        try {
            boolean worked = step(searching, nowNanos);
            refused = false;
            return worked;
        } catch (LedgerFailure e) {
            if (!e.code().equals(StoreCodes.STORE_WRITE) && !e.code().equals(StoreCodes.VOTE_LOG_WRITE)) {
                throw e;
            }
            if (!refused) {
                refused = true;
                refusedNanos = nowNanos;
                LOG.atError().addKeyValue("code", e.code()).log("{}; tried again", e.getMessage());
            }
            if (nowNanos - refusedNanos >= terms.patienceNanos()) {
                throw e;
            }
            writeAgainNanos = nowNanos + WRITE_AGAIN_NANOS;
            linkedNanos = nowNanos;
            return false;
        }
    }

    private boolean step(Search searching, long nowNanos) {
        boolean worked = searching.goOn(nowNanos);
        for (int i = 0; i < MAX_HEARD && outcome() == Outcome.UNDER_WAY; i++) {
            Heard.Frame frame = heard.poll();
            if (frame != null) {
                worked = true;
                searching.hear(frame, nowNanos);
            }
        }
        if (outcome() == Outcome.UNDER_WAY) {
            watch(searching, nowNanos);
        }
        return worked;
    }

    /** Has it lasted too long? */
    private void watch(Search searching, long nowNanos) {
        if (searching.isAlone() != alone) {
            alone = !alone;
            linkedNanos = nowNanos;
        }
        long progressNanos = searching.progressNanos();
        long quiet = nowNanos - (progressNanos - linkedNanos > 0 ? progressNanos : linkedNanos);
        if (quiet >= (alone ? terms.aloneNanos() : terms.patienceNanos())) {
            searching.giveUp("nobody has helped for " + TimeUnit.NANOSECONDS.toSeconds(quiet) + " s");
        } else if (nowNanos - tellNanos >= 0) {
            tellNanos = nowNanos + TELL_NANOS;
            LOG.info("before it begins, this node {}", searching.inWords());
        }
    }

    public Outcome outcome() {
        Search searching = search;
        return searching == null ? Outcome.UNDER_WAY : searching.outcome();
    }
}
