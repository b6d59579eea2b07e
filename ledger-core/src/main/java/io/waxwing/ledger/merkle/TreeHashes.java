package io.waxwing.ledger.merkle;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Roots and proofs of any tree size, computed from perfect subtrees. Follows the recursive definitions of RFC 6962
 * section 2.1 word for word; depth is at most 64. All ranges are half-open.
 */
public final class TreeHashes {
    private final NodeSource nodes;

    public TreeHashes(NodeSource nodes) {
        this.nodes = nodes;
    }

    /** Over tiles. */
    public static TreeHashes overTiles(TileSource tiles) {
        return new TreeHashes((level, index) -> tileNode(tiles, level, index));
    }

    /** Over leaf hashes held in memory. */
    public static TreeHashes overLeafHashes(List<Hash> leafHashes) {
        return new TreeHashes((level, index) -> MerkleRoot.ofLeafHashes(
                leafHashes.subList(Math.toIntExact(index << level), Math.toIntExact((index + 1) << level))));
    }

    /** The root of a perfect subtree; see {@link NodeSource}. */
    public Hash node(int level, long index) {
        return nodes.node(level, index);
    }

    /** The root of the first {@code treeSize} leaves. */
    public Hash root(long treeSize) {
        return treeSize == 0 ? MerkleRoot.EMPTY : range(0, treeSize);
    }

    /** PATH(leafIndex, D[treeSize]). Throws {@link MalformedException} unless 0 <= leafIndex < treeSize. */
    public InclusionProof inclusion(long leafIndex, long treeSize) {
        if (leafIndex < 0 || leafIndex >= treeSize) {
            throw new MalformedException(
                    MalformedException.PROOF, "leaf " + leafIndex + " is not in a tree of " + treeSize + " leaves");
        }
        List<Hash> path = new ArrayList<>();
        long begin = 0;
        long end = treeSize;
        while (end - begin > 1) {
            long middle = begin + split(end - begin);
            if (leafIndex < middle) {
                path.add(range(middle, end));
                end = middle;
            } else {
                path.add(range(begin, middle));
                begin = middle;
            }
        }
        Collections.reverse(path);
        return new InclusionProof(leafIndex, treeSize, path);
    }

    /** PROOF(oldSize, D[newSize]); empty for equal sizes and for oldSize 0. */
    public ConsistencyProof consistency(long oldSize, long newSize) {
        if (oldSize < 0 || oldSize > newSize) {
            throw new MalformedException(
                    MalformedException.PROOF, "no consistency proof from size " + oldSize + " to " + newSize);
        }
        List<Hash> path = new ArrayList<>();
        if (oldSize != 0 && oldSize != newSize) {
            long begin = 0;
            long end = newSize;
            while (end != oldSize) {
                long middle = begin + split(end - begin);
                if (oldSize <= middle) {
                    path.add(range(middle, end));
                    end = middle;
                } else {
                    path.add(range(begin, middle));
                    begin = middle;
                }
            }
            if (begin != 0) {
                path.add(range(begin, end));
            }
            Collections.reverse(path);
        }
        return new ConsistencyProof(oldSize, newSize, path);
    }

    private Hash range(long begin, long end) {
        long size = end - begin;
        if (Long.bitCount(size) == 1) {
            int level = Long.numberOfTrailingZeros(size);
            return nodes.node(level, begin >>> level);
        }
        long middle = begin + split(size);
        return Sha256.nodeHash(range(begin, middle), range(middle, end));
    }

    /** The largest power of two below n. */
    private static long split(long n) {
        return Long.highestOneBit(n - 1);
    }

    private static Hash tileNode(TileSource tiles, int level, long index) {
        int tileLevel = level / Tile.HEIGHT;
        int inside = level % Tile.HEIGHT;
        long first = index << inside;
        TileId id = new TileId(tileLevel, first / Tile.WIDTH);
        int from = (int) (first % Tile.WIDTH);
        int to = from + (1 << inside);
        Tile tile = tiles.tile(id, to);
        if (inside == 0) {
            return tile.hash(from);
        }
        CompactRange range = new CompactRange();
        for (int i = from; i < to; i++) {
            range.append(tile.hash(i));
        }
        return range.root();
    }
}
