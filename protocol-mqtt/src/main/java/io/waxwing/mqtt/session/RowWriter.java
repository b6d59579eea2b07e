package io.waxwing.mqtt.session;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes numbers and texts behind each other, big-endian; what {@link RowReader} reads. */
final class RowWriter {
    private byte[] bytes = new byte[64];
    private int size;

    RowWriter number(long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            octet((int) (value >>> shift));
        }
        return this;
    }

    RowWriter octet(int value) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, size * 2);
        }
        bytes[size++] = (byte) value;
        return this;
    }

    RowWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** Length in 8 bytes, then the bytes. */
    RowWriter bytes(byte[] value) {
        number(value.length);
        if (size + value.length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + value.length));
        }
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }
}
