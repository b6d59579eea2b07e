package io.waxwing.ledger.merkle;

import io.waxwing.ledger.failure.MalformedException;

/** A tile's place (C2SP tlog-tiles): level in [0, 63], index within the level. */
public record TileId(int level, long index) {
    public static final int MAX_LEVEL = 63;

    public TileId {
        if (level < 0 || level > MAX_LEVEL || index < 0) {
            throw new MalformedException(
                    MalformedException.PROOF, "no tile has level " + level + " and index " + index);
        }
    }

    /** How many hashes the tile has in a tree of that size: 0 (no such tile) to 256 (full). */
    public int widthIn(long treeSize) {
        long hashes = level >= 8 ? 0 : treeSize >>> (Tile.HEIGHT * level);
        long here = hashes - index * Tile.WIDTH;
        return (int) Math.max(0, Math.min(Tile.WIDTH, here));
    }

    /**
     * The path below {@code /tile/}, for example {@code 0/x001/x234/067} or, for a width below 256, {@code 1/000.p/17}.
     */
    public String path(int width) {
        return level + "/" + indexPath(index, width);
    }

    /** The same for an entry bundle: {@code entries/x001/067}. */
    public static String entriesPath(long index, int width) {
        return "entries/" + indexPath(index, width);
    }

    private static String indexPath(long index, int width) {
        StringBuilder path = new StringBuilder(threeDigits(index % 1000));
        for (long rest = index / 1000; rest > 0; rest /= 1000) {
            path.insert(0, "x" + threeDigits(rest % 1000) + "/");
        }
        return width == Tile.WIDTH ? path.toString() : path + ".p/" + width;
    }

    private static String threeDigits(long value) {
        String digits = Long.toString(value);
        return "000".substring(digits.length()) + digits;
    }
}
