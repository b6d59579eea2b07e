package io.waxwing.ledger.hash;

import java.security.MessageDigest;
import java.util.Arrays;

/** HMAC-SHA256 (RFC 2104), computed on the thread's digest so that no object is made per call but the key pads. */
public final class Hmac {
    private static final int BLOCK_BYTES = 64;
    private static final byte INNER = 0x36;
    private static final byte OUTER = 0x5c;

    private Hmac() {}

    /** HMAC(key, parts one after the other); the key has any length. */
    public static Hash sha256(byte[] key, byte[]... parts) {
        byte[] shortKey = key.length > BLOCK_BYTES ? Sha256.digest(key).toBytes() : key;
        byte[] pad = Arrays.copyOf(shortKey, BLOCK_BYTES);
        xor(pad, INNER);
        MessageDigest digest = Sha256.threadDigest();
        digest.update(pad, 0, BLOCK_BYTES);
        for (byte[] part : parts) {
            digest.update(part, 0, part.length);
        }
        byte[] inner = digest.digest();
        xor(pad, (byte) (INNER ^ OUTER));
        digest.update(pad, 0, BLOCK_BYTES);
        digest.update(inner, 0, inner.length);
        return Hash.of(digest.digest(), 0);
    }

    private static void xor(byte[] pad, byte value) {
        for (int i = 0; i < pad.length; i++) {
            pad[i] ^= value;
        }
    }
}
