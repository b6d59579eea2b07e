package io.waxwing.ledger.sign;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The byte rules that every verifier here applies before it asks its library, so that no two libraries disagree about a
 * signature: 32- and 64-byte inputs, S below the group order, A and R canonical and not of small order. What passes is
 * judged alike by the cofactorless equation of the JDK, BouncyCastle and AWS-LC.
 */
public final class StrictEd25519 {
    private static final int KEY_BYTES = 32;
    private static final int SIGNATURE_BYTES = 64;

    // 2^252 + 27742317777372353535851937790883648493 and 2^255 - 19, little-endian as on the wire.
    private static final byte[] GROUP_ORDER =
            HexFormat.of().parseHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
    private static final byte[] FIELD_PRIME =
            HexFormat.of().parseHex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f");

    // The y coordinates of the eight points of small order; the sign bit of x is ignored.
    private static final byte[][] SMALL_ORDER_Y = {
        HexFormat.of().parseHex("0000000000000000000000000000000000000000000000000000000000000000"),
        HexFormat.of().parseHex("0100000000000000000000000000000000000000000000000000000000000000"),
        HexFormat.of().parseHex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        HexFormat.of().parseHex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        HexFormat.of().parseHex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
    };

    private StrictEd25519() {}

    /** True if lengths, S, A and R have the required form; says nothing about the equation. */
    public static boolean accepts(byte[] publicKey, byte[] signature) {
        return publicKey.length == KEY_BYTES
                && signature.length == SIGNATURE_BYTES
                && isBelow(signature, KEY_BYTES, GROUP_ORDER)
                && isPointAllowed(publicKey)
                && isPointAllowed(signature);
    }

    /** True if the 32 bytes may be registered as a key: canonical and not of small order. */
    public static boolean acceptsKey(byte[] publicKey) {
        return publicKey.length == KEY_BYTES && isPointAllowed(publicKey);
    }

    private static boolean isPointAllowed(byte[] bytes) {
        byte[] y = new byte[KEY_BYTES];
        System.arraycopy(bytes, 0, y, 0, KEY_BYTES);
        y[KEY_BYTES - 1] &= 0x7f;
        if (!isBelow(y, 0, FIELD_PRIME)) {
            return false;
        }
        for (byte[] small : SMALL_ORDER_Y) {
            if (Arrays.equals(small, y)) {
                return false;
            }
        }
        return true;
    }

    /** Compares two little-endian numbers of 32 bytes. */
    private static boolean isBelow(byte[] bytes, int offset, byte[] bound) {
        for (int i = KEY_BYTES - 1; i >= 0; i--) {
            int got = bytes[offset + i] & 0xff;
            int limit = bound[i] & 0xff;
            if (got != limit) {
                return got < limit;
            }
        }
        return false;
    }
}
