package io.waxwing.ledger.dispute;

import io.waxwing.ledger.batch.CarriedBatch;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Hmac;
import io.waxwing.ledger.hash.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A batch encrypted to the key of a challenge: 32 the answerer's one-time X25519 key, u32 length || ciphertext. key =
 * HKDF-SHA256(salt "evl/sealed-batch/v1", X25519 of both keys, info = the two public keys, context), ChaCha20-Poly1305
 * (RFC 8439) with a nonce of zeros, since each key encrypts once.
 */
public record SealedBatch(ByteString oneTimeKey, ByteString ciphertext) {
    public static final int KEY_BYTES = 32;

    /** Most bytes of the whole. */
    static final int MAX_BYTES = KEY_BYTES + Integer.BYTES + CarriedBatch.MAX_BYTES + 16;

    private static final byte[] SALT = "evl/sealed-batch/v1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NONCE = new byte[12];
    private static final String CIPHER = "ChaCha20-Poly1305";

    public SealedBatch {
        oneTimeKey.requireSize(KEY_BYTES, "a one-time key");
    }

    /**
     * Encrypts.
     *
     * @param privateKey 32 random bytes, used for nothing else
     * @param context what else the key depends on
     */
    public static SealedBatch seal(byte[] plain, ByteString challengeKey, Hash privateKey, byte[] context) {
        ByteString own = X25519.publicKey(privateKey);
        try {
            byte[] shared = X25519.agree(privateKey, challengeKey);
            Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key(shared, own, challengeKey, context));
            return new SealedBatch(own, ByteString.of(cipher.doFinal(plain)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java comes with ChaCha20-Poly1305", e);
        }
    }

    /** Decrypts with the private key of the challenge; null if it was not encrypted like that. */
    public byte @Nullable [] open(Hash privateKey, byte[] context) {
        byte[] shared = X25519.agree(privateKey, oneTimeKey);
        try {
            Hash key = key(shared, oneTimeKey, X25519.publicKey(privateKey), context);
            return cipher(Cipher.DECRYPT_MODE, key).doFinal(ciphertext.toBytes());
        } catch (AEADBadTagException forged) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Java comes with ChaCha20-Poly1305", e);
        }
    }

    private static Hash key(byte[] shared, ByteString oneTime, ByteString challenge, byte[] context) {
        Hash extracted = Hmac.sha256(SALT, shared);
        return Hmac.sha256(extracted, oneTime.toBytes(), challenge.toBytes(), context, new byte[] {1});
    }

    private static Cipher cipher(int mode, Hash key) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, new SecretKeySpec(key.toBytes(), "ChaCha20"), new IvParameterSpec(NONCE));
        return cipher;
    }

    /** H(bytes). */
    public Hash digest() {
        ByteWriter out = new ByteWriter(encodedSize());
        writeTo(out);
        return Sha256.digest(out.toBytes());
    }

    int encodedSize() {
        return KEY_BYTES + Integer.BYTES + ciphertext.size();
    }

    void writeTo(ByteWriter out) {
        out.string(oneTimeKey).u32(ciphertext.size()).string(ciphertext);
    }

    static SealedBatch readFrom(ByteReader in) {
        ByteString key = in.string(KEY_BYTES);
        return new SealedBatch(key, in.string(in.length32(MAX_BYTES, "a sealed batch")));
    }
}
