package io.waxwing.stomp.wire;

import java.util.Arrays;

/** Bytes that gather; room grows with what has come, never with what was announced. */
final class Bytes {
    private static final int FIRST = 64;
    /** Room that stays for the next frame. */
    private static final int KEPT = 4 << 10;

    private final int max;
    private byte[] array = new byte[FIRST];
    private int size;

    /** The caller never appends more than {@code max}. */
    Bytes(int max) {
        this.max = max;
    }

    void append(byte[] from, int start, int end) {
        int wanted = size + end - start;
        if (wanted > array.length) {
            array = Arrays.copyOf(array, Math.max(wanted, (int) Math.min(max, 2L * array.length)));
        }
        System.arraycopy(from, start, array, size, end - start);
        size = wanted;
    }

    int size() {
        return size;
    }

    byte at(int index) {
        return array[index];
    }

    /** The room itself; the first {@link #size} bytes count. */
    byte[] array() {
        return array;
    }

    byte[] toArray() {
        return Arrays.copyOf(array, size);
    }

    void clear() {
        size = 0;
        if (array.length > KEPT) {
            array = new byte[FIRST];
        }
    }
}
