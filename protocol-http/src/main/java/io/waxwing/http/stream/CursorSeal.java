package io.waxwing.http.stream;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Local positions as opaque text: {@code c.} and base64url of nonce (12 bytes), AES-128-GCM ciphertext of the position
 * (8 bytes, big-endian) and tag (16 bytes). A position says how much passed over a node, so it is never shown in clear.
 *
 * <p>The nonce is HMAC-SHA256(nonce key, position) cut to 12 bytes: one position has one text, and one nonce is used
 * for one plaintext only, so no random source and no counter is needed. Thread safe.
 */
public final class CursorSeal {
    public static final String PREFIX = "c.";
    /** Length of the data folder's key. */
    public static final int KEY_BYTES = 32;

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int SEALED_BYTES = NONCE_BYTES + Long.BYTES + TAG_BITS / 8;

    private final SecretKeySpec sealKey;
    private final SecretKeySpec nonceKey;

    /** Derives the two keys from the data folder's random key, {@value #KEY_BYTES} bytes. */
    public CursorSeal(byte[] key) {
        if (key.length != KEY_BYTES) {
            throw new IllegalArgumentException("cursor key has " + key.length + " bytes, want " + KEY_BYTES);
        }
        byte[] seal = hmac(
                new SecretKeySpec(key, "HmacSHA256"), "waxwing/cursor/seal/v1".getBytes(StandardCharsets.US_ASCII));
        byte[] nonce = hmac(
                new SecretKeySpec(key, "HmacSHA256"), "waxwing/cursor/nonce/v1".getBytes(StandardCharsets.US_ASCII));
        this.sealKey = new SecretKeySpec(Arrays.copyOf(seal, 16), "AES");
        this.nonceKey = new SecretKeySpec(nonce, "HmacSHA256");
    }

    public String seal(long position) {
        byte[] plain = ByteBuffer.allocate(Long.BYTES).putLong(position).array();
        byte[] nonce = Arrays.copyOf(hmac(nonceKey, plain), NONCE_BYTES);
        byte[] sealed = Arrays.copyOf(nonce, SEALED_BYTES);
        try {
            byte[] secret = crypt(Cipher.ENCRYPT_MODE, nonce, plain);
            System.arraycopy(secret, 0, sealed, NONCE_BYTES, secret.length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has AES-GCM", e);
        }
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(sealed);
    }

    /** The position. @throws RefusedException WXW-1203 if this node did not make the text */
    public long open(String text) {
        if (!text.startsWith(PREFIX)) {
            throw gone();
        }
        try {
            byte[] sealed = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
            if (sealed.length == SEALED_BYTES) {
                byte[] plain = crypt(
                        Cipher.DECRYPT_MODE,
                        Arrays.copyOf(sealed, NONCE_BYTES),
                        Arrays.copyOfRange(sealed, NONCE_BYTES, SEALED_BYTES));
                return ByteBuffer.wrap(plain).getLong();
            }
        } catch (IllegalArgumentException | GeneralSecurityException notOurs) {
            throw gone();
        }
        throw gone();
    }

    private byte[] crypt(int mode, byte[] nonce, byte[] input) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, sealKey, new GCMParameterSpec(TAG_BITS, nonce));
        return cipher.doFinal(input);
    }

    private static byte[] hmac(SecretKeySpec key, byte[] input) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return mac.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    private static RefusedException gone() {
        return new RefusedException(
                FailureCode.POSITION_GONE,
                "the cursor is not one of this node's: begin again with from=first or from=next");
    }
}
