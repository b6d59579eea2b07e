package io.waxwing.mqtt.netty;

import io.netty.handler.ssl.SslContext;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One address on which MQTT clients come in.
 *
 * @param host to bind
 * @param port to bind, 0 for any free one
 * @param tls what connections are encrypted with, asked for each new one and never blocking; null: not at all
 * @param webSocket who may come by WebSocket, on the same port; null: nobody
 */
public record MqttEndpoint(
        String host,
        int port,
        @Nullable Supplier<SslContext> tls,
        @Nullable WebSockets webSocket) {
    /**
     * Upgrades from HTTP (MQTT 5 section 6).
     *
     * @param paths that may be asked for; nothing else is here
     * @param origins pages that may connect, each as {@code https://host[:port]}; none: pages of the same host only
     * @param anyOrigin pages of any origin may connect
     */
    public record WebSockets(List<String> paths, List<String> origins, boolean anyOrigin) {
        /** Where a server is found that needs no other path. */
        public static final String PATH = "/mqtt";

        private static final List<String> USUAL = List.of(PATH, "/weevent-broker/mqtt", "/weevent/mqtt");

        /** Pages of the same host, on the usual paths. */
        public static final WebSockets SAME_HOST = new WebSockets(USUAL, List.of(), false);

        public WebSockets {
            paths = List.copyOf(paths);
            origins = List.copyOf(origins);
        }

        /** These pages too. */
        public static WebSockets of(List<String> origins, boolean anyOrigin) {
            return new WebSockets(USUAL, origins, anyOrigin);
        }
    }

    /** TCP and nothing else. */
    public static MqttEndpoint tcp(String host, int port) {
        return new MqttEndpoint(host, port, null, null);
    }

    public MqttEndpoint withTls(Supplier<SslContext> contexts) {
        return new MqttEndpoint(host, port, contexts, webSocket);
    }

    public MqttEndpoint withWebSocket(WebSockets rules) {
        return new MqttEndpoint(host, port, tls, rules);
    }
}
