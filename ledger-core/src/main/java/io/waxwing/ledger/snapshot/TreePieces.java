package io.waxwing.ledger.snapshot;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.merkle.CompactRange;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.merkle.TileId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A tree whose root is known, got in pieces: first the tiles above the leaf hashes, from the top down, then the leaves
 * in bundles of 256. Every piece is compared when it comes with what is known of it already: a full one with the hash
 * that stands for it in the tile above, one at the right edge with the tree's peaks. So nothing wrong is ever kept, and
 * who sent it is known. Memory: one hash per 255 leaves. Not for several threads.
 */
public final class TreePieces {
    private final long size;
    private final List<Hash> peaks;
    private final Map<TileId, Tile> tiles = new HashMap<>();
    private int level;
    private long index;

    /**
     * Of a tree of that many leaves.
     *
     * @param peaks as {@link CompactRange#peaks()} gives them
     * @throws MalformedException WXW-3008 if they do not make that root
     */
    public TreePieces(long size, List<Hash> peaks, Hash root) {
        if (size < 1 || !new CompactRange(size, peaks).root().equals(root)) {
            throw new MalformedException(
                    MalformedException.PROOF, "the peaks of " + size + " leaves do not make root " + root);
        }
        this.size = size;
        this.peaks = List.copyOf(peaks);
        while (hashesAt(level + 1) > 0) {
            level++;
        }
    }

    private long hashesAt(int tileLevel) {
        return tileLevel >= Byte.SIZE ? 0 : size >>> (Tile.HEIGHT * tileLevel);
    }

    /** The tile to be asked for next, null if all above the leaf hashes are here. */
    public @Nullable TileId wanted() {
        while (level > 0) {
            TileId next = new TileId(level, index);
            if (next.widthIn(size) > 0) {
                return next;
            }
            level--;
            index = 0;
        }
        return null;
    }

    /** Takes the tile that was wanted; false if it is another or not of this tree. */
    public boolean accept(Tile tile) {
        boolean good = tile.id().equals(wanted()) && isOfTree(tile);
        if (good) {
            tiles.put(tile.id(), tile);
            index++;
        }
        return good;
    }

    /** How many bundles the leaves come in. */
    public long bundles() {
        return (size + Tile.WIDTH - 1) / Tile.WIDTH;
    }

    /** How many leaves that bundle has. */
    public int widthOf(long bundle) {
        return new TileId(0, bundle).widthIn(size);
    }

    /** True if a bundle's leaves have these hashes in this tree. */
    public boolean isBundle(long bundle, List<Hash> leafHashes) {
        byte[] bytes = new byte[leafHashes.size() * Hash.LENGTH];
        for (int i = 0; i < leafHashes.size(); i++) {
            System.arraycopy(leafHashes.get(i).toBytes(), 0, bytes, i * Hash.LENGTH, Hash.LENGTH);
        }
        return !leafHashes.isEmpty() && isOfTree(new Tile(new TileId(0, bundle), bytes));
    }

    private boolean isOfTree(Tile tile) {
        TileId id = tile.id();
        if (tile.width() != id.widthIn(size)) {
            return false;
        }
        if (tile.isFull()) {
            Tile above = tiles.get(new TileId(id.level() + 1, id.index() / Tile.WIDTH));
            return above != null && above.hash((int) (id.index() % Tile.WIDTH)).equals(tile.root());
        }
        CompactRange range = new CompactRange();
        for (int i = 0; i < tile.width(); i++) {
            range.append(tile.hash(i));
        }
        int before = Long.bitCount(hashesAt(id.level() + 1));
        List<Hash> edge = new ArrayList<>(peaks.subList(before, before + Integer.bitCount(tile.width())));
        return range.peaks().equals(edge);
    }
}
