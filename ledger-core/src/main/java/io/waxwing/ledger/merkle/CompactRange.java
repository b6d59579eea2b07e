package io.waxwing.ledger.merkle;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.util.ArrayList;
import java.util.List;

/**
 * The right edge of a growing tree: the roots of its perfect subtrees from left to right, one per set bit of its size.
 * Appending costs one hash on average, the root at most 63. Not for several threads.
 */
public final class CompactRange {
    private long size;
    // Invariant: one hash per set bit of size, highest level first.
    private final List<Hash> peaks;

    public CompactRange() {
        this(0, List.of());
    }

    /** Continues a tree of {@code size} leaves from its peaks, highest level first. */
    public CompactRange(long size, List<Hash> peaks) {
        if (size < 0 || peaks.size() != Long.bitCount(size)) {
            throw new MalformedException(
                    MalformedException.PROOF, "a tree of " + size + " leaves does not have " + peaks.size() + " peaks");
        }
        this.size = size;
        this.peaks = new ArrayList<>(peaks);
    }

    /** Continues the tree of {@code size} leaves whose nodes the source knows. */
    public static CompactRange load(long size, NodeSource nodes) {
        List<Hash> peaks = new ArrayList<>();
        long begin = 0;
        for (int level = 62; level >= 0; level--) {
            if ((size >>> level & 1) == 1) {
                peaks.add(nodes.node(level, begin >>> level));
                begin += 1L << level;
            }
        }
        return new CompactRange(size, peaks);
    }

    public CompactRange copy() {
        return new CompactRange(size, peaks);
    }

    public long size() {
        return size;
    }

    /** The peaks, highest level first; a copy. */
    public List<Hash> peaks() {
        return List.copyOf(peaks);
    }

    public void append(Hash leafHash) {
        append(leafHash, (level, index, hash) -> {});
    }

    /** Appends one leaf hash and tells the sink every subtree it completes, the leaf itself (level 0) first. */
    public void append(Hash leafHash, NodeSink completed) {
        long index = size;
        Hash hash = leafHash;
        int level = 0;
        completed.node(0, index, hash);
        while ((index & 1) == 1) {
            hash = Sha256.nodeHash(peaks.remove(peaks.size() - 1), hash);
            index >>>= 1;
            level++;
            completed.node(level, index, hash);
        }
        peaks.add(hash);
        size++;
    }

    /** MTH over all leaves appended; H("") for none. */
    public Hash root() {
        if (peaks.isEmpty()) {
            return MerkleRoot.EMPTY;
        }
        Hash root = peaks.get(peaks.size() - 1);
        for (int i = peaks.size() - 2; i >= 0; i--) {
            root = Sha256.nodeHash(peaks.get(i), root);
        }
        return root;
    }
}
