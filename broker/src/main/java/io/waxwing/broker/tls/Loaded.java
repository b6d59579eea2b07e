package io.waxwing.broker.tls;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.waxwing.broker.config.TlsSettings;
import io.waxwing.broker.config.TlsSettings.Clients;
import io.waxwing.bus.failure.RefusedException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/** One reading of the files: TLS 1.2 and 1.3, by BoringSSL where it is there. */
record Loaded(SslContext context, ServerTls.Shown shown, long expiresMs) {
    /** Throws {@link RefusedException} WXW-2006 naming the file that cannot be used. */
    static Loaded from(TlsSettings settings) {
        List<X509Certificate> chain = PemFiles.certificates(settings.certificate());
        X509Certificate own = chain.get(0);
        PrivateKey key = PemFiles.key(settings.key(), own);
        Path issuers = settings.clientCa();
        List<X509Certificate> trusted = issuers == null ? List.of() : PemFiles.certificates(issuers);
        try {
            SslContextBuilder builder = SslContextBuilder.forServer(key, chain)
                    .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                    .protocols("TLSv1.3", "TLSv1.2");
            if (!trusted.isEmpty()) {
                builder.trustManager(trusted)
                        .clientAuth(settings.clients() == Clients.REQUIRED ? ClientAuth.REQUIRE : ClientAuth.OPTIONAL);
            }
            ServerTls.Shown shown = new ServerTls.Shown(key, chain, trusted);
            return new Loaded(
                    builder.build(), shown, own.getNotAfter().toInstant().toEpochMilli());
        } catch (SSLException | IllegalArgumentException e) {
            throw PemFiles.refuse(settings.certificate() + " cannot be used: " + e.getMessage());
        }
    }
}
