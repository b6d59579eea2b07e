package io.waxwing.node.snapshot;

import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.Ending;
import io.waxwing.ledger.snapshot.FinalityWalk;
import io.waxwing.ledger.snapshot.FinalityWalk.Summit;
import io.waxwing.ledger.snapshot.TreePieces;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import io.waxwing.ledger.spi.VoteLog;
import io.waxwing.node.snapshot.SnapshotFrame.End;
import io.waxwing.node.snapshot.SnapshotFrame.EndWanted;
import io.waxwing.node.snapshot.SnapshotFrame.Leaves;
import io.waxwing.node.snapshot.SnapshotFrame.Mark;
import io.waxwing.node.snapshot.SnapshotFrame.Point;
import io.waxwing.node.snapshot.SnapshotFrame.PointWanted;
import io.waxwing.node.snapshot.SnapshotFrame.Points;
import io.waxwing.node.snapshot.SnapshotFrame.PointsWanted;
import io.waxwing.node.snapshot.SnapshotFrame.TileHere;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
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
 * node with some leaves, which the next try finds. Frames may come on any thread, everything else is one thread's.
 */
public final class Arrival {
    /** The nodes agree on what the leaves contradict; the node does without a snapshot. */
    static final String REFUSED = "WXW-3158";

    private static final Logger LOG = LoggerFactory.getLogger(Arrival.class);
    private static final int MAX_WAITING = 64;
    private static final long ASK_POINTS_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final Terms terms;
    private final LedgerStore store;
    private final Supplier<? extends @Nullable VoteLog> log;
    private final PeerLinks links;
    private final Questions questions;
    private final Attested attested = new Attested();
    private final FinalityWalk walk;
    private final List<LedgerStore.AdoptedBlock> ends = new ArrayList<>();
    private final BlockingQueue<Frame> heard = new ArrayBlockingQueue<>(MAX_WAITING);
    private @Nullable Mark chosen;
    private @Nullable Offer offer;
    private @Nullable Summit summit;
    private @Nullable TreeFetch fetch;
    private Outcome outcome = Outcome.UNDER_WAY;
    private long askPointsNanos;
    private long progressNanos;

    /**
     * What a node knows and wants.
     *
     * @param genesis the CONFIG it trusts
     * @param known the newest CONFIG that it was given a proof of, perhaps the same
     * @param first the first block, as genesis makes it
     * @param blocksBehind a ledger with fewer blocks is not worth it
     * @param patienceNanos without any progress for so long it is given up
     */
    public record Terms(ConfigLeaf genesis, ConfigLeaf known, Block first, long blocksBehind, long patienceNanos) {}

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

    private static final class Frame {
        private final int from;
        private final byte[] bytes;

        Frame(int from, byte[] bytes) {
            this.from = from;
            this.bytes = bytes;
        }
    }

    private record Offer(int from, Block block, Point point, Ending why) {}

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
        this.links = links;
        this.questions = new Questions(links);
        this.walk = new FinalityWalk(terms.genesis(), check);
    }

    /** Takes frames from now on. Must be called once, before {@link #doWork}. */
    public void start(long nowNanos) {
        askPointsNanos = nowNanos;
        progressNanos = nowNanos;
        links.receive(Channel.SYNC, (from, frame) -> {
            if (SnapshotFrame.isOne(frame)) {
                // A queue that is full drops what nobody has asked for, or what will be asked for again.
                boolean unused = heard.offer(new Frame(from, frame));
            }
        });
    }

    /** Does what there is to do; true if that was anything. */
    public boolean doWork(long nowNanos) {
        boolean worked = false;
        for (Frame frame = heard.poll(); frame != null && outcome == Outcome.UNDER_WAY; frame = heard.poll()) {
            worked = true;
            hear(frame, nowNanos);
        }
        if (outcome == Outcome.UNDER_WAY) {
            worked |= goOn(nowNanos);
        }
        if (outcome == Outcome.UNDER_WAY && nowNanos - progressNanos >= terms.patienceNanos()) {
            giveUp("nobody has helped for " + TimeUnit.NANOSECONDS.toSeconds(terms.patienceNanos()) + " s");
        }
        return worked;
    }

    public Outcome outcome() {
        return outcome;
    }

    private void giveUp(String why) {
        outcome = Outcome.GIVEN_UP;
        LOG.atWarn().addKeyValue("code", REFUSED).log("{} no snapshot, blocks are fetched instead: {}", REFUSED, why);
    }

    private void hear(Frame frame, long nowNanos) {
        try {
            SnapshotFrame said = SnapshotFrame.decode(frame.bytes);
            if (said instanceof Points points) {
                attested.said(frame.from, points.marks());
                return;
            }
            SnapshotFrame question = questions.answered(frame.from);
            if (question != null && take(question, said, frame.from)) {
                progressNanos = nowNanos;
            } else if (question != null) {
                turnAway(frame.from, nowNanos);
            }
        } catch (LedgerFailure e) {
            if (!(e instanceof MalformedException) && !e.code().equals(FinalityWalk.UNPROVEN)) {
                // This node's own disk: the start fails, and the next one goes on with what was written.
                throw e;
            }
            if (questions.answered(frame.from) != null) {
                forget(frame.from);
            }
            questions.wrong(frame.from, nowNanos);
            LOG.atWarn()
                    .addKeyValue("code", e.code())
                    .log("{} node {} is not asked for a while: {}", e.code(), frame.from, e.getMessage());
        }
    }

    private void turnAway(int node, long nowNanos) {
        questions.unhelpful(node, nowNanos);
        forget(node);
    }

    /** What that node has begun and cannot finish. */
    private void forget(int node) {
        if (fetch != null) {
            fetch.forgetBegun();
        } else if (offer == null || offer.from() == node) {
            offer = null;
            chosen = null;
        }
    }

    /** False if the answer is of no use. Throws {@link LedgerFailure} if it does not hold. */
    private boolean take(SnapshotFrame question, SnapshotFrame answer, int from) {
        if (question instanceof PointWanted wanted && answer instanceof Point point) {
            return wanted.height() == point.height() && point.state().size() > 0 && take(point, from);
        }
        if (question instanceof EndWanted wanted && answer instanceof End end) {
            return wanted.epoch() == end.epoch() && end.block().size() > 0 && pass(end);
        }
        TreeFetch tree = fetch;
        if (tree != null && answer instanceof TileHere tile) {
            return tile.asked().equals(question) && tree.take(tile);
        }
        return tree != null && answer instanceof Leaves leaves && leaves.asked().equals(question) && tree.take(leaves);
    }

    private boolean take(Point point, int from) {
        Mark mark = chosen;
        boolean same = mark != null && Sha256.digest(point.state().toBytes()).equals(mark.digest());
        if (!same) {
            throw new LedgerFailure(FinalityWalk.UNPROVEN, "its state record is not the one that others have");
        }
        // How many validators an epoch has is in the CONFIG in force, which the record names; what it says is proven.
        Block block = Block.decode(point.block().toBytes(), Byte.SIZE);
        LedgerState record = LedgerState.restore(point.state(), List.of(), List.of());
        Ending why = Ending.decode(point.why(), record.registry().validators().size());
        offer = new Offer(from, block, point, why);
        return true;
    }

    private boolean pass(End end) {
        Block block = Block.decode(end.block().toBytes(), Byte.SIZE);
        Ending why = Ending.decode(end.why(), walk.validators().size());
        walk.pass(block, why);
        ends.add(new LedgerStore.AdoptedBlock(
                new LedgerStore.Body(block.header().height(), block.blockId(), end.block()), 0, why.encode()));
        if (walk.epoch() == terms.known().epoch()
                && !walk.config().configHash().equals(terms.known().configHash())) {
            giveUp("epoch " + walk.epoch() + " is another than the trust chain of this folder proves");
        }
        return true;
    }

    private boolean goOn(long nowNanos) {
        if (questions.isLate(nowNanos)) {
            forget(-1);
        }
        TreeFetch tree = fetch;
        if (tree != null) {
            return goOn(tree, nowNanos);
        }
        Offer given = offer;
        if (given == null) {
            return choose(nowNanos);
        }
        long epoch = given.why().finalization().epoch();
        if (walk.epoch() < epoch) {
            questions.ask(new EndWanted(walk.epoch()), nowNanos);
            return false;
        }
        prove(given, nowNanos);
        return true;
    }

    private boolean choose(long nowNanos) {
        if (nowNanos - askPointsNanos >= 0) {
            questions.askAll(new PointsWanted());
            askPointsNanos = nowNanos + ASK_POINTS_NANOS;
        }
        if (questions.isOpen()) {
            return false;
        }
        Registry registry = Registry.parse(terms.known().registry());
        Mark best = attested.best(registry);
        // Before this node's own epoch nobody can prove to it that a point is today's.
        long lowest = Math.max(terms.blocksBehind(), terms.known().firstHeight() - 1);
        if (best != null && best.height() >= lowest) {
            chosen = best;
            questions.ask(new PointWanted(best.height()), nowNanos);
        } else if (attested.isShort(terms.blocksBehind(), registry)) {
            outcome = Outcome.NOT_NEEDED;
        }
        return false;
    }

    /** The way from genesis is walked: is the point on it? */
    private void prove(Offer given, long nowNanos) {
        try {
            Summit top = walk.summit(given.block(), given.why());
            Registry registry = Registry.parse(walk.config().registry());
            Mark mark = new Mark(
                    given.point().height(), Sha256.digest(given.point().state().toBytes()));
            if (top.block().header().height() != mark.height()
                    || walk.epoch() < terms.known().epoch()) {
                throw new LedgerFailure(FinalityWalk.UNPROVEN, "it is not at height " + mark.height());
            }
            if (!attested.isAttested(mark, registry)) {
                turnAway(given.from(), nowNanos);
                return;
            }
            begin(top, given.point());
        } catch (LedgerFailure e) {
            questions.wrong(given.from(), nowNanos);
            offer = null;
            LOG.atWarn()
                    .addKeyValue("code", e.code())
                    .log("{} node {} is not asked for a while: {}", e.code(), given.from(), e.getMessage());
        }
    }

    private void begin(Summit top, Point point) {
        LedgerState record = LedgerState.restore(point.state(), List.of(), List.of());
        boolean fits = record.height() == point.height()
                && record.ledgerId().equals(terms.genesis().configHash())
                && record.treeSize() == top.treeSize()
                && record.root().equals(top.root())
                && record.config().configHash().equals(walk.config().configHash());
        if (!fits) {
            giveUp("the state record of height " + point.height() + " is not of the tree that is final there");
            return;
        }
        summit = top;
        fetch = new TreeFetch(top.treeSize(), new TreePieces(top.treeSize(), record.peaks(), top.root()), store);
        LOG.info("fetches the ledger as of block {}: {} leaves", point.height(), top.treeSize());
    }

    private boolean goOn(TreeFetch tree, long nowNanos) {
        if (tree.takeStored()) {
            progressNanos = nowNanos;
            return true;
        }
        SnapshotFrame next = tree.wanted();
        if (next == null) {
            finish(tree);
            return true;
        }
        questions.ask(next, nowNanos);
        return false;
    }

    private void finish(TreeFetch tree) {
        Summit top = Objects.requireNonNull(summit);
        Point point = Objects.requireNonNull(offer).point();
        LedgerState state = LedgerState.restore(
                point.state(), tree.fold().topicHeads(), tree.fold().originHeads());
        if (!state.isBoundBy(tree.fold().end())) {
            giveUp("the state record of height " + point.height() + " contradicts the leaves");
            return;
        }
        new Adopting(terms.first(), ends, top, walk.epoch()).run(store, log, state, tree.fold());
        outcome = Outcome.ADOPTED;
        LOG.info("begins with the ledger as of block {}, epoch {}", point.height(), walk.epoch());
    }
}
