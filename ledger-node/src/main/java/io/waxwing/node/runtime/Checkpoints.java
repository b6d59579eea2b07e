package io.waxwing.node.runtime;

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
import io.waxwing.ledger.simplex.VoteRecord.Cosigned;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.node.start.LedgerIdentity;
import io.waxwing.node.start.OpenedLedger;
import io.waxwing.node.store.StoreCodes;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which tree heads this node cosigns, and when. All nodes must choose the same ones or no quorum ever meets: the first
 * block of every interval of block time is chosen by everybody, and a block behind which nothing came for an interval
 * of the node's own time is chosen by all who wait. One thread.
 */
final class Checkpoints {
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

    /** {@code mayCosign}: a node that may not vote does not cosign either, since both rest on the same log. */
    Checkpoints(OpenedLedger opened, long intervalMs, BooleanSupplier mayCosign) {
        this.mayCosign = mayCosign;
        this.identity = opened.identity();
        this.intervalMs = intervalMs;
        this.rule = new CosigningRule(opened.log().history().lastCosigned());
        this.rounds = new CheckpointRounds(identity.logKey().name(), identity.policy(), opened.signatures());
        this.lastBlockMs = opened.state().timeMs();
        this.lastSize = opened.state().treeSize();
        this.lastRoot = opened.state().root();
        PublishedCheckpoint latest = opened.store().latestCheckpoint();
        if (latest != null) {
            chosenSize = latest.treeSize();
            rounds.published(latest.treeSize());
        }
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

    /** A final block, in order; the head to make a checkpoint of because of it, or null. */
    Turn.@Nullable Head onFinal(Applied applied, long nowNanos) {
        boolean first = intervalMs == 0 || applied.orderTimeMs() / intervalMs > lastBlockMs / intervalMs;
        lastBlockMs = applied.orderTimeMs();
        lastSize = applied.treeSize();
        lastRoot = applied.root();
        appliedNanos = nowNanos;
        return first ? head() : null;
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

    private @Nullable PublishedCheckpoint published(CheckpointRounds.@Nullable Assembled assembled) {
        if (assembled == null) {
            return null;
        }
        rounds.published(assembled.treeSize());
        if (lastLine != null && lastLine.treeSize() <= assembled.treeSize()) {
            lastLine = null;
        }
        return new PublishedCheckpoint(
                assembled.treeSize(),
                assembled.root(),
                ByteString.of(assembled.note().encode()));
    }
}
