package io.waxwing.node.crypto;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.sign.EcdsaP256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The TLS key of a node in the folder of its keys: {@code tls.key}, PEM of PKCS #8, mode 0600, and {@code tls.crt}, PEM
 * of its certificate. Nothing is ever overwritten.
 */
public final class TlsFiles {
    private static final int PEM_COLUMNS = 64;
    private static final String KEY_LABEL = "PRIVATE KEY";
    private static final String CERTIFICATE_LABEL = "CERTIFICATE";

    private final Path folder;

    public TlsFiles(Path folder) {
        this.folder = folder;
    }

    /** True if one of the files is there. */
    public boolean exist() {
        return Files.exists(keyFile()) || Files.exists(certificateFile());
    }

    /** Makes key and certificate. Throws {@link LedgerFailure} WXW-3111 and changes nothing if there is one already. */
    public void generate(SecureRandom random, long nowMs) {
        if (exist()) {
            throw new LedgerFailure(
                    KeyFiles.EXISTS, "the folder " + folder + " has a TLS key; it is never overwritten");
        }
        TlsIdentity made = TlsIdentity.generate(random, nowMs);
        try {
            OwnerFiles.createFolder(folder);
            OwnerFiles.create(keyFile(), pem(KEY_LABEL, made.privateKey().getEncoded()));
            OwnerFiles.create(certificateFile(), pem(CERTIFICATE_LABEL, encoded(made.certificate())));
        } catch (FileAlreadyExistsException e) {
            throw new LedgerFailure(KeyFiles.EXISTS, "somebody else writes keys to " + folder + " at the same time", e);
        } catch (IOException e) {
            throw new LedgerFailure(KeyFiles.UNREADABLE, "keys cannot be written to " + folder + ": " + e, e);
        }
    }

    /**
     * Reads both. Throws {@link LedgerFailure} WXW-3112 naming the file that is missing or damaged, or saying that the
     * two are not of one key.
     */
    public TlsIdentity load() {
        try {
            byte[] key = unpem(KEY_LABEL, keyFile());
            PrivateKey privateKey = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(key));
            TlsIdentity identity =
                    new TlsIdentity(privateKey, certificate(unpem(CERTIFICATE_LABEL, certificateFile())));
            byte[] message = identity.pin().toBytes();
            if (EcdsaP256.verify(identity.publicKey(), message, ByteString.of(identity.sign(message)))) {
                return identity;
            }
        } catch (GeneralSecurityException e) {
            throw unreadable(keyFile() + " and " + certificateFile() + " are no P-256 key and certificate: " + e, e);
        }
        throw unreadable(certificateFile() + " is not a certificate of the P-256 key in " + keyFile(), null);
    }

    static X509Certificate certificate(byte[] encoded) throws GeneralSecurityException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        return (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(encoded));
    }

    private Path keyFile() {
        return folder.resolve("tls.key");
    }

    private Path certificateFile() {
        return folder.resolve("tls.crt");
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate without bytes", e);
        }
    }

    private static String pem(String label, byte[] bytes) {
        Base64.Encoder encoder = Base64.getMimeEncoder(PEM_COLUMNS, new byte[] {'\n'});
        return "-----BEGIN " + label + "-----\n" + encoder.encodeToString(bytes) + "\n-----END " + label + "-----\n";
    }

    private static byte[] unpem(String label, Path file) {
        String begin = "-----BEGIN " + label + "-----\n";
        String end = "\n-----END " + label + "-----\n";
        try {
            String text = Files.readString(file, StandardCharsets.US_ASCII);
            if (text.startsWith(begin) && text.endsWith(end) && text.length() > begin.length() + end.length()) {
                String base64 = text.substring(begin.length(), text.length() - end.length());
                return Base64.getDecoder().decode(base64.replace("\n", ""));
            }
        } catch (NoSuchFileException e) {
            throw unreadable("the file " + file + " is missing", e);
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable("the file " + file + " cannot be read: " + e, e);
        }
        throw unreadable("the file " + file + " is not a PEM file with one " + label, null);
    }

    private static LedgerFailure unreadable(String text, @Nullable Exception cause) {
        return cause == null
                ? new LedgerFailure(KeyFiles.UNREADABLE, text)
                : new LedgerFailure(KeyFiles.UNREADABLE, text, cause);
    }
}
