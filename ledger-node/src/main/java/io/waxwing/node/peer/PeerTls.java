package io.waxwing.node.peer;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.node.crypto.TlsIdentity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * TLS 1.3 with a key on both sides, and nothing else: by BoringSSL where its library is on the class path and loads,
 * else by the JDK, whose ciphers cost many times as much until they are compiled.
 */
final class PeerTls {
    private static final String PROTOCOL = "TLSv1.3";
    /** A node that does not read is not waited for longer than this when the connection ends. */
    private static final long CLOSE_MS = 1_000;

    private static final int MAX_CLIENT_HELLO_BYTES = 16 << 10;

    private static final SslProvider PROVIDER =
            OpenSsl.isAvailable() && SslProvider.isTlsv13Supported(SslProvider.OPENSSL)
                    ? SslProvider.OPENSSL
                    : SslProvider.JDK;

    private PeerTls() {}

    private static SslContext server(TlsIdentity own, PinnedTrust.Rule rule) {
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

    /** The first handler of a connection dialled, which asks for the key of that pin. */
    static ChannelHandler client(SslContext context, Hash wanted, ByteBufAllocator allocator) {
        SslHandler handler = bounded(context.newHandler(allocator));
        SSLParameters parameters = handler.engine().getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(nameOf(wanted))));
        handler.engine().setSSLParameters(parameters);
        return handler;
    }

    /** The first handler of connections accepted: each shows the key that is asked for, else the first. */
    static Function<ByteBufAllocator, ChannelHandler> server(List<TlsIdentity> own, PinnedTrust.Rule rule) {
        SslContext first = server(own.get(0), rule);
        if (own.size() == 1) {
            return allocator -> bounded(first.newHandler(allocator));
        }
        Map<String, SslContext> byName = new HashMap<>();
        own.forEach(identity -> byName.put(nameOf(identity.pin()), server(identity, rule)));
        return allocator -> new SniHandler(name -> byName.getOrDefault(name, first), MAX_CLIENT_HELLO_BYTES, 0) {
            @Override
            protected SslHandler newSslHandler(SslContext context, ByteBufAllocator of) {
                return bounded(super.newSslHandler(context, of));
            }
        };
    }

    /** A pin as a host name, whose labels have at most 63 characters. */
    private static String nameOf(Hash pin) {
        String hex = pin.hex();
        return hex.substring(0, hex.length() / 2) + "." + hex.substring(hex.length() / 2);
    }

    /** Its time is kept by {@link Greeting}. */
    private static SslHandler bounded(SslHandler handler) {
        handler.setHandshakeTimeoutMillis(0);
        handler.setCloseNotifyFlushTimeoutMillis(CLOSE_MS);
        return handler;
    }
}
