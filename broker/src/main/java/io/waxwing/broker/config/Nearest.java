package io.waxwing.broker.config;

import java.util.Set;

/** The known key that somebody who wrote an unknown one probably meant. */
final class Nearest {
    private Nearest() {}

    /** The nearest by edits, or empty if none is near. */
    static String of(String path, Set<String> scalars, Set<String> lists) {
        String nearest = "";
        int best = Math.max(2, path.length() / 3) + 1;
        for (Set<String> keys : java.util.List.of(scalars, lists)) {
            for (String key : keys) {
                String last = key.substring(key.lastIndexOf('.') + 1);
                int distance = Math.min(edits(path, key), last.equals(path) ? 1 : Integer.MAX_VALUE);
                if (distance < best) {
                    best = distance;
                    nearest = key;
                }
            }
        }
        return nearest;
    }

    /** Levenshtein distance. */
    private static int edits(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substitute = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substitute, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
