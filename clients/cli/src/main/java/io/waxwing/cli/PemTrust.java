package io.waxwing.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS that believes the certificates of a PEM file, and nobody else. */
final class PemTrust {
    private PemTrust() {}

    /** @throws CliFailure if the file has no certificate */
    static SSLContext of(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw unusable(file, "it has no certificate");
            }
            KeyStore good = KeyStore.getInstance("PKCS12");
            good.load(null, null);
            for (Certificate certificate : certificates) {
                good.setCertificateEntry(Integer.toString(good.size()), certificate);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(good);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(file, String.valueOf(e.getMessage()));
        }
    }

    private static CliFailure unusable(Path file, String why) {
        return new CliFailure(ExitCodes.USAGE, file + " is no PEM file of certificates", why, "--cacert node.crt");
    }
}
