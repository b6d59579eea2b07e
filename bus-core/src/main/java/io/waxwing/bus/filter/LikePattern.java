package io.waxwing.bus.filter;

/**
 * The pattern of a LIKE (section 3.4.3): {@code %} for any characters, {@code _} for one, either taken literally behind
 * a backslash. Matching goes back to the last {@code %} only, so it takes at most value times pattern steps.
 */
final class LikePattern {
    private static final int ANY = -1;
    private static final int ONE = -2;

    private final int[] pieces;

    LikePattern(String pattern) {
        int[] made = new int[pattern.length()];
        int count = 0;
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            boolean escapes = c == '\\' && i + 1 < pattern.length() && "%_".indexOf(pattern.charAt(i + 1)) >= 0;
            if (escapes) {
                i++;
                made[count++] = pattern.charAt(i);
            } else {
                made[count++] = c == '%' ? ANY : c == '_' ? ONE : c;
            }
        }
        pieces = java.util.Arrays.copyOf(made, count);
    }

    boolean matches(String value) {
        int at = 0;
        int piece = 0;
        int lastAny = -1;
        int resumeAt = 0;
        while (at < value.length()) {
            if (piece < pieces.length && pieces[piece] == ANY) {
                lastAny = piece++;
                resumeAt = at;
            } else if (piece < pieces.length && (pieces[piece] == ONE || pieces[piece] == value.charAt(at))) {
                piece++;
                at++;
            } else if (lastAny >= 0) {
                piece = lastAny + 1;
                at = ++resumeAt;
            } else {
                return false;
            }
        }
        while (piece < pieces.length && pieces[piece] == ANY) {
            piece++;
        }
        return piece == pieces.length;
    }
}
