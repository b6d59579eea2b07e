package io.waxwing.http.weevent.socket;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.websocket.WebSocket;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.websocket.WebSocketService;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.EventLoop;
import io.netty.util.AttributeKey;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.Origins;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.socket.Upgrade;
import io.waxwing.http.weevent.Environment;
import io.waxwing.http.weevent.Generation;
import io.waxwing.http.weevent.WeEvent;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET …/stomp} with {@code Upgrade: websocket}. Anybody may connect from where pages may; who he is, his CONNECT
 * says. Knows all connections that are open.
 */
public final class WeEventSockets {
    private static final AttributeKey<Exchange> ASKED = AttributeKey.valueOf(WeEventSockets.class, "ASKED");

    private final Node node;
    private final long heartbeatMs;
    private final Origins origins;
    private final Set<SockJs> sockJsSessions = ConcurrentHashMap.newKeySet();
    private final Set<StompConnection> open = ConcurrentHashMap.newKeySet();

    public WeEventSockets(Environment environment, WeEvent.Parts parts, MeterRegistry registry) {
        this.node = new Node(
                environment.bus(),
                environment.slow(),
                environment.authentication(),
                parts,
                environment.settings(),
                environment.meters(),
                new WeEventMeters(registry, parts.live()::size));
        this.heartbeatMs = environment.http().streamHeartbeatMs();
        this.origins = environment.origins();
    }

    /**
     * The service of what is below a generation's {@code /sockjs}.
     *
     * @param preflight the answer to requests that pages make before others; null for those others
     */
    public HttpService sockJs(Generation generation, Function<Exchange, @Nullable HttpResponse> preflight) {
        SockJs sockJs = new SockJs(this, generation, heartbeatMs);
        sockJsSessions.add(sockJs);
        return (context, request) -> {
            Exchange asked = Exchange.of(context, request);
            // Clients of SockJS send cookies to other origins, and browsers want this for an answer then.
            context.setAdditionalResponseHeader(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
            HttpResponse before = preflight.apply(asked);
            List<String> pieces = asked.pieces();
            return before != null ? before : sockJs.serve(asked, pieces.subList(2, pieces.size()));
        };
    }

    Origins origins() {
        return origins;
    }

    int messageBytes() {
        return node.settings().messageBytes();
    }

    /** The service of SockJS' upgrades. */
    public HttpService framed(Generation generation) {
        return service(generation, SockJsFrames.ALL, SockJsFrames.OPEN);
    }

    /** The service of a generation's path. */
    public HttpService service(Generation generation) {
        return service(generation, WebSocketTransport.Framing.NONE, null);
    }

    HttpService service(Generation generation, WebSocketTransport.Framing framing, @Nullable String greeting) {
        WebSocketService service = WebSocketService.builder(
                        (context, in) -> connected(context, in, generation, framing, greeting))
                .subprotocols("v11.stomp")
                // Judged before: the server's own rule wants an origin from programs too.
                .allowedOrigin(origin -> true)
                .maxFramePayloadLength(node.settings().messageBytes())
                .build();
        return service.decorate((upgrading, context, request) -> {
            Exchange asked = Exchange.of(context, request);
            Upgrade.requireOrigin(asked, origins);
            context.setAttr(ASKED, asked);
            return upgraded(upgrading, asked);
        });
    }

    private static HttpResponse upgraded(HttpService upgrading, Exchange asked) {
        return Upgrade.serve(upgrading, asked);
    }

    private WebSocket connected(
            ServiceRequestContext context,
            WebSocket in,
            Generation generation,
            WebSocketTransport.Framing framing,
            @Nullable String greeting) {
        Exchange asked = Objects.requireNonNull(context.attr(ASKED), "set before the upgrade");
        EventLoop loop = context.eventLoop().withoutContext();
        StompConnection connection;
        try {
            connection = open(asked, loop, generation);
        } catch (RuntimeException refused) {
            in.abort();
            throw refused;
        }
        context.clearRequestTimeout();
        WebSocketTransport transport = new WebSocketTransport(loop, connection, framing, () -> closed(connection));
        // Fires in every case: end, disconnect, a fault of the protocol.
        var unused = context.log().whenComplete().thenRun(() -> loop.execute(transport::end));
        transport.begin(greeting, heartbeatMs);
        in.subscribe(transport, loop);
        return transport.out();
    }

    /** A connection that is counted until {@link #closed}. @throws ProblemException 429 */
    StompConnection open(Exchange asked, EventLoop loop, Generation generation) {
        int most = node.settings().connections();
        if (!node.weEventMeters().open(most)) {
            throw Problem.of(
                            FailureCode.CONNECTION_LIMIT,
                            "the node has " + most + " STOMP connections of WeEvent's clients (weevent.maxConnections)")
                    .asException();
        }
        String address = asked.address();
        String place = address + ":" + asked.context().remoteAddress().getPort();
        StompConnection connection =
                new StompConnection(node, loop, generation, new Peer(address, place, asked::certificate));
        open.add(connection);
        return connection;
    }

    void closed(StompConnection connection) {
        if (open.remove(connection)) {
            node.weEventMeters().closed();
        }
    }

    /** Any thread: ends the connections of those who may not be here any more. */
    public void recheck() {
        open.stream()
                .filter(StompConnection::isOver)
                .forEach(connection ->
                        connection.end(new Refusal(FailureCode.LOGIN_WRONG, "what let the client in is over")));
    }

    public void closeAll() {
        sockJsSessions.forEach(SockJs::closeAll);
        open.forEach(connection -> connection.end(new Refusal(FailureCode.SHUTTING_DOWN, "the node stops")));
    }
}
