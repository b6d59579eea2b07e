package io.waxwing.http.ledger;

import io.waxwing.ledger.merkle.Tile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path below {@code /tile/} by C2SP tlog-tiles: {@code <L>/<N>[.p/<W>]} or {@code entries/<N>[.p/<W>]}, where N is
 * written in groups of three digits, all but the last with an {@code x}: {@code x001/x234/067}.
 *
 * @param level tile level 0 to 63; -1 for entry bundles
 * @param number which tile
 * @param width 1 to 256 hashes or entries
 */
record TilePath(int level, long number, int width) {
    static final int ENTRIES = -1;
    private static final int MAX_GROUPS = 6;

    /** The canonical reading; null if the pieces are no such path. */
    static @Nullable TilePath parse(List<String> pieces) {
        if (pieces.size() < 2) {
            return null;
        }
        int level = level(pieces.get(0));
        int width = Tile.WIDTH;
        List<String> groups = pieces.subList(1, pieces.size());
        int last = groups.size() - 1;
        if (last > 0 && groups.get(last - 1).endsWith(".p")) {
            width = width(groups.get(last));
            String cut = groups.get(last - 1);
            groups = new java.util.ArrayList<>(groups.subList(0, last - 1));
            groups.add(cut.substring(0, cut.length() - 2));
        }
        long number = number(groups);
        return level < ENTRIES || width < 0 || number < 0 ? null : new TilePath(level, number, width);
    }

    private static int level(String piece) {
        if (piece.equals("entries")) {
            return ENTRIES;
        }
        return piece.matches("0|[1-9]|[1-5][0-9]|6[0-3]") ? Integer.parseInt(piece) : ENTRIES - 1;
    }

    /** A partial width; a full tile is written without one. */
    private static int width(String piece) {
        boolean partial = piece.matches("[1-9][0-9]{0,2}") && Integer.parseInt(piece) < Tile.WIDTH;
        return partial ? Integer.parseInt(piece) : -1;
    }

    private static long number(List<String> groups) {
        if (groups.size() > MAX_GROUPS) {
            return -1;
        }
        long number = 0;
        for (int i = 0; i < groups.size(); i++) {
            boolean isLast = i == groups.size() - 1;
            String group = groups.get(i);
            if (!group.matches(isLast ? "[0-9]{3}" : "x[0-9]{3}") || (i == 0 && !isLast && group.equals("x000"))) {
                return -1;
            }
            number = number * 1000 + Integer.parseInt(isLast ? group : group.substring(1));
        }
        return number;
    }

    boolean isPartial() {
        return width < Tile.WIDTH;
    }
}
