package io.waxwing.broker.rules;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/** A public key of a publisher: Ed25519, or ECDSA with P-256 and SHA-256. Any thread. */
final class SignerKey {
    static final String ED25519 = "Ed25519";
    static final String ES256 = "ES256";

    private static final int TEXT_CHARS = 1_024;
    private static final int ES256_BYTES = 64;
    private static final byte[] ED25519_HEAD = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};
    private static final BigInteger P256_ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private static final int KEY_BYTES = 32;
    private static final BigInteger ED25519_PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
    // The y of each; that of order 8 and its opposite.
    private static final BigInteger EIGHTH =
            new BigInteger("7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7", 16);
    private static final Set<BigInteger> SMALL_ORDER = Set.of(
            BigInteger.ZERO,
            BigInteger.ONE,
            ED25519_PRIME.subtract(BigInteger.ONE),
            EIGHTH,
            ED25519_PRIME.subtract(EIGHTH));

    private final PublicKey key;
    private final String algorithm;

    private SignerKey(PublicKey key, String algorithm) {
        this.key = key;
        this.algorithm = algorithm;
    }

    /** Reads a SubjectPublicKeyInfo: PEM, or its base64. @throws RefusedException WXW-1016, which does not repeat it */
    static SignerKey of(String text) {
        if (text.contains("PRIVATE KEY")) {
            throw refused("this is a private key: it belongs to its publisher alone, make a new one");
        }
        String base64 = text.replaceAll("-----(BEGIN|END) PUBLIC KEY-----", "").replaceAll("\\s", "");
        try {
            byte[] encoded = Base64.getDecoder().decode(text.length() > TEXT_CHARS ? "" : base64);
            boolean edwards = encoded.length == ED25519_HEAD.length + KEY_BYTES
                    && Arrays.equals(encoded, 0, ED25519_HEAD.length, ED25519_HEAD, 0, ED25519_HEAD.length);
            PublicKey key =
                    KeyFactory.getInstance(edwards ? ED25519 : "EC").generatePublic(new X509EncodedKeySpec(encoded));
            if (key instanceof ECPublicKey point
                    && !point.getParams().getOrder().equals(P256_ORDER)) {
                throw refused("want the curve P-256");
            }
            if (edwards && saysNothing(encoded)) {
                throw refused("signatures of this key fit everything: make another");
            }
            return new SignerKey(key, edwards ? ED25519 : ES256);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw refused("want a public key of Ed25519 or P-256 in PEM (SubjectPublicKeyInfo)");
        }
    }

    /** Points of order 1, 2, 4 and 8: with them one signature fits many texts, and needs no private key. */
    private static boolean saysNothing(byte[] encoded) {
        byte[] y = new byte[KEY_BYTES];
        for (int i = 0; i < KEY_BYTES; i++) {
            y[i] = encoded[encoded.length - 1 - i];
        }
        y[0] &= 0x7f;
        return SMALL_ORDER.contains(new BigInteger(1, y).mod(ED25519_PRIME));
    }

    private static RefusedException refused(String detail) {
        return new RefusedException(FailureCode.SIGNER, detail);
    }

    String algorithm() {
        return algorithm;
    }

    String pem() {
        return "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
                + "\n-----END PUBLIC KEY-----\n";
    }

    /** Of ECDSA in DER as openssl writes it, or as two numbers of 32 bytes as JOSE and browsers do. */
    boolean verifies(byte[] signed, byte[] signature) {
        if (algorithm.equals(ED25519)) {
            return verifies(ED25519, signed, signature);
        }
        boolean two = signature.length == ES256_BYTES && verifies("SHA256withECDSAinP1363Format", signed, signature);
        return two || verifies("SHA256withECDSA", signed, signature);
    }

    private boolean verifies(String how, byte[] signed, byte[] signature) {
        try {
            Signature verifying = Signature.getInstance(how);
            verifying.initVerify(key);
            verifying.update(signed);
            return verifying.verify(signature);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }
}
