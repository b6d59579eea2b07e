package io.waxwing.node.snapshot;

import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.Ending;
import io.waxwing.ledger.snapshot.FinalityWalk;
import io.waxwing.ledger.snapshot.FinalityWalk.Summit;
import io.waxwing.ledger.snapshot.TreePieces;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.ledger.spi.VoteLog;
import io.waxwing.node.snapshot.Arrival.Outcome;
import io.waxwing.node.snapshot.Arrival.Terms;
import io.waxwing.node.snapshot.SnapshotFrame.End;
import io.waxwing.node.snapshot.SnapshotFrame.EndWanted;
import io.waxwing.node.snapshot.SnapshotFrame.Leaves;
import io.waxwing.node.snapshot.SnapshotFrame.Mark;
import io.waxwing.node.snapshot.SnapshotFrame.Point;
import io.waxwing.node.snapshot.SnapshotFrame.PointWanted;
import io.waxwing.node.snapshot.SnapshotFrame.Points;
import io.waxwing.node.snapshot.SnapshotFrame.PointsWanted;
import io.waxwing.node.snapshot.SnapshotFrame.TileHere;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of an {@link Arrival}: chooses a point, walks the way to it, fetches its tree. Whom to believe and whom to
 * ask is decided here; how long all of it may take, and what becomes of a full disk, is not. One thread.
 */
final class Search {
    private static final Logger LOG = LoggerFactory.getLogger(Arrival.class);
    private static final int ROUNDS = 3;
    private static final long ASK_POINTS_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** For so long all who could say that the ledger is short are waited for, then as many as are always honest. */
    private static final long ALL_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long LINKED_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Terms terms;
    private final LedgerStore store;
    private final Supplier<? extends @Nullable VoteLog> log;
    private final PeerLinks links;
    private final Questions questions;
    private final Attested attested = new Attested();
    private final Way way;
    private @Nullable Mark chosen;
    private @Nullable Offer offer;
    private @Nullable Summit summit;
    private @Nullable TreeFetch fetch;
    private @Nullable Adopting adopting;
    private Outcome outcome = Outcome.UNDER_WAY;
    private int rounds = 1;
    private int unproven;
    private boolean somebodySaid;
    private long firstSaidNanos;
    private long askPointsNanos;
    private long progressNanos;

    private record Offer(int from, Block block, Point point, Ending why) {}

    /** {@code log} as in {@link Arrival}. */
    Search(
            Terms terms,
            LedgerStore store,
            Supplier<? extends @Nullable VoteLog> log,
            SignatureCheck check,
            PeerLinks links,
            long nowNanos) {
        this.terms = terms;
        this.store = store;
        this.log = log;
        this.links = links;
        this.questions = new Questions(links);
        this.way = new Way(terms.genesis(), terms.known(), check);
        this.askPointsNanos = nowNanos;
        this.progressNanos = nowNanos;
    }

    Outcome outcome() {
        return outcome;
    }

    /** When something was last won. */
    long progressNanos() {
        return progressNanos;
    }

    boolean isAlone() {
        return questions.isAlone();
    }

    /** What is being done, for people. */
    String inWords() {
        TreeFetch tree = fetch;
        if (tree != null) {
            return "has " + tree.size() + " of " + tree.treeSize() + " leaves of the others' ledger";
        }
        return isAlone() ? "waits for a link to others" : "asks the others for their ledger";
    }

    void giveUp(String why) {
        outcome = Outcome.GIVEN_UP;
        LOG.atWarn()
                .addKeyValue("code", Arrival.REFUSED)
                .log("{} no snapshot, blocks are fetched instead: {}", Arrival.REFUSED, why);
    }

    /** Nothing of this try can be right; leaves that are in the store are compared again. */
    private void beginAnew(String why) {
        if (rounds == ROUNDS) {
            giveUp(why);
            return;
        }
        rounds++;
        LOG.atWarn().addKeyValue("code", Arrival.REFUSED).log("{} begins anew: {}", Arrival.REFUSED, why);
        Set<Integer> unused = way.restart();
        offer = null;
        chosen = null;
        summit = null;
        fetch = null;
        adopting = null;
    }

    /** Takes what a node has sent. */
    void hear(Heard.Frame frame, long nowNanos) {
        try {
            SnapshotFrame said = SnapshotFrame.decode(frame.bytes);
            if (said instanceof Points points) {
                attested.said(frame.from, points.marks());
                firstSaidNanos = somebodySaid ? firstSaidNanos : nowNanos;
                somebodySaid = true;
                return;
            }
            SnapshotFrame question = questions.answered(frame.from, nowNanos);
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
            SnapshotFrame unused = questions.answered(frame.from, nowNanos);
            forget(frame.from);
            distrust(frame.from, e, nowNanos);
        }
    }

    private void distrust(int node, LedgerFailure why, long nowNanos) {
        questions.wrong(node, nowNanos);
        LOG.atWarn()
                .addKeyValue("code", why.code())
                .log("{} node {} is not asked for a while: {}", why.code(), node, why.getMessage());
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
            return wanted.epoch() == end.epoch() && end.block().size() > 0 && pass(end, from);
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

    private boolean pass(End end, int from) {
        way.pass(end, from);
        return true;
    }

    /** Writes, asks or finishes; true if that changed anything. Throws {@link LedgerFailure} if the disk refuses. */
    boolean goOn(long nowNanos) {
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
        if (way.walk().epoch() < epoch) {
            questions.ask(new EndWanted(way.walk().epoch()), nowNanos);
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
        } else if (isShort(registry, nowNanos)) {
            outcome = Outcome.NOT_NEEDED;
        }
        return false;
    }

    /**
     * Enough say so: all that are always up; after a while as many that one of them is honest, who may be far behind;
     * at last all that are linked. A wrong answer costs time, and nothing else.
     */
    private boolean isShort(Registry registry, long nowNanos) {
        int validators = registry.validators().size();
        int all = Math.min(Attested.validatorsOf(links.peers(), registry), validators - Quorum.faults(validators));
        long waitedNanos = somebodySaid ? nowNanos - firstSaidNanos : 0;
        int needed = all;
        if (waitedNanos >= LINKED_NANOS) {
            needed = Math.min(all, Attested.validatorsOf(questions.reachable(), registry));
        }
        if (waitedNanos >= ALL_NANOS) {
            needed = Math.min(needed, Attested.needed(registry));
        }
        return attested.without(terms.blocksBehind(), registry) >= Math.max(1, needed);
    }

    /** The way from genesis is walked: is the point on it? */
    private void prove(Offer given, long nowNanos) {
        FinalityWalk walk = way.walk();
        Registry registry = Registry.parse(walk.config().registry());
        try {
            Summit top = walk.summit(given.block(), given.why());
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
            distrust(given.from(), e, nowNanos);
            offer = null;
            chosen = null;
            unproven++;
            if (unproven >= Attested.needed(registry)) {
                // One of those who gave a point is honest, so the way is not.
                unproven = 0;
                way.restart().forEach(guide -> questions.wrong(guide, nowNanos));
            }
        }
    }

    private void begin(Summit top, Point point) {
        LedgerState record = LedgerState.restore(point.state(), List.of(), List.of());
        boolean fits = record.height() == point.height()
                && record.ledgerId().equals(terms.genesis().configHash())
                && record.treeSize() == top.treeSize()
                && record.root().equals(top.root())
                && record.config().configHash().equals(way.walk().config().configHash());
        if (!fits) {
            beginAnew("the state record of height " + point.height() + " is not of the tree that is final there");
            return;
        }
        summit = top;
        fetch = new TreeFetch(top.treeSize(), new TreePieces(top.treeSize(), record.peaks(), top.root()), store);
        LOG.info("fetches the ledger as of block {}: {} leaves", point.height(), top.treeSize());
    }

    private boolean goOn(TreeFetch tree, long nowNanos) {
        tree.write();
        if (tree.takeStored()) {
            progressNanos = nowNanos;
            return true;
        }
        if (!questions.isOpen() && questions.turnsToAnother(nowNanos)) {
            tree.forgetBegun();
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
        Point point = Objects.requireNonNull(offer).point();
        LedgerState state = LedgerState.restore(
                point.state(), tree.fold().topicHeads(), tree.fold().originHeads());
        if (!state.isBoundBy(tree.fold().end())) {
            beginAnew("the state record of height " + point.height() + " contradicts the leaves");
            return;
        }
        if (adopting == null) {
            adopting = new Adopting(
                    terms.first(),
                    way.ends(),
                    Objects.requireNonNull(summit),
                    way.walk().epoch());
        }
        adopting.run(store, log, state, tree.fold());
        outcome = Outcome.ADOPTED;
        LOG.info(
                "begins with the ledger as of block {}, epoch {}",
                point.height(),
                way.walk().epoch());
    }
}
