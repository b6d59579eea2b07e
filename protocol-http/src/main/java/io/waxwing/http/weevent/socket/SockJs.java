package io.waxwing.http.weevent.socket;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import io.netty.channel.EventLoop;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.socket.Upgrade;
import io.waxwing.http.weevent.Generation;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code …/sockjs}: STOMP for browsers and networks without WebSocket, by sockjs-protocol 0.3.3. There are the
 * transports websocket, xhr_streaming, eventsource and xhr, of which every client of SockJS finds one.
 */
final class SockJs {
    private static final String WEBSOCKET = "websocket";
    private static final MediaType EVENTS = MediaType.parse("text/event-stream; charset=UTF-8");
    private static final MediaType JAVASCRIPT = MediaType.parse("application/javascript; charset=UTF-8");

    private final WeEventSockets sockets;
    private final Generation generation;
    private final long heartbeatMs;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, SockJsSession> sessions = new ConcurrentHashMap<>();

    SockJs(WeEventSockets sockets, Generation generation, long heartbeatMs) {
        this.sockets = sockets;
        this.generation = generation;
        this.heartbeatMs = heartbeatMs;
    }

    /** The pieces behind {@code sockjs}. */
    HttpResponse serve(Exchange exchange, List<String> pieces) {
        Upgrade.requireOrigin(exchange, sockets.origins());
        return switch (pieces.size()) {
            case 1 ->
                switch (pieces.get(0)) {
                    case "info" -> info(exchange);
                    case WEBSOCKET -> throw noUpgrade();
                    default -> throw nothing();
                };
            case 3 -> transport(exchange, pieces.get(1), pieces.get(2));
            default -> throw nothing();
        };
    }

    private static RuntimeException nothing() {
        return Problem.of(
                        FailureCode.NOT_FOUND,
                        "SockJS has info, websocket, eventsource, and xhr_streaming, xhr and xhr_send")
                .asException();
    }

    private HttpResponse info(Exchange exchange) {
        exchange.allow(HttpMethod.GET);
        long entropy = random.nextInt() & 0xffff_ffffL;
        return Exchange.json(
                200, "{\"websocket\":true,\"origins\":[\"*:*\"],\"cookie_needed\":false,\"entropy\":" + entropy + "}");
    }

    /** Upgrades have a service of their own. */
    private static RuntimeException noUpgrade() {
        return Problem.of(FailureCode.PROTOCOL, "want Upgrade: websocket").asException();
    }

    private HttpResponse transport(Exchange exchange, String session, String transport) {
        if (transport.equals(WEBSOCKET)) {
            throw noUpgrade();
        }
        if (transport.equals("eventsource")) {
            exchange.allow(HttpMethod.GET);
            return stream(exchange, session, SockJsStream.Form.EVENTS, EVENTS);
        }
        exchange.allow(HttpMethod.POST);
        return switch (transport) {
            case "xhr_send" -> exchange.withBody(body -> HttpResponse.of(take(session, body)));
            case "xhr" -> poll(exchange, session);
            case "xhr_streaming" -> stream(exchange, session, SockJsStream.Form.LINES, JAVASCRIPT);
            default -> throw nothing();
        };
    }

    /** A session of that name, made if there is none. */
    private SockJsSession session(Exchange exchange, String name) {
        SockJsSession known = sessions.get(name);
        if (known != null) {
            return known;
        }
        EventLoop loop = exchange.context().eventLoop().withoutContext();
        StompConnection connection = sockets.open(exchange, loop, generation);
        SockJsSession made = new SockJsSession(loop, connection, () -> {
            sessions.remove(name);
            sockets.closed(connection);
        });
        SockJsSession before = sessions.putIfAbsent(name, made);
        if (before != null) {
            sockets.closed(connection);
            return before;
        }
        made.begin(heartbeatMs);
        return made;
    }

    private CompletableFuture<HttpResponse> take(String name, byte[] body) {
        SockJsSession session = sessions.get(name);
        if (session == null) {
            throw Problem.of(FailureCode.NOT_FOUND, "no such session").asException();
        }
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        session.loop().execute(() -> {
            if (body.length > sockets.messageBytes()) {
                answer.completeExceptionally(Problem.of(
                                FailureCode.REQUEST_TOO_LARGE,
                                "limit " + sockets.messageBytes() + " (weevent.maxMessage)")
                        .asException());
                return;
            }
            if (session.isBusy()) {
                answer.completeExceptionally(Problem.of(FailureCode.NODE_BUSY, "too many answers are owed")
                        .asException());
                return;
            }
            try {
                session.onMessage(body);
                answer.complete(HttpResponse.of(ResponseHeaders.builder(HttpStatus.NO_CONTENT)
                        .contentType(MediaType.PLAIN_TEXT_UTF_8)
                        .build()));
            } catch (IllegalArgumentException malformed) {
                answer.completeExceptionally(
                        Problem.of(FailureCode.JSON, "want a list of texts").asException());
            }
        });
        return answer;
    }

    private HttpResponse poll(Exchange exchange, String name) {
        exchange.context().clearRequestTimeout();
        SockJsSession session = session(exchange, name);
        CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
        SockJsSession.Receiver receiver = new SockJsSession.Receiver() {
            @Override
            public void frame(String frame) {
                answer.complete(HttpResponse.of(headers(JAVASCRIPT), HttpData.ofUtf8(frame + "\n")));
            }

            @Override
            public void end() {
                answer.complete(HttpResponse.of(headers(JAVASCRIPT), HttpData.ofUtf8(SockJsFrames.GONE + "\n")));
            }
        };
        session.loop().execute(() -> session.attach(receiver));
        var unused = exchange.context()
                .log()
                .whenComplete()
                .thenAccept(log -> session.loop().execute(() -> {
                    // It has left, or the client has.
                    if (log.responseCause() == null && answer.isDone()) {
                        session.detach(receiver);
                    } else {
                        session.broken(receiver);
                    }
                }));
        return HttpResponse.of(answer);
    }

    private HttpResponse stream(Exchange exchange, String name, SockJsStream.Form form, MediaType type) {
        exchange.context().clearRequestTimeout();
        SockJsSession session = session(exchange, name);
        SockJsStream stream = new SockJsStream(session, form);
        stream.begin(headers(type));
        session.loop().execute(() -> session.attach(stream));
        var unused = exchange.context()
                .log()
                .whenComplete()
                .thenRun(() -> session.loop().execute(() -> stream.over()));
        return stream.response();
    }

    private static ResponseHeaders headers(MediaType type) {
        return ResponseHeaders.builder(HttpStatus.OK)
                .contentType(type)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store, no-cache, no-transform, must-revalidate, max-age=0")
                .build();
    }

    void closeAll() {
        sessions.values().forEach(session -> session.loop().execute(session::end));
    }
}
