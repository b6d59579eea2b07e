package io.waxwing.ledger.merkle;

import io.waxwing.ledger.failure.Invariant;
import io.waxwing.ledger.hash.Hash;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns completed subtrees into tiles: keeps the open tile of every level and remembers which tiles an append touched.
 * Fed by {@link CompactRange#append(Hash, NodeSink)} in order. Not for several threads.
 */
public final class TileBuffer implements NodeSink {
    private final List<Open> levels = new ArrayList<>();
    private final Map<TileId, Tile> touched = new LinkedHashMap<>();

    /** Begins with an empty tree. */
    public TileBuffer() {}

    /** Continues the tree of that size, whose open tiles the source has. */
    public TileBuffer(long treeSize, TileSource tiles) {
        long hashes = treeSize;
        for (int level = 0; hashes > 0; level++) {
            Open open = open(level);
            open.index = hashes / Tile.WIDTH;
            int width = (int) (hashes % Tile.WIDTH);
            if (width > 0) {
                Tile tile = tiles.tile(new TileId(level, open.index), width).truncated(width);
                open.bytes.writeBytes(tile.toBytes());
            }
            hashes /= Tile.WIDTH;
        }
    }

    @Override
    public void node(int level, long index, Hash hash) {
        if (level % Tile.HEIGHT != 0) {
            return;
        }
        Open open = open(level / Tile.HEIGHT);
        TileId id = new TileId(level / Tile.HEIGHT, index / Tile.WIDTH);
        Invariant.check(open.index == id.index(), "tiles grow at their end", open.index, id.index());
        Invariant.check(open.width() == index % Tile.WIDTH, "hashes come in order", open.width(), index % Tile.WIDTH);
        open.bytes.writeBytes(hash.toBytes());
        open.touched = true;
        if (open.width() == Tile.WIDTH) {
            touched.put(id, new Tile(id, open.bytes.toByteArray()));
            open.bytes.reset();
            open.index++;
            open.touched = false;
        }
    }

    /** The tiles that changed since the last call, whole. */
    public List<Tile> drain() {
        for (int level = 0; level < levels.size(); level++) {
            Open open = levels.get(level);
            if (open.touched) {
                TileId id = new TileId(level, open.index);
                touched.put(id, new Tile(id, open.bytes.toByteArray()));
                open.touched = false;
            }
        }
        List<Tile> tiles = List.copyOf(touched.values());
        touched.clear();
        return tiles;
    }

    private Open open(int level) {
        while (levels.size() <= level) {
            levels.add(new Open());
        }
        return levels.get(level);
    }

    private static final class Open {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private long index;
        private boolean touched;

        private long width() {
            return bytes.size() / Hash.LENGTH;
        }
    }
}
