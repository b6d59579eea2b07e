package io.waxwing.ledger.sign;

import io.waxwing.ledger.hash.ByteString;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;

/**
 * ECDSA over P-256 with SHA-256, the kind of a node's TLS key, by the JDK. Used when a key is registered, never for
 * anything under a hash: such signatures are not unique. Any thread.
 */
public final class EcdsaP256 {
    /** Size of a key: a SubjectPublicKeyInfo with the uncompressed point. */
    public static final int KEY_BYTES = 91;
    /** Size of a signature: r || s. */
    public static final int SIGNATURE_BYTES = 64;
    /** The JDK's name of the signature in that form. */
    public static final String ALGORITHM = "SHA256withECDSAinP1363Format";

    // SubjectPublicKeyInfo {ecPublicKey, prime256v1} up to the coordinates of the uncompressed point (RFC 5480).
    private static final String PREFIX = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";

    private EcdsaP256() {}

    /** True if the bytes have the one form that a key is registered in; says nothing about the point. */
    public static boolean acceptsKey(ByteString key) {
        return key.size() == KEY_BYTES && key.hex().startsWith(PREFIX);
    }

    /** True if it is a signature of the message under the key; false for any other input. */
    public static boolean verify(ByteString key, byte[] message, ByteString signature) {
        if (!acceptsKey(key) || signature.size() != SIGNATURE_BYTES) {
            return false;
        }
        try {
            Signature verifier = Signature.getInstance(ALGORITHM);
            verifier.initVerify(decode(key));
            verifier.update(message);
            return verifier.verify(signature.toBytes());
        } catch (GeneralSecurityException e) {
            // A point that is not on the curve, or r or s out of range.
            return false;
        }
    }

    private static PublicKey decode(ByteString key) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(key.toBytes()));
    }
}
