package io.waxwing.ledger.hash;

import java.util.Arrays;

/** HMAC-SHA256 (RFC 2104), computed on the thread's digest and buffers: events have eight of them each. */
public final class Hmac {
    private static final int BLOCK_BYTES = 64;
    private static final byte INNER = 0x36;
    private static final byte OUTER = 0x5c;

    private Hmac() {}

    /** HMAC(key, parts one after the other); the key has any length. */
    public static Hash sha256(byte[] key, byte[]... parts) {
        if (key.length > BLOCK_BYTES) {
            return sha256(Sha256.digest(key), parts);
        }
        byte[] pad = Sha256.threadPad();
        System.arraycopy(key, 0, pad, 0, key.length);
        return finish(pad, key.length, parts);
    }

    /** The same with a key that is itself a hash. */
    public static Hash sha256(Hash key, byte[]... parts) {
        byte[] pad = Sha256.threadPad();
        key.copyTo(pad, 0);
        return finish(pad, Hash.LENGTH, parts);
    }

    private static Hash finish(byte[] pad, int keyLength, byte[]... parts) {
        Arrays.fill(pad, keyLength, BLOCK_BYTES, (byte) 0);
        xor(pad, INNER);
        Sha256.digestInto(pad, BLOCK_BYTES, parts);
        xor(pad, (byte) (INNER ^ OUTER));
        return Sha256.digest(pad, 0, BLOCK_BYTES + Hash.LENGTH);
    }

    private static void xor(byte[] pad, byte value) {
        for (int i = 0; i < BLOCK_BYTES; i++) {
            pad[i] ^= value;
        }
    }
}
