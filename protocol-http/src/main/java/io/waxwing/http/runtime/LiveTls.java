package io.waxwing.http.runtime;

import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.common.TlsProvider;
import com.linecorp.armeria.server.ServerTlsConfig;
import io.netty.handler.ssl.ClientAuth;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * Hands Armeria the certificate of the moment: it asks for each connection and keeps what it made of equal answers, so
 * a new certificate needs no restart. The same whatever host the client names.
 */
record LiveTls(HttpEndpoint.Tls tls) implements TlsProvider {
    @Override
    public TlsKeyPair keyPair(String hostname) {
        TlsIdentity now = tls.identity().get();
        return TlsKeyPair.of(now.key(), now.chain());
    }

    @Override
    public List<X509Certificate> trustedCertificates(String hostname) {
        return tls.identity().get().issuers();
    }

    ServerTlsConfig config() {
        return ServerTlsConfig.builder()
                .clientAuth(
                        switch (tls.clients()) {
                            case NONE -> ClientAuth.NONE;
                            case OPTIONAL -> ClientAuth.OPTIONAL;
                            case REQUIRED -> ClientAuth.REQUIRE;
                        })
                .build();
    }
}
