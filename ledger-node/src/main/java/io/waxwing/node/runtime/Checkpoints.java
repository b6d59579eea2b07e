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
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which tree heads this node cosigns, and when. All nodes must choose the same ones or no quorum ever meets: the first
 * block of every interval of block time is chosen by everybody, and a block behind which nothing came for an interval
 * of the node's own time is chosen by all who wait. One thread.
 */
final class Checkpoints {
    private static final int MAX_HEADS = 64;

    private final LedgerIdentity identity;
    private final BooleanSupplier mayCosign;
    private final CosigningRule rule;
    private final CheckpointRounds rounds;
    private final long intervalMs;
    private long lastBlockMs;
    private long lastSize;
    private Hash lastRoot;
    private long chosenSize;
    private @Nullable Line lastLine;
    private long appliedNanos;
    private long publishedSize;
    private final AppliedReader stored;
    private final LedgerStore store;
    // Read by the verifying pool.
    private final ConcurrentNavigableMap<Long, Hash> heads = new ConcurrentSkipListMap<>();
    private @Nullable Cosigned signedAhead;

    /** {@code mayCosign}: a node that may not vote does not cosign either, since both rest on the same log. */
    Checkpoints(OpenedLedger opened, SignatureCheck signatures, long intervalMs, BooleanSupplier mayCosign) {
        this.mayCosign = mayCosign;
        this.identity = opened.identity();
        this.intervalMs = intervalMs;
        this.rule = new CosigningRule(opened.log().history().lastCosigned());
        this.rounds = new CheckpointRounds(identity.logKey().name(), identity.policy(), signatures);
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
    }

    private void published(long treeSize) {
        publishedSize = Math.max(publishedSize, treeSize);
        chosenSize = Math.max(chosenSize, publishedSize);
        heads.headMap(publishedSize, true).clear();
        rounds.published(publishedSize);
    }

    /** The root of a tree that cosignatures are gathered for, else null. Any thread. */
    @Nullable Hash gathered(long treeSize) {
        return heads.get(treeSize);
    }

    /** The largest size that was chosen and has no checkpoint here, 0 for none. */
    long awaited() {
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
     * A final block, in order; the head to make a checkpoint of because of it, or null.
     *
     * @throws LedgerFailure WXW-3106 if the key has signed another tree of this size, or one that no block ends with
     */
    Turn.@Nullable Head onFinal(Applied applied, long nowNanos) {
        boolean first = intervalMs == 0 || applied.orderTimeMs() / intervalMs > lastBlockMs / intervalMs;
        lastBlockMs = applied.orderTimeMs();
        lastSize = applied.treeSize();
        lastRoot = applied.root();
        appliedNanos = nowNanos;
        compareSigned();
        return first ? head() : null;
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
        if (chosenSize == lastSize) {
            return null;
        }
        chosenSize = lastSize;
        heads.put(lastSize, lastRoot);
        if (heads.size() > MAX_HEADS) {
            heads.pollFirstEntry();
        }
        boolean cosign = mayCosign.getAsBoolean() && rule.ask(lastSize, lastRoot) != Answer.SMALLER;
        if (cosign && rule.ask(lastSize, lastRoot) == Answer.OTHER_ROOT) {
            throw new LedgerFailure(
                    StoreCodes.OTHER_ROOT,
                    "at " + lastSize + " leaves the ledger's root is " + lastRoot + ", but its key has signed another");
        }
        return new Turn.Head(lastSize, lastRoot, cosign);
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
        Checkpoint checkpoint = new Checkpoint(identity.logKey().name(), head.treeSize(), head.root());
        NoteSignature line = Cosignature.sign(
                identity.cosignerKey(), identity.keys().cosigner(), checkpoint, Math.max(0, nowMs / 1000));
        Line made = new Line(head.treeSize(), line);
        lastLine = made;
        return made;
    }

    /** This node's newest line as long as its checkpoint is missing: frames get lost, so it is said again. */
    @Nullable Line unpublished() {
        return lastLine == null || lastLine.treeSize() <= publishedSize ? null : lastLine;
    }

    /** This node's newest line of this life, or null. */
    @Nullable Line newest() {
        return lastLine;
    }

    /** Begins to gather lines for a head of this node; the checkpoint if they are all here. */
    @Nullable PublishedCheckpoint reached(Turn.Head head) {
        Checkpoint checkpoint = new Checkpoint(identity.logKey().name(), head.treeSize(), head.root());
        NoteSignature logLine =
                checkpoint.logLine(identity.logKey(), identity.keys().log());
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
        Hash root = note.treeSize() <= publishedSize ? null : rootAt(note.treeSize());
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

    private @Nullable Hash rootAt(long treeSize) {
        Hash known = heads.get(treeSize);
        if (known != null) {
            return known;
        }
        boolean reached = treeSize > 0 && treeSize <= store.treeSizeAt(store.appliedHeight());
        return reached ? stored.rootAt(treeSize) : null;
    }

    private @Nullable PublishedCheckpoint published(CheckpointRounds.@Nullable Assembled assembled) {
        if (assembled == null || assembled.treeSize() <= publishedSize) {
            return null;
        }
        published(assembled.treeSize());
        return new PublishedCheckpoint(
                assembled.treeSize(),
                assembled.root(),
                ByteString.of(assembled.note().encode()));
    }
}
