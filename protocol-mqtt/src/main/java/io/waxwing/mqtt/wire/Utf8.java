package io.waxwing.mqtt.wire;

/**
 * Well-formedness of UTF-8 by a table-driven automaton over bytes (Unicode 15, table 3-7), plus MQTT's own rule: no
 * U+0000. Overlong forms, surrogates and code points above U+10FFFF have no path through the table. Everything else,
 * control characters, non-characters and U+FEFF included, is let through unaltered (requirement E-4).
 */
final class Utf8 {
    private static final int START = 0;
    private static final int FAIL = 1;
    private static final int ONE_MORE = 2;
    private static final int TWO_MORE = 3;
    private static final int THREE_MORE = 4;
    private static final int AFTER_E0 = 5;
    private static final int AFTER_ED = 6;
    private static final int AFTER_F0 = 7;
    private static final int AFTER_F4 = 8;
    private static final int STATES = 9;

    private static final byte[] NEXT = table();

    private Utf8() {}

    /**
     * Offset of the first byte that cannot be part of a legal string, {@code bytes.length} when it ends too early, -1
     * when all is well.
     */
    static int firstFault(byte[] bytes) {
        int state = START;
        for (int i = 0; i < bytes.length; i++) {
            state = NEXT[(state << 8) | (bytes[i] & 0xFF)];
            if (state == FAIL) {
                return i;
            }
        }
        return state == START ? -1 : bytes.length;
    }

    private static byte[] table() {
        byte[] next = new byte[STATES << 8];
        java.util.Arrays.fill(next, (byte) FAIL);
        path(next, START, 0x01, 0x7F, START);
        path(next, START, 0xC2, 0xDF, ONE_MORE);
        path(next, START, 0xE0, 0xE0, AFTER_E0);
        path(next, START, 0xE1, 0xEC, TWO_MORE);
        path(next, START, 0xED, 0xED, AFTER_ED);
        path(next, START, 0xEE, 0xEF, TWO_MORE);
        path(next, START, 0xF0, 0xF0, AFTER_F0);
        path(next, START, 0xF1, 0xF3, THREE_MORE);
        path(next, START, 0xF4, 0xF4, AFTER_F4);
        path(next, ONE_MORE, 0x80, 0xBF, START);
        path(next, TWO_MORE, 0x80, 0xBF, ONE_MORE);
        path(next, THREE_MORE, 0x80, 0xBF, TWO_MORE);
        path(next, AFTER_E0, 0xA0, 0xBF, ONE_MORE);
        path(next, AFTER_ED, 0x80, 0x9F, ONE_MORE);
        path(next, AFTER_F0, 0x90, 0xBF, TWO_MORE);
        path(next, AFTER_F4, 0x80, 0x8F, TWO_MORE);
        return next;
    }

    private static void path(byte[] next, int state, int first, int last, int to) {
        for (int b = first; b <= last; b++) {
            next[(state << 8) | b] = (byte) to;
        }
    }
}
