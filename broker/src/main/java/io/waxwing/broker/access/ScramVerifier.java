package io.waxwing.broker.access;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.identity.Secret;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What the access file has of a password for SCRAM-SHA-256 (RFC 5802, RFC 7677): with it the node checks a proof and
 * proves itself, but nobody comes in with it. In the form that other servers use too:
 * {@code SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>}, base64. Checking costs the node three HMACs; the
 * iterations are the work of clients, and of whoever guesses with a stolen file.
 */
final class ScramVerifier {
    static final int ITERATIONS = 16_384;
    static final int ITERATIONS_MIN = 4_096;
    static final int ITERATIONS_MAX = 10_000_000;
    private static final Pattern FORM = Pattern.compile("SCRAM-SHA-256\\$([0-9]{1,8}):([A-Za-z0-9+/]{11,86}={0,2})"
            + "\\$([A-Za-z0-9+/]{43}=):([A-Za-z0-9+/]{43}=)");
    private static final int SALT_BYTES = 16;
    private static final String HMAC = "HmacSHA256";
    private static final byte[] CLIENT_KEY = Secret.utf8("Client Key").bytes();
    private static final byte[] SERVER_KEY = Secret.utf8("Server Key").bytes();

    private final int iterations;
    private final byte[] salt;
    private final byte[] storedKey;
    private final byte[] serverKey;

    private ScramVerifier(int iterations, byte[] salt, byte[] storedKey, byte[] serverKey) {
        this.iterations = iterations;
        this.salt = salt;
        this.storedKey = storedKey;
        this.serverKey = serverKey;
    }

    /** Reads one. @throws RefusedException WXW-2007 if it has another form, or iterations out of bounds */
    static ScramVerifier parse(String text) {
        Matcher form = FORM.matcher(text);
        int iterations = form.matches() ? Integer.parseInt(form.group(1)) : 0;
        if (iterations >= ITERATIONS_MIN && iterations <= ITERATIONS_MAX) {
            try {
                Base64.Decoder base64 = Base64.getDecoder();
                return new ScramVerifier(
                        iterations,
                        base64.decode(form.group(2)),
                        base64.decode(form.group(3)),
                        base64.decode(form.group(4)));
            } catch (IllegalArgumentException notBase64) {
                throw new RefusedException(FailureCode.ACCESS_FILE, "a SCRAM verifier is no base64");
            }
        }
        throw new RefusedException(
                FailureCode.ACCESS_FILE, "want a SCRAM verifier as 'waxwing user passwd --scram' writes it");
    }

    /** Makes one with a new salt; takes a moment for each ten thousand iterations. */
    static ScramVerifier of(Secret password, int iterations, SecureRandom random) {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        byte[] salted = salted(SaslPrep.prepared(password).bytes(), salt, iterations);
        return new ScramVerifier(iterations, salt, digest(hmac(salted, CLIENT_KEY)), hmac(salted, SERVER_KEY));
    }

    /**
     * One that nobody has the password of, for a name that nobody has: always the same for the same name, so that
     * asking twice does not tell it from a real one.
     */
    static ScramVerifier nobodys(Secret secret, String name, int iterations) {
        byte[] salt = new byte[SALT_BYTES];
        System.arraycopy(hmac(secret.bytes(), Secret.utf8("salt " + name).bytes()), 0, salt, 0, SALT_BYTES);
        byte[] none = hmac(secret.bytes(), Secret.utf8("key " + name).bytes());
        return new ScramVerifier(iterations, salt, none, none);
    }

    private static byte[] salted(byte[] password, byte[] salt, int iterations) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(password.length == 0 ? new byte[1] : password, HMAC));
            mac.update(salt);
            byte[] last = mac.doFinal(new byte[] {0, 0, 0, 1});
            byte[] sum = last.clone();
            for (int i = 1; i < iterations; i++) {
                last = mac.doFinal(last);
                for (int b = 0; b < sum.length; b++) {
                    sum[b] ^= last[b];
                }
            }
            return sum;
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    static byte[] hmac(byte[] key, byte[] message) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(message);
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private static byte[] digest(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** Whether whoever made the proof over those messages has the password; as fast for every wrong one. */
    boolean matches(byte[] proof, byte[] messages) {
        byte[] signature = hmac(storedKey, messages);
        byte[] clientKey = new byte[signature.length];
        for (int i = 0; i < clientKey.length; i++) {
            clientKey[i] = (byte) (signature[i] ^ (i < proof.length ? proof[i] : 0));
        }
        return MessageDigest.isEqual(digest(clientKey), storedKey) && proof.length == signature.length;
    }

    /** By which the node shows over those messages that it knows the user too. */
    byte[] signature(byte[] messages) {
        return hmac(serverKey, messages);
    }

    int iterations() {
        return iterations;
    }

    byte[] salt() {
        return salt.clone();
    }

    /** As it stands in the file. */
    String text() {
        Base64.Encoder base64 = Base64.getEncoder();
        return "SCRAM-SHA-256$" + iterations + ":" + base64.encodeToString(salt) + "$"
                + base64.encodeToString(storedKey) + ":" + base64.encodeToString(serverKey);
    }
}
