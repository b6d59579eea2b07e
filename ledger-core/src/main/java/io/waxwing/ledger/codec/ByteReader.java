package io.waxwing.ledger.codec;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.util.Arrays;

/**
 * Reads big-endian numbers and byte runs from an array. Every method throws {@link MalformedException} with the code
 * given at construction if fewer bytes are left than it needs. Not for several threads.
 */
public final class ByteReader {
    private final byte[] bytes;
    private final int end;
    private final String code;
    private int position;

    /** Reads the whole array; the array must not change meanwhile. */
    public ByteReader(byte[] bytes, String code) {
        this(bytes, 0, bytes.length, code);
    }

    /** Reads {@code bytes[from, to)}. */
    public ByteReader(byte[] bytes, int from, int to, String code) {
        this.bytes = bytes;
        this.position = from;
        this.end = to;
        this.code = code;
    }

    public int position() {
        return position;
    }

    public int remaining() {
        return end - position;
    }

    /** True if that byte comes next, which is then read; nothing is read otherwise. */
    public boolean takes(int expected) {
        boolean next = remaining() > 0 && (bytes[position] & 0xff) == expected;
        position += next ? 1 : 0;
        return next;
    }

    public int u8() {
        return bytes[take(1)] & 0xff;
    }

    public int u16() {
        int at = take(2);
        return (bytes[at] & 0xff) << 8 | (bytes[at + 1] & 0xff);
    }

    /** An unsigned 32-bit number as a long in [0, 2^32). */
    public long u32() {
        return (long) u16() << 16 | u16();
    }

    /** A 64-bit number that must be in [0, 2^63): every counter, time and index of the ledger. */
    public long u63(String what) {
        long value = raw64();
        if (value < 0) {
            throw malformed(what + " is beyond 2^63 - 1");
        }
        return value;
    }

    /** A 64-bit pattern such as a bitmap. */
    public long raw64() {
        return u32() << 32 | u32();
    }

    public Hash hash() {
        return Hash.of(bytes, take(Hash.LENGTH));
    }

    public ByteString string(int sizeBytes) {
        int at = take(sizeBytes);
        return ByteString.of(bytes, at, at + sizeBytes);
    }

    public byte[] bytes(int sizeBytes) {
        int at = take(sizeBytes);
        return Arrays.copyOfRange(bytes, at, at + sizeBytes);
    }

    /** A u32 length that must be at most {@code maxBytes} and at most what is left. */
    public int length32(int maxBytes, String what) {
        long length = u32();
        if (length > maxBytes || length > remaining()) {
            throw malformed(what + " claims " + length + " bytes, limit " + Math.min(maxBytes, remaining()));
        }
        return (int) length;
    }

    /** Throws unless everything has been read. */
    public void expectEnd(String what) {
        if (position != end) {
            throw malformed(what + " has " + remaining() + " bytes too many");
        }
    }

    public MalformedException malformed(String text) {
        return new MalformedException(code, text + " (at byte " + position + ")");
    }

    private int take(int count) {
        if (count < 0 || count > end - position) {
            throw malformed("needs " + count + " more bytes, " + remaining() + " are left");
        }
        int at = position;
        position += count;
        return at;
    }
}
