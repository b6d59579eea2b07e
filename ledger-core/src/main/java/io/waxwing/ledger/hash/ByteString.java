package io.waxwing.ledger.hash;

import io.waxwing.ledger.failure.MalformedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Immutable bytes: keys, signatures and encoded values inside records. Copies on the way in and on the way out. */
public final class ByteString {
    public static final ByteString EMPTY = new ByteString(new byte[0]);

    private final byte[] bytes;

    private ByteString(byte[] bytes) {
        this.bytes = bytes;
    }

    public static ByteString of(byte[] bytes) {
        return new ByteString(bytes.clone());
    }

    /** A copy of {@code bytes[from, to)}. */
    public static ByteString of(byte[] bytes, int from, int to) {
        return new ByteString(Arrays.copyOfRange(bytes, from, to));
    }

    public static ByteString utf8(String text) {
        return new ByteString(text.getBytes(StandardCharsets.UTF_8));
    }

    public static ByteString fromHex(String hex) {
        try {
            return new ByteString(HexFormat.of().parseHex(hex));
        } catch (IllegalArgumentException e) {
            throw new MalformedException(MalformedException.VALUE, "not hexadecimal: " + hex);
        }
    }

    /** This value, if it has the length; else throws {@link MalformedException} that names what it should have been. */
    public ByteString requireSize(int sizeBytes, String what) {
        if (bytes.length != sizeBytes) {
            throw new MalformedException(
                    MalformedException.VALUE, what + " has " + sizeBytes + " bytes, got " + bytes.length);
        }
        return this;
    }

    public int size() {
        return bytes.length;
    }

    /** A fresh copy. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    public void copyTo(byte[] target, int offset) {
        System.arraycopy(bytes, 0, target, offset, bytes.length);
    }

    public String hex() {
        return HexFormat.of().formatHex(bytes);
    }

    public String base64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    public String utf8() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ByteString that && MessageDigest.isEqual(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return hex();
    }
}
