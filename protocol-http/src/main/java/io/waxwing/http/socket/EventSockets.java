package io.waxwing.http.socket;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.websocket.WebSocket;
import com.linecorp.armeria.common.websocket.WebSocketCloseStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.websocket.WebSocketService;
import io.netty.channel.EventLoop;
import io.netty.util.AttributeKey;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.bus.identity.Action;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.Topic;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.HttpMeters;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.exchange.Origins;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.Query;
import io.waxwing.http.stream.CursorSeal;
import io.waxwing.http.stream.MissedText;
import io.waxwing.http.stream.StartWords;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/events} with {@code Upgrade: websocket}: judges the request like one for a stream, then connects.
 * Knows all that are open.
 */
public final class EventSockets {
    /** The one that is spoken. */
    public static final String SUBPROTOCOL = "cloudevents.json";

    private static final AttributeKey<SocketPlan> PLAN = AttributeKey.valueOf(EventSockets.class, "PLAN");

    private final EventBus bus;
    private final HttpSettings settings;
    private final HttpMeters meters;
    private final SocketText text;
    private final StartWords starts;
    private final Origins origins;
    private final Set<EventSocket> open = ConcurrentHashMap.newKeySet();

    public EventSockets(
            EventBus bus,
            CursorSeal seal,
            HttpSettings settings,
            HttpMeters meters,
            String institution,
            Origins origins) {
        this.bus = bus;
        this.settings = settings;
        this.meters = meters;
        this.text = new SocketText(institution);
        this.starts = new StartWords(seal);
        this.origins = origins;
    }

    /** The service; {@code admit} lets a request in and has it served. */
    public HttpService service(BiFunction<Exchange, Function<Exchange, HttpResponse>, HttpResponse> admit) {
        WebSocketService service = WebSocketService.builder(this::connected)
                .subprotocols(SUBPROTOCOL)
                // Judged before: the server's own rule wants an origin from programs too.
                .allowedOrigin(origin -> true)
                .maxFramePayloadLength((int) Math.min(Integer.MAX_VALUE, settings.maxRequestBytes()))
                .build();
        return service.decorate((upgrading, context, request) -> {
            Exchange asked = Exchange.of(context, request);
            Upgrade.requireOrigin(asked, origins);
            return admit.apply(asked, admitted -> upgraded(upgrading, admitted));
        });
    }

    private HttpResponse upgraded(HttpService upgrading, Exchange exchange) {
        exchange.context().setAttr(PLAN, plan(exchange));
        String asked = exchange.header(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL);
        boolean known = asked != null && Set.of(asked.split(" *, *", -1)).contains(SUBPROTOCOL);
        if (!known) {
            throw Problem.of(FailureCode.PROTOCOL, "want Sec-WebSocket-Protocol: " + SUBPROTOCOL)
                    .asException();
        }
        return Upgrade.serve(upgrading, exchange);
    }

    private SocketPlan plan(Exchange exchange) {
        Query query = exchange.query(Set.of("filter", "from", "after", "onGone", "sql", "publish", "wait"));
        String filterText = query.get("filter");
        String topic = query.get("publish");
        if (filterText == null && topic == null) {
            throw Query.refused("want filter=<what to get>, publish=<topic>, or both");
        }
        TopicFilter filter = filterText == null ? null : TopicFilter.parse(filterText);
        if (filter != null) {
            exchange.require(exchange.access().maySubscribe(filter), Action.SUBSCRIBE);
        }
        if (topic != null) {
            Refusal refusal = Topic.check(topic);
            if (refusal != null) {
                throw refusal.asException();
            }
            exchange.require(exchange.access().mayPublishSome(topic), Action.PUBLISH);
        }
        String sql = query.get("sql");
        return new SocketPlan(
                exchange.access(),
                filter,
                start(query, filter),
                MissedText.skipsGone(query),
                sql == null ? null : Cesql.parse(sql),
                topic,
                wait(query.get("wait")));
    }

    private StartFrom start(Query query, @Nullable TopicFilter filter) {
        String after = query.get("after");
        String from = query.get("from");
        if (after != null) {
            return starts.after(after);
        }
        return from == null ? StartFrom.NEXT : starts.from(from, filter != null && !filter.hasWildcard());
    }

    private static @Nullable AckPolicy wait(@Nullable String word) {
        if (word == null) {
            return null;
        }
        return switch (word) {
            case "durable" -> AckPolicy.DURABLE;
            case "ordered" -> AckPolicy.ORDERED;
            default -> throw Query.refused("wait is '" + word + "', want durable or ordered");
        };
    }

    private WebSocket connected(ServiceRequestContext context, WebSocket in) {
        SocketPlan plan = Objects.requireNonNull(context.attr(PLAN), "set before the upgrade");
        if (!meters.openStream(settings.maxStreams())) {
            in.abort();
            throw Problem.of(
                            FailureCode.SUBSCRIPTION_LIMIT,
                            "the node has " + settings.maxStreams() + " open event streams")
                    .asException();
        }
        context.clearRequestTimeout();
        EventLoop loop = context.eventLoop().withoutContext();
        EventSocket socket = new EventSocket(bus, loop, plan, settings, meters, text);
        open.add(socket);
        // Fires in every case: end, disconnect, a fault of the protocol.
        var unused = context.log().whenComplete().thenRun(() -> {
            open.remove(socket);
            loop.execute(socket::end);
        });
        TopicFilter filter = plan.filter();
        var attachment = filter == null ? null : bus.attach(socket, plan.start());
        socket.begin(attachment);
        if (attachment != null && filter != null) {
            attachment.subscribe(new Subscription(filter, Subscription.RetainedValues.DO_NOT_SEND, false, socket), 0);
        }
        in.subscribe(socket, loop);
        return socket.out();
    }

    /** Any thread: ends the connections of those who may not be here any more. */
    public void recheck() {
        open.stream()
                .filter(EventSocket::isOver)
                .forEach(socket -> socket.closeSoon(
                        WebSocketCloseStatus.POLICY_VIOLATION, FailureCode.LOGIN_WRONG.text() + " access is over"));
    }

    public void closeAll() {
        open.forEach(socket -> socket.closeSoon(WebSocketCloseStatus.ENDPOINT_UNAVAILABLE, "the node stops"));
    }
}
