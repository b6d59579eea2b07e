package io.waxwing.http.runtime;

import com.linecorp.armeria.common.CommonPools;
import com.linecorp.armeria.common.Flags;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.common.util.TransportType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.ChannelGroupFuture;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.waxwing.http.edge.EdgeRules;
import io.waxwing.http.edge.GuardInstaller;
import io.waxwing.http.exchange.HttpMeters;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.grants.GrantResources;
import io.waxwing.http.ledger.LedgerResources;
import io.waxwing.http.ledger.OutsideResource;
import io.waxwing.http.members.MemberResources;
import io.waxwing.http.members.OperatorToken;
import io.waxwing.http.operate.OperationResources;
import io.waxwing.http.processing.ProcessingResources;
import io.waxwing.http.processing.ScheduleResources;
import io.waxwing.http.pull.SubscriptionReading;
import io.waxwing.http.pull.SubscriptionResources;
import io.waxwing.http.rest.ReceiptResource;
import io.waxwing.http.rest.RestResources;
import io.waxwing.http.rules.RuleResources;
import io.waxwing.http.socket.EventSockets;
import io.waxwing.http.stream.CursorSeal;
import io.waxwing.http.stream.EventStreams;
import io.waxwing.http.stream.StartWords;
import io.waxwing.http.webhook.Sender;
import io.waxwing.http.webhook.WebhookResources;
import io.waxwing.http.weevent.Environment;
import io.waxwing.http.weevent.Generation;
import io.waxwing.http.weevent.WeEvent;
import io.waxwing.http.weevent.socket.WeEventSockets;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The HTTP port: REST, server-sent events, the ledger's read API, health and metrics, by TLS and without. */
public final class HttpAdapter {
    /** How long a stop waits for requests that are under way. */
    private static final Duration DRAIN = Duration.ofSeconds(5);

    /** A stop that takes longer is given up; the process is about to end. */
    private static final Duration STOP = DRAIN.plusSeconds(5);

    private static final long LOOK_NANOS = 2_000_000;

    private static final Duration QUIET = Duration.ZERO;

    private static final int ID_PREFIX_BYTES = 8;

    private final HttpPorts ports;
    private final @Nullable EventLoopGroup sharedLoops;
    private final HttpMeters meters;
    private final SlowReadPool slow;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final AtomicInteger underWay = new AtomicInteger();
    private final EventStreams streams;
    private final EventSockets sockets;
    private final WeEventSockets weEventSockets;
    private final Tickets tickets = new Tickets(System::nanoTime);
    private final Doorkeeper door;
    private final CrossOrigin crossOrigin;
    private final WebhookThreads webhookThreads = new WebhookThreads();
    private final WebhookResources webhooks;
    private final Router router;
    private @Nullable Server server;

    /** Whether these event loops are of the kind that Armeria uses, so that HTTP can share them. */
    public static boolean canShare(EventLoopGroup loops) {
        return TransportType.isSupported(loops)
                && TransportType.serverChannelType(loops)
                        == Flags.transportType().serverChannelType();
    }

    /** Uses its own event loops if {@code sharedLoops} is null; shared ones are not stopped by {@link #stop}. */
    public HttpAdapter(HttpPorts ports, @Nullable EventLoopGroup sharedLoops) {
        if (sharedLoops != null && !canShare(sharedLoops)) {
            throw new IllegalArgumentException(
                    "shared event loops must be of the kind " + Flags.transportType() + ", like Armeria's");
        }
        HttpSettings settings = ports.settings();
        this.ports = ports;
        this.sharedLoops = sharedLoops;
        this.meters = new HttpMeters(ports.registry());
        this.slow = new SlowReadPool(settings.slowReadThreads(), settings.slowReadQueue());
        CursorSeal seal = new CursorSeal(ports.cursorKey());
        this.streams = new EventStreams(ports.bus(), seal, settings, meters);
        this.sockets =
                new EventSockets(ports.bus(), seal, settings, meters, ports.institution(), ports.webSocketOrigins());
        this.door = new Doorkeeper(
                ports.authentication(),
                tickets,
                ports.weEvent().enabled() ? ports.weEvent().user() : "");
        ReceiptResource receipts = receipts();
        RestResources.Common common =
                new RestResources.Common(ports.institution(), idPrefix(), slow, settings, meters, seal);
        this.webhooks = webhooks(seal);
        SubscriptionResources subscriptions =
                new SubscriptionResources(ports.subscriptions(), ports.reader(), slow, settings, meters, seal);
        RestResources rest = new RestResources(
                ports.bus(),
                ports.reader(),
                ports.erasure(),
                ports.directory(),
                receipts,
                streams,
                subscriptions,
                webhooks,
                new RuleResources(ports.rules(), slow),
                processing(subscriptions, seal),
                new ScheduleResources(ports.schedules()),
                ports.files(),
                common);
        this.crossOrigin = new CrossOrigin(ports.corsOrigins());
        OperatorToken operator = new OperatorToken(ports.operatorToken());
        Environment environment = environment(ports);
        WeEvent weEvent = new WeEvent(environment);
        this.weEventSockets = new WeEventSockets(environment, weEvent.parts(), ports.registry());
        this.router = new Router(
                rest,
                ledger(),
                receipts,
                new MemberResources(ports.consortium(), operator),
                new GrantResources(ports.grants(), operator, settings),
                new OperationResources(ports.operations(), operator, slow),
                weEvent,
                new HealthResource(ports.health()),
                ports.registry(),
                door,
                tickets,
                new RecordedActs(ports.acts(), operator),
                crossOrigin,
                slow,
                meters);
        ports.authentication().onChange(streams::recheck);
        ports.authentication().onChange(sockets::recheck);
        ports.authentication().onChange(weEventSockets::recheck);
    }

    private WebhookResources webhooks(CursorSeal seal) {
        return new WebhookResources(
                ports.subscriptions(),
                ports.authentication(),
                ports.webhooks(),
                webhookThreads.with(sharedLoops == null ? CommonPools.workerGroup() : sharedLoops),
                ports.registry(),
                seal);
    }

    private ProcessingResources processing(SubscriptionResources subscriptions, CursorSeal seal) {
        SubscriptionReading reading = new SubscriptionReading(new StartWords(seal));
        return new ProcessingResources(ports.processing(), subscriptions, reading, slow);
    }

    private LedgerResources ledger() {
        return new LedgerResources(
                ports.ledger(),
                new OneRangeAtATime(ports.ledger()),
                ports.witness(),
                new OutsideResource(ports.witnessed(), ports.anchored()),
                slow);
    }

    private ReceiptResource receipts() {
        return new ReceiptResource(
                ports.receipts(),
                ports.reader(),
                () -> ports.ledger().latestCheckpoint().treeSize(),
                slow,
                meters);
    }

    private Environment environment(HttpPorts of) {
        return new Environment(
                of.bus(),
                of.reader(),
                of.directory(),
                of.chain(),
                slow,
                meters,
                of.settings(),
                of.weEvent(),
                of.institution(),
                idPrefix(),
                of.authentication(),
                of.acts(),
                of.webSocketOrigins(),
                of.corsOrigins());
    }

    private static String idPrefix() {
        byte[] random = new byte[ID_PREFIX_BYTES];
        new SecureRandom().nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** Posts events as webhooks do; until {@link #stop}. */
    public Sender sender() {
        return webhooks.sender();
    }

    /** Listens there without TLS; the address has the port that is really used. Throws like the other. */
    public InetSocketAddress start(String host, int port) {
        return start(List.of(HttpEndpoint.plain(host, port))).get(0);
    }

    /**
     * Listens: one endpoint, or one that is encrypted and one that is not.
     *
     * @return the addresses in the same order, with the ports that are really used
     * @throws IllegalStateException if it cannot listen there, with the reason as its cause
     */
    public List<InetSocketAddress> start(List<HttpEndpoint> endpoints) {
        Server starting = build(endpoints);
        try {
            starting.start().join();
        } catch (CompletionException failed) {
            throw new IllegalStateException("cannot listen on " + addresses(endpoints), failed.getCause());
        }
        server = starting;
        webhooks.start();
        return endpoints.stream()
                .map(endpoint -> new InetSocketAddress(
                        endpoint.host(),
                        starting.activeLocalPort(
                                endpoint.isEncrypted() ? SessionProtocol.HTTPS : SessionProtocol.HTTP)))
                .toList();
    }

    private static String addresses(List<HttpEndpoint> endpoints) {
        return endpoints.stream().map(each -> each.host() + ":" + each.port()).collect(Collectors.joining(" or "));
    }

    private Server build(List<HttpEndpoint> endpoints) {
        HttpSettings settings = ports.settings();
        ServerBuilder builder = Server.builder()
                .disableServerHeader()
                .maxRequestLength(settings.maxRequestBytes())
                .requestTimeoutMillis(settings.requestTimeoutMs())
                .idleTimeoutMillis(settings.idleTimeoutMs())
                .http1MaxInitialLineLength(settings.maxRequestLineBytes())
                .http1MaxHeaderSize(settings.maxHeaderBytes())
                .http2MaxHeaderListSize(settings.maxHeaderBytes())
                .maxNumConnections(settings.maxConnections())
                .gracefulShutdownTimeout(QUIET, DRAIN)
                .decorator(this::counted)
                // Refusals are counted and answered; they are not faults to be reported.
                .unloggedExceptionsReportIntervalMillis(0)
                .childChannelPipelineCustomizer(this::onConnection)
                .errorHandler(new ErrorAnswers(meters))
                .serviceUnder("/", router);
        upgrade(builder, "/v1/events", sockets.service(door::admit), router);
        if (ports.weEvent().enabled()) {
            for (Generation generation : Generation.values()) {
                String path = "/" + generation.path();
                HttpService sockJs = weEventSockets.sockJs(generation, crossOrigin::check);
                upgrade(builder, path + "/stomp", weEventSockets.service(generation), router);
                upgrade(builder, path + "/sockjs/websocket", weEventSockets.service(generation), sockJs);
                upgrade(
                        builder,
                        path + "/sockjs/{server}/{session}/websocket",
                        weEventSockets.framed(generation),
                        sockJs);
                builder.route().pathPrefix(path + "/sockjs").build(sockJs);
            }
        }
        for (HttpEndpoint endpoint : endpoints) {
            InetSocketAddress address = new InetSocketAddress(endpoint.host(), endpoint.port());
            HttpEndpoint.Tls tls = endpoint.tls();
            if (tls == null) {
                builder.http(address);
            } else {
                LiveTls live = new LiveTls(tls);
                builder.https(address).tlsProvider(live, live.config());
            }
        }
        if (sharedLoops != null) {
            builder.workerGroup(sharedLoops, false);
        }
        return builder.build();
    }

    private static void upgrade(ServerBuilder builder, String path, HttpService service, HttpService otherwise) {
        Predicate<String> isWebSocket = protocol -> protocol.equalsIgnoreCase("websocket");
        // Armeria remembers by the path alone what a route without conditions answered, so there is to be none here.
        var unused = builder.route()
                .methods(HttpMethod.GET)
                .path(path)
                .matchesHeaders("upgrade", isWebSocket)
                .build(service)
                .route()
                .methods(HttpMethod.GET)
                .path(path)
                .matchesHeaders("upgrade", isWebSocket.negate())
                .build(otherwise)
                .route()
                .methods(HttpMethod.GET)
                .path(path)
                .matchesHeaders("!upgrade")
                .build(otherwise);
    }

    private void onConnection(ChannelPipeline pipeline) {
        GuardInstaller.install(
                pipeline, new EdgeRules(ports.settings().headTimeoutMs(), meters::lateHead, meters::transportFault));
        meters.connectionOpened();
        boolean unused = connections.add(pipeline.channel());
        pipeline.channel().closeFuture().addListener(closed -> meters.connectionClosed());
    }

    private HttpResponse counted(HttpService service, ServiceRequestContext context, HttpRequest request)
            throws Exception {
        underWay.incrementAndGet();
        CompletableFuture<Void> unused = context.log().whenComplete().thenAccept(done -> underWay.decrementAndGet());
        return service.serve(context, request);
    }

    /** Ends streams, finishes requests that are under way, closes the listener. May be called more than once. */
    public void stop() {
        webhooks.close();
        webhookThreads.close();
        streams.closeAll();
        sockets.closeAll();
        weEventSockets.closeAll();
        Server running = server;
        server = null;
        if (running != null) {
            awaitEnd(running, running.stop());
        }
        slow.stop();
    }

    /**
     * Until the listener and all connections are closed. The server itself leaves connections without a request open
     * for another second, and its own future comes when its accepting thread has been quiet for two: there is nothing
     * left to wait for then.
     */
    private void awaitEnd(Server running, CompletableFuture<Void> stopped) {
        long begin = System.nanoTime();
        boolean closing = false;
        while (!stopped.isDone()
                && !(running.activePorts().isEmpty() && running.numConnections() == 0)
                && System.nanoTime() - begin < STOP.toNanos()) {
            if (!closing && running.activePorts().isEmpty() && underWay.get() == 0) {
                closing = true;
                ChannelGroupFuture unused = connections.close();
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
