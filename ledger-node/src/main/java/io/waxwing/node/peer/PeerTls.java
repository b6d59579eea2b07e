package io.waxwing.node.peer;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.waxwing.node.crypto.TlsIdentity;
import javax.net.ssl.SSLException;

/**
 * TLS 1.3 with a key on both sides, and nothing else: by BoringSSL where its library is on the class path and loads,
 * else by the JDK, whose ciphers cost many times as much until they are compiled.
 */
final class PeerTls {
    private static final String PROTOCOL = "TLSv1.3";
    /** A node that does not read is not waited for longer than this when the connection ends. */
    private static final long CLOSE_MS = 1_000;

    private static final SslProvider PROVIDER =
            OpenSsl.isAvailable() && SslProvider.isTlsv13Supported(SslProvider.OPENSSL)
                    ? SslProvider.OPENSSL
                    : SslProvider.JDK;

    private PeerTls() {}

    static SslContext server(TlsIdentity own, PinnedTrust.Rule rule) {
        return build(SslContextBuilder.forServer(own.privateKey(), own.certificate())
                .clientAuth(ClientAuth.REQUIRE)
                .trustManager(new PinnedTrust(rule)));
    }

    static SslContext client(TlsIdentity own, PinnedTrust.Rule rule) {
        return build(SslContextBuilder.forClient()
                .keyManager(own.privateKey(), own.certificate())
                // The registry names keys; a host name proves nothing.
                .endpointIdentificationAlgorithm("")
                .trustManager(new PinnedTrust(rule)));
    }

    private static SslContext build(SslContextBuilder builder) {
        try {
            return builder.sslProvider(PROVIDER).protocols(PROTOCOL).build();
        } catch (SSLException e) {
            throw new IllegalStateException(PROVIDER + " has no TLS 1.3 with this key", e);
        }
    }

    /** The first handler of a connection. Its time is kept by {@link Greeting}. */
    static SslHandler handler(SslContext context, ByteBufAllocator allocator) {
        SslHandler handler = context.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(0);
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_MS);
        return handler;
    }
}
