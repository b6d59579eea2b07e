package io.waxwing.node.runtime;

import io.waxwing.ledger.chain.LedgerChain;
import io.waxwing.ledger.checkpoint.CheckpointRounds;
import io.waxwing.ledger.checkpoint.CheckpointRounds.Line;
import io.waxwing.ledger.checkpoint.CosigningRule;
import io.waxwing.ledger.checkpoint.CosigningRule.Answer;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.failure.Invariant;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.Cosignature;
import io.waxwing.ledger.note.NoteSignature;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.simplex.VoteRecord.Cosigned;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.node.start.LedgerIdentity;
import io.waxwing.node.start.OpenedLedger;
import io.waxwing.node.store.AppliedReader;
import io.waxwing.node.store.StoreCodes;
import io.waxwing.node.store.StoredConfigs.Placed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Which tree heads this node cosigns, and when. All nodes must choose the same ones or no quorum ever meets: the first
 * block of every interval of block time is chosen by everybody, and a block behind which nothing came for an interval
 * of the node's own time is chosen by all who wait. One thread.
 */
final class Checkpoints {
    private static final int MAX_HEADS = 64;

    private final String origin;
    private final Voters voters;
    private final CosigningRule rule;
    private final CheckpointRounds rounds;
    private final long intervalMs;
    private LedgerIdentity identity;
    private long lastBlockMs;
    private long lastSize;
    private Hash lastRoot;
    private long chosenSize;
    private @Nullable Line lastLine;
    // This node's lines over trees that end an epoch and have no checkpoint yet.
    private final TreeMap<Long, Line> owed = new TreeMap<>();
    private long appliedNanos;
    private long publishedSize;
    private final AppliedReader stored;
    private final LedgerStore store;
    // Read by the verifying pool.
    private final ConcurrentNavigableMap<Long, Hash> heads = new ConcurrentSkipListMap<>();
    // Who this node was in the epoch that ended with a tree of that size.
    private final Map<Long, LedgerIdentity> endings = new HashMap<>();
    private final Set<Long> unopened = new HashSet<>();
    private @Nullable Cosigned signedAhead;

    /** A node that may not vote does not cosign either, since both rest on the same log. */
    interface Voters {
        /** Whether it votes now. */
        boolean votes();

        /** Whether it may bind itself to what was decided when it was that. */
        boolean mayCosignAs(LedgerIdentity identity);
    }

    Checkpoints(OpenedLedger opened, SignatureCheck signatures, long intervalMs, Voters voters) {
        List<Placed> configs = opened.configs();
        this.voters = voters;
        this.identity = opened.identityIn(configs.get(configs.size() - 1).config());
        this.origin = identity.logKey().name();
        this.intervalMs = intervalMs;
        this.rule = new CosigningRule(opened.log().history().lastCosigned());
        this.rounds =
                new CheckpointRounds(origin, opened.identityIn(opened.genesis()).policy(), signatures);
        this.lastBlockMs = opened.state().timeMs();
        this.lastSize = opened.state().treeSize();
        this.lastRoot = opened.state().root();
        this.store = opened.store();
        this.stored = new AppliedReader(store);
        Cosigned signed = rule.last();
        this.signedAhead = signed != null && signed.treeSize() > lastSize ? signed : null;
        PublishedCheckpoint latest = store.latestCheckpoint();
        if (latest != null) {
            published(latest.treeSize());
        }
        for (int epoch = 1; epoch < configs.size(); epoch++) {
            long size = configs.get(epoch).treeSizeAfter();
            rounds.handover(size, opened.identityIn(configs.get(epoch).config()).policy());
            if (store.checkpointAt(size) != null) {
                rounds.published(size);
            } else {
                endings.put(size, opened.identityIn(configs.get(epoch - 1).config()));
                unopened.add(size);
            }
        }
    }

    /**
     * Heads of trees that ended epochs before, by rising size: each once to gather lines for it, and again when this
     * node may give its own.
     */
    List<Turn.Head> owed() {
        List<Turn.Head> due = new ArrayList<>();
        for (long size : rounds.owed()) {
            LedgerIdentity by = Objects.requireNonNull(endings.get(size), "who this node was is known");
            Hash root = Objects.requireNonNull(rootAt(size), "a tree that ended an epoch is here");
            boolean may = !owed.containsKey(size) && voters.mayCosignAs(by) && rule.ask(size, root) != Answer.SMALLER;
            if (unopened.remove(size) || may) {
                due.add(head(size, root, by, may));
            }
        }
        return due;
    }

    private void published(long treeSize) {
        publishedSize = Math.max(publishedSize, treeSize);
        chosenSize = Math.max(chosenSize, publishedSize);
        owed.remove(treeSize);
        endings.remove(treeSize);
        rounds.published(treeSize);
        heads.keySet().removeIf(size -> size <= publishedSize && !rounds.owed().contains(size));
    }

    /** The root of a tree that cosignatures are gathered for, else null. Any thread. */
    @Nullable Hash gathered(long treeSize) {
        return heads.get(treeSize);
    }

    /**
     * A size that was chosen and has no checkpoint here, 0 for none: one that ended an epoch before others, else the
     * largest.
     */
    long awaited() {
        List<Long> handovers = rounds.owed();
        if (!handovers.isEmpty()) {
            return handovers.get(0);
        }
        return chosenSize > publishedSize ? chosenSize : 0;
    }

    /** Largest head this node has bound itself to, 0 for none. */
    long cosignedSize() {
        Cosigned last = rule.last();
        return last == null ? 0 : last.treeSize();
    }

    /** When the newest head is due though no block follows; Long.MAX_VALUE if it was chosen. */
    long dueNanos() {
        return chosenSize == lastSize ? Long.MAX_VALUE : appliedNanos + TimeUnit.MILLISECONDS.toNanos(intervalMs);
    }

    /**
     * A final block, in order; the head to make a checkpoint of because of it, or null. If it ends the epoch,
     * {@code next} is who this node is in the next.
     *
     * @throws LedgerFailure WXW-3106 if the key has signed another tree of this size, or one that no block ends with
     */
    Turn.@Nullable Head onFinal(Applied applied, @Nullable LedgerIdentity next, long nowNanos) {
        boolean first = intervalMs == 0 || applied.orderTimeMs() / intervalMs > lastBlockMs / intervalMs;
        lastBlockMs = applied.orderTimeMs();
        lastSize = applied.treeSize();
        lastRoot = applied.root();
        appliedNanos = nowNanos;
        compareSigned();
        return next == null ? (first ? head() : null) : handover(next);
    }

    /**
     * The tree that ends an epoch: a head of its own for the keys of that epoch, whoever counts from now on. Nobody
     * gets from one epoch to the next without its checkpoint.
     */
    private Turn.Head handover(LedgerIdentity next) {
        LedgerIdentity before = identity;
        identity = next;
        rounds.handover(lastSize, next.policy());
        endings.put(lastSize, before);
        return head(lastSize, lastRoot, before, voters.mayCosignAs(before));
    }

    /** What the key signed before the ledger had come so far again, as soon as it has. */
    private void compareSigned() {
        Cosigned signed = signedAhead;
        if (signed == null || lastSize < signed.treeSize()) {
            return;
        }
        if (lastSize > signed.treeSize() || !lastRoot.equals(signed.root())) {
            throw new LedgerFailure(
                    StoreCodes.OTHER_ROOT,
                    "the key has signed root " + signed.root() + " of " + signed.treeSize() + " leaves; the ledger has "
                            + lastSize + " with root " + lastRoot);
        }
        signedAhead = null;
    }

    /** The newest head if it is due, else null. */
    Turn.@Nullable Head onTime(long nowNanos) {
        long due = dueNanos();
        return due != Long.MAX_VALUE && nowNanos - due >= 0 ? head() : null;
    }

    /** The newest head, as long as there is no checkpoint of it; else null. */
    Turn.@Nullable Head head() {
        return chosenSize == lastSize ? null : head(lastSize, lastRoot, identity, voters.votes());
    }

    private Turn.Head head(long treeSize, Hash root, LedgerIdentity by, boolean may) {
        chosenSize = Math.max(chosenSize, treeSize);
        heads.put(treeSize, root);
        if (heads.size() > MAX_HEADS) {
            heads.pollFirstEntry();
        }
        Answer answer = may ? rule.ask(treeSize, root) : Answer.SMALLER;
        if (answer == Answer.OTHER_ROOT) {
            throw new LedgerFailure(
                    StoreCodes.OTHER_ROOT,
                    "at " + treeSize + " leaves the ledger's root is " + root + ", but its key has signed another");
        }
        return new Turn.Head(treeSize, root, answer != Answer.SMALLER, by);
    }

    /** False if the head is recorded already. */
    boolean isNew(Turn.Head head) {
        return rule.ask(head.treeSize(), head.root()) == Answer.NEW;
    }

    /** The record of a head has been forced: this node's line over it. To be called in the order of the records. */
    Line sign(Turn.Head head, long nowMs) {
        rule.recorded(new Cosigned(head.treeSize(), head.root()));
        // Asked again here, so that no path leads to a signature without it.
        Invariant.check(rule.ask(head.treeSize(), head.root()) == Answer.AGAIN, "cosign only what is recorded");
        Checkpoint checkpoint = new Checkpoint(origin, head.treeSize(), head.root());
        LedgerIdentity by = head.by();
        NoteSignature line =
                Cosignature.sign(by.cosignerKey(), by.keys().cosigner(), checkpoint, Math.max(0, nowMs / 1000));
        Line made = new Line(head.treeSize(), line);
        lastLine = made;
        if (rounds.owed().contains(head.treeSize())) {
            owed.put(head.treeSize(), made);
        }
        return made;
    }

    /** This node's lines whose checkpoints are missing, but for older ones: frames get lost, so they are said again. */
    List<Line> unpublished() {
        List<Line> lines = new ArrayList<>(owed.values());
        if (lastLine != null && lastLine.treeSize() > publishedSize && !owed.containsKey(lastLine.treeSize())) {
            lines.add(lastLine);
        }
        return lines;
    }

    /** This node's newest line of this life, or null. */
    @Nullable Line newest() {
        return lastLine;
    }

    /** Begins to gather lines for a head of this node; the checkpoint if they are all here. */
    @Nullable PublishedCheckpoint reached(Turn.Head head) {
        Checkpoint checkpoint = new Checkpoint(origin, head.treeSize(), head.root());
        LedgerIdentity by = head.by();
        NoteSignature logLine =
                by.keys().canVote() ? checkpoint.logLine(by.logKey(), by.keys().log()) : null;
        return published(rounds.reached(head.treeSize(), head.root(), logLine));
    }

    /** Somebody's line; the checkpoint if it was the last one missing. */
    @Nullable PublishedCheckpoint onLine(int sender, Line line) {
        return published(rounds.add(sender, line));
    }

    /**
     * A note that a quorum has cosigned; the checkpoint if it is new and of a tree that this node has.
     *
     * @throws LedgerFailure WXW-3150 if this node's tree of that size has another root
     */
    @Nullable PublishedCheckpoint onNote(CheckpointRounds.Assembled note) {
        Hash root = isWanted(note.treeSize()) ? rootAt(note.treeSize()) : null;
        if (root == null) {
            return null;
        }
        if (!root.equals(note.root())) {
            throw new LedgerFailure(
                    LedgerChain.DIVERGED,
                    "a quorum has cosigned root " + note.root() + " of " + note.treeSize() + " leaves, this node has "
                            + root);
        }
        return published(note);
    }

    private boolean isWanted(long treeSize) {
        return treeSize > publishedSize || rounds.owed().contains(treeSize);
    }

    private @Nullable Hash rootAt(long treeSize) {
        Hash known = heads.get(treeSize);
        if (known != null) {
            return known;
        }
        boolean reached = treeSize > 0 && treeSize <= store.treeSizeAt(store.appliedHeight());
        return reached ? stored.rootAt(treeSize) : null;
    }

    private @Nullable PublishedCheckpoint published(CheckpointRounds.@Nullable Assembled assembled) {
        if (assembled == null || !isWanted(assembled.treeSize())) {
            return null;
        }
        published(assembled.treeSize());
        return new PublishedCheckpoint(
                assembled.treeSize(),
                assembled.root(),
                ByteString.of(assembled.note().encode()));
    }
}
