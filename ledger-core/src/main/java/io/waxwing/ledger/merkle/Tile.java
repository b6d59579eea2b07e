package io.waxwing.ledger.merkle;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import java.util.Arrays;

/** 1 to 256 consecutive hashes of one tile level, as served (32 bytes each). Immutable; a partial tile is a prefix. */
public final class Tile {
    /** Tree levels in one tile. */
    public static final int HEIGHT = 8;
    /** Hashes in a full tile. */
    public static final int WIDTH = 1 << HEIGHT;

    private final TileId id;
    private final byte[] bytes;

    /**
     * A tile from its bytes, which are copied. Throws {@link MalformedException} for another length than 32 x 1..256.
     */
    public Tile(TileId id, byte[] bytes) {
        if (bytes.length == 0 || bytes.length % Hash.LENGTH != 0 || bytes.length > WIDTH * Hash.LENGTH) {
            throw new MalformedException(MalformedException.PROOF, "a tile does not have " + bytes.length + " bytes");
        }
        this.id = id;
        this.bytes = bytes.clone();
    }

    public TileId id() {
        return id;
    }

    public int width() {
        return bytes.length / Hash.LENGTH;
    }

    public boolean isFull() {
        return width() == WIDTH;
    }

    /** The hash at {@code position} in [0, width). */
    public Hash hash(int position) {
        return Hash.of(bytes, position * Hash.LENGTH);
    }

    /** The first {@code width} hashes of this tile. */
    public Tile truncated(int width) {
        return width == width() ? this : new Tile(id, Arrays.copyOf(bytes, width * Hash.LENGTH));
    }

    public byte[] toBytes() {
        return bytes.clone();
    }

    /** The root over the hashes: for a full tile, the hash that stands in the tile above it. */
    public Hash root() {
        CompactRange range = new CompactRange();
        for (int i = 0; i < width(); i++) {
            range.append(hash(i));
        }
        return range.root();
    }
}
