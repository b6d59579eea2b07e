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
import org.jspecify.annotations.Nullable;

/**
 * Cosignatures of several tree sizes on their way to checkpoints. Lines of sizes that this node has not reached wait,
 * {@value #WAITING_PER_SENDER} for each sender; of its own sizes the last {@value #OPEN_SIZES} are open. One thread.
 */
public final class CheckpointRounds {
    static final int WAITING_PER_SENDER = 8;
    static final int OPEN_SIZES = 64;

    private final String origin;
    private final TrustPolicy policy;
    private final SignatureCheck check;
    private final TreeMap<Long, CheckpointAssembler> open = new TreeMap<>();
    private final TreeMap<Long, Hash> roots = new TreeMap<>();
    private final Map<Integer, Deque<Line>> waiting = new HashMap<>();
    private long published;

    public CheckpointRounds(String origin, TrustPolicy policy, SignatureCheck check) {
        this.origin = origin;
        this.policy = policy;
        this.check = check;
    }

    /** A cosignature of a tree of that size; whose root is for the receiver to know. */
    public record Line(long treeSize, NoteSignature signature) {}

    /** A note that a quorum has cosigned. */
    public record Assembled(long treeSize, Hash root, SignedNote note) {}

    /** Up to this size there is a published checkpoint already: smaller ones are of no use. */
    public void published(long treeSize) {
        published = Math.max(published, treeSize);
        open.headMap(published, true).clear();
        roots.headMap(published, true).clear();
        waiting.values().forEach(lines -> lines.removeIf(line -> line.treeSize() <= published));
    }

    /**
     * This node's ledger has that size and root after a final block; {@code logLine} is its own log key's signature.
     * Null while the quorum is missing.
     */
    public @Nullable Assembled reached(long treeSize, Hash root, NoteSignature logLine) {
        if (treeSize <= published) {
            return null;
        }
        CheckpointAssembler assembler = new CheckpointAssembler(new Checkpoint(origin, treeSize, root), policy, check);
        assembler.add(logLine);
        open.put(treeSize, assembler);
        roots.put(treeSize, root);
        if (open.size() > OPEN_SIZES) {
            roots.remove(open.pollFirstEntry().getKey());
        }
        for (Line line : takeWaiting(treeSize)) {
            assembler.add(line.signature());
        }
        return assembled(treeSize);
    }

    /** A line of somebody, this node included; null while the quorum is missing. */
    public @Nullable Assembled add(int sender, Line line) {
        CheckpointAssembler assembler = open.get(line.treeSize());
        if (assembler != null) {
            assembler.add(line.signature());
            return assembled(line.treeSize());
        }
        if (line.treeSize() > published) {
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
