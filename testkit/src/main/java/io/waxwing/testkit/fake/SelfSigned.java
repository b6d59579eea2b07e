package io.waxwing.testkit.fake;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * A P-256 key with a certificate that vouches for itself, good for two days, for {@code CN=<name>} and the address
 * 127.0.0.1. The JDK's own tool makes it.
 */
public record SelfSigned(PrivateKey key, X509Certificate certificate) {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final String ALIAS = "k";

    /** Takes about a second. {@code folder} gets a file of that name. */
    public static SelfSigned make(Path folder, String name)
            throws IOException, GeneralSecurityException, InterruptedException {
        Path file = folder.resolve(name + ".p12");
        String keytool =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        Process run = new ProcessBuilder(
                        keytool,
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(name + ".log").toFile())
                .start();
        if (run.waitFor() != 0) {
            throw new IOException("keytool: " + Files.readString(folder.resolve(name + ".log")));
        }
        KeyStore made = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            made.load(in, PASSWORD);
        }
        return new SelfSigned((PrivateKey) made.getKey(ALIAS, PASSWORD), (X509Certificate) made.getCertificate(ALIAS));
    }

    /** What a side of a connection trusts, and shows unless {@code shown} is null. */
    public static SSLContext context(SelfSigned trusted, @Nullable SelfSigned shown)
            throws IOException, GeneralSecurityException {
        KeyStore good = empty();
        good.setCertificateEntry(ALIAS, trusted.certificate());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(good);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(shown == null ? null : shown.keyManager().getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    public KeyManagerFactory keyManager() throws IOException, GeneralSecurityException {
        KeyStore own = empty();
        own.setKeyEntry(ALIAS, key, PASSWORD, new X509Certificate[] {certificate});
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(own, PASSWORD);
        return factory;
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    /** The certificate as a PEM file's text. */
    public String certificatePem() throws GeneralSecurityException {
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    /** The key as a PEM file's text, PKCS #8. */
    public String keyPem() {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    private static String pem(String kind, byte[] bytes) {
        Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
        return "-----BEGIN " + kind + "-----\n" + lines.encodeToString(bytes) + "\n-----END " + kind + "-----\n";
    }
}
