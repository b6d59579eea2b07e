package io.waxwing.ledger.codec;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes big-endian numbers and byte runs into a growing array. Ranges are checked: a number never loses bits. */
public final class ByteWriter {
    private byte[] bytes;
    private int size;

    public ByteWriter(int expectedBytes) {
        this.bytes = new byte[expectedBytes];
    }

    public ByteWriter u8(int value) {
        check(value, 0xff);
        // In two steps: growing replaces the array, and Java would take the old one first.
        int at = grow(1);
        bytes[at] = (byte) value;
        return this;
    }

    public ByteWriter u16(int value) {
        check(value, 0xffff);
        int at = grow(2);
        bytes[at] = (byte) (value >>> 8);
        bytes[at + 1] = (byte) value;
        return this;
    }

    public ByteWriter u32(long value) {
        check(value, 0xffff_ffffL);
        int at = grow(4);
        for (int i = 0; i < 4; i++) {
            bytes[at + i] = (byte) (value >>> (24 - 8 * i));
        }
        return this;
    }

    /** A number in [0, 2^63). */
    public ByteWriter u63(long value) {
        check(value, Long.MAX_VALUE);
        return raw64(value);
    }

    public ByteWriter raw64(long value) {
        int at = grow(8);
        for (int i = 0; i < 8; i++) {
            bytes[at + i] = (byte) (value >>> (56 - 8 * i));
        }
        return this;
    }

    public ByteWriter hash(Hash hash) {
        int at = grow(Hash.LENGTH);
        hash.copyTo(bytes, at);
        return this;
    }

    public ByteWriter string(ByteString value) {
        int at = grow(value.size());
        value.copyTo(bytes, at);
        return this;
    }

    public ByteWriter bytes(byte[] value) {
        int at = grow(value.length);
        System.arraycopy(value, 0, bytes, at, value.length);
        return this;
    }

    public ByteWriter ascii(String text) {
        return bytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    public int size() {
        return size;
    }

    public byte[] toBytes() {
        return size == bytes.length ? bytes.clone() : Arrays.copyOf(bytes, size);
    }

    private int grow(int count) {
        int at = size;
        size = Math.addExact(size, count);
        if (size > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size, 2 * bytes.length));
        }
        return at;
    }

    private static void check(long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException("number " + value + " is outside [0, " + max + "]");
        }
    }
}
