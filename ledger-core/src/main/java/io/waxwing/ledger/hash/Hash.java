package io.waxwing.ledger.hash;

import io.waxwing.ledger.failure.MalformedException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * An immutable value of 32 bytes. Equality takes the same time wherever two values differ. Ordered as unsigned bytes.
 */
public final class Hash implements Comparable<Hash> {
    public static final int LENGTH = 32;
    public static final Hash ZERO = new Hash(0, 0, 0, 0);

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    // Four words instead of an array: one object per hash, and nobody can change it.
    private final long a;
    private final long b;
    private final long c;
    private final long d;

    private Hash(long a, long b, long c, long d) {
        this.a = a;
        this.b = b;
        this.c = c;
        this.d = d;
    }

    /** The hash with exactly these 32 bytes. Throws {@link MalformedException} for another length. */
    public static Hash of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new MalformedException(MalformedException.VALUE, "a hash has 32 bytes, got " + bytes.length);
        }
        return of(bytes, 0);
    }

    /**
     * The hash in {@code bytes[offset, offset + 32)}. Throws {@link IndexOutOfBoundsException} outside of the array.
     */
    public static Hash of(byte[] bytes, int offset) {
        return new Hash(
                (long) LONGS.get(bytes, offset),
                (long) LONGS.get(bytes, offset + 8),
                (long) LONGS.get(bytes, offset + 16),
                (long) LONGS.get(bytes, offset + 24));
    }

    /** From 64 hexadecimal digits. */
    public static Hash fromHex(String hex) {
        try {
            return of(HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException e) {
            throw new MalformedException(MalformedException.VALUE, "not hexadecimal: " + hex);
        }
    }

    /** A fresh array of 32 bytes. */
    public byte[] toBytes() {
        byte[] bytes = new byte[LENGTH];
        copyTo(bytes, 0);
        return bytes;
    }

    /** Writes the 32 bytes to {@code target[offset, offset + 32)}. */
    public void copyTo(byte[] target, int offset) {
        LONGS.set(target, offset, a);
        LONGS.set(target, offset + 8, b);
        LONGS.set(target, offset + 16, c);
        LONGS.set(target, offset + 24, d);
    }

    public String hex() {
        return HexFormat.of().formatHex(toBytes());
    }

    /** Standard base64 with padding (RFC 4648 section 4). */
    public String base64() {
        return Base64.getEncoder().encodeToString(toBytes());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Hash that && ((a ^ that.a) | (b ^ that.b) | (c ^ that.c) | (d ^ that.d)) == 0;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(a ^ d);
    }

    @Override
    public int compareTo(Hash other) {
        int first = Long.compareUnsigned(a, other.a);
        int second = Long.compareUnsigned(b, other.b);
        int third = Long.compareUnsigned(c, other.c);
        if (first != 0) {
            return first;
        }
        if (second != 0) {
            return second;
        }
        return third != 0 ? third : Long.compareUnsigned(d, other.d);
    }

    @Override
    public String toString() {
        return hex();
    }
}
