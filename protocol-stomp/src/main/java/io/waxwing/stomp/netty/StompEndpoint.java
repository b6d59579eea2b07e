package io.waxwing.stomp.netty;

import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One address on which STOMP clients come in.
 *
 * @param host to bind
 * @param port to bind, 0 for any free one
 * @param tls what connections are encrypted with, asked for each new one and never blocking; null: not at all
 * @param pages who may come by WebSocket, on the same port; null: nobody
 */
public record StompEndpoint(
        String host,
        int port,
        @Nullable Supplier<SslContext> tls,
        @Nullable Pages pages) {
    /** Where an upgrade from HTTP is asked for. */
    public static final String PATH = "/stomp";

    /**
     * Which pages may connect. Programs that are no browsers always may.
     *
     * @param origins besides those of the same host, each as {@code https://host[:port]}
     * @param any all may
     */
    public record Pages(List<String> origins, boolean any) {
        public Pages {
            origins = List.copyOf(origins);
        }
    }

    /** TCP and nothing else. */
    public static StompEndpoint tcp(String host, int port) {
        return new StompEndpoint(host, port, null, null);
    }

    public StompEndpoint withTls(Supplier<SslContext> contexts) {
        return new StompEndpoint(host, port, contexts, pages);
    }

    public StompEndpoint withPages(Pages which) {
        return new StompEndpoint(host, port, tls, which);
    }
}
