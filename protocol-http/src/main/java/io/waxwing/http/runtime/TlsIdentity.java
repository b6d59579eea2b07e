package io.waxwing.http.runtime;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a server shows, and whom it believes.
 *
 * @param key of the first certificate
 * @param chain the server's certificate, then its issuers
 * @param issuers of clients' certificates; empty if none are asked for
 */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> issuers) {
    /** What clients have to show. */
    public enum Clients {
        NONE,
        /** A certificate that is shown has to be good. */
        OPTIONAL,
        REQUIRED
    }

    public TlsIdentity {
        chain = List.copyOf(chain);
        issuers = List.copyOf(issuers);
    }
}
