package io.waxwing.broker.tls;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys as PEM files (RFC 7468). Whatever is wrong is WXW-2006 and names the file. */
final class PemFiles {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final byte[] PROBE = "waxwing".getBytes(StandardCharsets.US_ASCII);

    private PemFiles() {}

    /** At least one, in the order of the file. */
    static List<X509Certificate> certificates(Path file) {
        List<X509Certificate> found = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                found.add((X509Certificate) each);
            }
        } catch (IOException | GeneralSecurityException e) {
            throw refuse(file + " is no PEM file of certificates: " + e.getMessage());
        }
        if (found.isEmpty()) {
            throw refuse(file + " has no certificate");
        }
        return found;
    }

    /** The private key that belongs to a certificate: RSA, EC or Ed25519. */
    static PrivateKey key(Path file, X509Certificate certificate) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw refuse(file + " cannot be read: " + e.getMessage());
        }
        Matcher pem = KEY.matcher(text);
        if (!pem.find()) {
            throw refuse(file + " has no unencrypted private key (PKCS #8); openssl pkcs8 -topk8 -nodes makes one");
        }
        PublicKey publicKey = certificate.getPublicKey();
        try {
            byte[] encoded = Base64.getMimeDecoder().decode(pem.group(1));
            PrivateKey key =
                    KeyFactory.getInstance(publicKey.getAlgorithm()).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            if (belongTogether(key, publicKey)) {
                return key;
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw refuse(file + " is not the private key of the certificate: " + e.getMessage());
        }
        throw refuse(file + " is not the private key of the certificate");
    }

    /** BoringSSL would find out only when the first client comes. */
    private static boolean belongTogether(PrivateKey key, PublicKey publicKey) throws GeneralSecurityException {
        String algorithm = switch (publicKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> publicKey.getAlgorithm();
        };
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(PROBE);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(PROBE);
        return signature.verify(signed);
    }

    static RefusedException refuse(String text) {
        return new RefusedException(FailureCode.CONFIG_TLS, text);
    }
}
