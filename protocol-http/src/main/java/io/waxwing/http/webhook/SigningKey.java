package io.waxwing.http.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;

/**
 * The key of one webhook: Ed25519, as Standard Webhooks has it ({@code v1a}). Receivers know {@link #publicText} alone,
 * so none of them can speak in the node's name.
 */
final class SigningKey {
    private static final String ALGORITHM = "Ed25519";
    private static final String PUBLIC_PREFIX = "whpk_";
    private static final int PUBLIC_BYTES = 32;

    private final PrivateKey key;
    private final String publicText;

    private SigningKey(PrivateKey key, String publicText) {
        this.key = key;
        this.publicText = publicText;
    }

    static SigningKey make() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            byte[] encoded = pair.getPublic().getEncoded();
            byte[] raw = Arrays.copyOfRange(encoded, encoded.length - PUBLIC_BYTES, encoded.length);
            return new SigningKey(
                    pair.getPrivate(), PUBLIC_PREFIX + Base64.getEncoder().encodeToString(raw));
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** Of what {@link #privateText} and {@link #publicText} gave. @throws IllegalArgumentException if it is no key */
    static SigningKey of(String privateText, String publicText) {
        try {
            byte[] encoded = Base64.getDecoder().decode(privateText);
            PrivateKey key = KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            return new SigningKey(key, publicText);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("no key", e);
        }
    }

    String privateText() {
        return Base64.getEncoder().encodeToString(key.getEncoded());
    }

    /** {@code whpk_} and the 32 bytes in base64. */
    String publicText() {
        return publicText;
    }

    /** The header {@code webhook-signature} over id, time in Unix seconds and body. */
    String signature(String id, long seconds, byte[] body) {
        try {
            Signature signing = Signature.getInstance(ALGORITHM);
            signing.initSign(key);
            signing.update((id + "." + seconds + ".").getBytes(StandardCharsets.UTF_8));
            signing.update(body);
            return "v1a," + Base64.getEncoder().encodeToString(signing.sign());
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
