package io.waxwing.ledger.checkpoint;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.NoteSignature;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.sign.SignatureCheck;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Cosignatures of several tree sizes on their way to checkpoints. Lines of sizes that this node has not reached wait,
 * {@value #WAITING_PER_SENDER} for each sender; of its own sizes the last {@value #OPEN_SIZES} are open. A size that
 * ends an epoch stays open until it is published, whatever comes after it: without its checkpoint nobody can get to the
 * next epoch. One thread.
 */
public final class CheckpointRounds {
    static final int WAITING_PER_SENDER = 8;
    static final int OPEN_SIZES = 64;

    private final String origin;
    // By the size after which the policy counts.
    private final TreeMap<Long, TrustPolicy> policies = new TreeMap<>();
    private final TreeSet<Long> handovers = new TreeSet<>();
    private final SignatureCheck check;
    private final TreeMap<Long, CheckpointAssembler> open = new TreeMap<>();
    private final TreeMap<Long, Hash> roots = new TreeMap<>();
    private final Map<Integer, Deque<Line>> waiting = new HashMap<>();
    private long published;

    public CheckpointRounds(String origin, TrustPolicy policy, SignatureCheck check) {
        this.origin = origin;
        this.policies.put(-1L, policy);
        this.check = check;
    }

    /**
     * The tree of that size ends an epoch: it is the last that counts by the policy so far, and larger ones count by
     * the next. To be called before {@link #reached} for that size, and after a start if that size was not published
     * before.
     */
    public void handover(long treeSize, TrustPolicy next) {
        policies.put(treeSize, next);
        handovers.add(treeSize);
    }

    /** Sizes that end an epoch and have no checkpoint yet: this node's lines over them are to be said again. */
    public List<Long> owed() {
        return List.copyOf(handovers);
    }

    private TrustPolicy policyAt(long treeSize) {
        return policies.lowerEntry(treeSize).getValue();
    }

    private boolean isWanted(long treeSize) {
        return treeSize > published || handovers.contains(treeSize);
    }

    /** A cosignature of a tree of that size; whose root is for the receiver to know. */
    public record Line(long treeSize, NoteSignature signature) {}

    /** A note that a quorum has cosigned. */
    public record Assembled(long treeSize, Hash root, SignedNote note) {}

    /** This size has a published checkpoint: smaller ones are of no use, but for those that end an epoch. */
    public void published(long treeSize) {
        published = Math.max(published, treeSize);
        handovers.remove(treeSize);
        open.keySet().removeIf(size -> !isWanted(size));
        roots.keySet().removeIf(size -> !isWanted(size));
        waiting.values().forEach(lines -> lines.removeIf(line -> !isWanted(line.treeSize())));
    }

    /**
     * This node's ledger has that size and root after a final block; {@code logLine} is its own log key's signature,
     * null for a node without one, which can only be given the note. Null while the quorum is missing.
     */
    public @Nullable Assembled reached(long treeSize, Hash root, @Nullable NoteSignature logLine) {
        if (!isWanted(treeSize)) {
            return null;
        }
        CheckpointAssembler assembler =
                new CheckpointAssembler(new Checkpoint(origin, treeSize, root), policyAt(treeSize), check);
        if (logLine != null) {
            assembler.add(logLine);
        }
        open.put(treeSize, assembler);
        roots.put(treeSize, root);
        if (open.size() - handovers.size() > OPEN_SIZES) {
            forgetSmallest();
        }
        for (Line line : takeWaiting(treeSize)) {
            assembler.add(line.signature());
        }
        return assembled(treeSize);
    }

    private void forgetSmallest() {
        for (long size : List.copyOf(open.keySet())) {
            if (!handovers.contains(size)) {
                open.remove(size);
                roots.remove(size);
                return;
            }
        }
    }

    /** A line of somebody, this node included; null while the quorum is missing. */
    public @Nullable Assembled add(int sender, Line line) {
        CheckpointAssembler assembler = open.get(line.treeSize());
        if (assembler != null) {
            assembler.add(line.signature());
            return assembled(line.treeSize());
        }
        if (isWanted(line.treeSize())) {
            Deque<Line> lines = waiting.computeIfAbsent(sender, unused -> new ArrayDeque<>());
            lines.addLast(line);
            if (lines.size() > WAITING_PER_SENDER) {
                lines.removeFirst();
            }
        }
        return null;
    }

    private List<Line> takeWaiting(long treeSize) {
        List<Line> taken = new ArrayList<>();
        for (Deque<Line> lines : waiting.values()) {
            lines.removeIf(line -> line.treeSize() == treeSize && taken.add(line));
        }
        return taken;
    }

    private @Nullable Assembled assembled(long treeSize) {
        CheckpointAssembler assembler = open.get(treeSize);
        Hash root = roots.get(treeSize);
        SignedNote note = assembler == null ? null : assembler.assembled();
        return note == null || root == null ? null : new Assembled(treeSize, root, note);
    }
}
