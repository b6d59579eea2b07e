package io.waxwing.node.peer;

import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Trusts keys, not certificates: what counts is the pin of the key that the other side proves to have. Names, dates and
 * issuers say nothing here, so none is looked at. Any thread.
 */
final class PinnedTrust extends X509ExtendedTrustManager {
    private final Rule rule;

    PinnedTrust(Rule rule) {
        this.rule = rule;
    }

    /** Which keys are welcome. */
    @FunctionalInterface
    interface Rule {
        /** Throws if a connection with that key leads nowhere. */
        void check(Hash pin) throws LinkException;
    }

    /** The pin of the first certificate's key. */
    static Hash pinOf(Certificate[] chain) throws CertificateException {
        byte[] key = chain.length == 0 ? null : chain[0].getPublicKey().getEncoded();
        if (key == null) {
            throw new CertificateException("no certificate with a key");
        }
        return JoinFile.pinOf(ByteString.of(key));
    }

    private void check(X509Certificate[] chain) throws CertificateException {
        try {
            rule.check(pinOf(chain));
        } catch (LinkException e) {
            throw new CertificateException(e.getMessage(), e);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
