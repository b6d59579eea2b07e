package io.waxwing.http.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.util.EventLoopGroups;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.ActLog;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.bus.spi.HealthSource;
import io.waxwing.bus.spi.ReceiptSource;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.exchange.Origins;
import io.waxwing.http.pull.Subscriptions;
import io.waxwing.http.runtime.HttpAdapter;
import io.waxwing.http.runtime.HttpEndpoint;
import io.waxwing.http.runtime.HttpPorts;
import io.waxwing.http.webhook.WebhookSettings;
import io.waxwing.http.weevent.Scope;
import io.waxwing.http.weevent.WeEventSettings;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.spi.AnchoredCheckpoint;
import io.waxwing.ledger.witness.CheckpointWitness;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The HTTP port on a real socket over {@link MemoryBus} and {@link MemoryLedger}. */
public final class TestNode implements AutoCloseable, HealthSource, ReceiptSource {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Shared, because a Netty group takes two seconds to stop. */
    private static final EventLoopGroup LOOPS = EventLoopGroups.newEventLoopGroup(2, "io", true);

    public final MemoryBus bus = new MemoryBus();
    public final MemoryErasure erasure = new MemoryErasure(bus);
    public final MemoryLedger ledger = new MemoryLedger();
    public final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    public volatile boolean ready = true;
    public static final String TOKEN = "0123456789abcdef";
    public final MemoryConsortium consortium = new MemoryConsortium();
    public volatile boolean receiptsCovered = true;
    public final InetSocketAddress address;
    public final InetSocketAddress encrypted;
    public final MemoryRules rules = new MemoryRules();
    public final MemorySubscriptions subscriptions = new MemorySubscriptions(bus);
    private final MemoryProcessing processing = new MemoryProcessing(subscriptions);

    private static final WebhookSettings WEBHOOKS = new WebhookSettings(3, 3, true, true, 2_000, "bank-a.example");

    /** Short waits, and two groups. */
    public static final WeEventSettings WE_EVENT = new WeEventSettings(
            true, 10_240, 400, 400, 60, 64 << 10, 2_000, List.of(new Scope("2", "contracts", "all")), "app");

    private final HttpAdapter adapter;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** What was written down; {@link MemoryActs#broken} takes nothing. */
    public final MemoryActs acts = new MemoryActs();

    /** Served as anchors. */
    public volatile List<AnchoredCheckpoint> anchored = List.of();

    public TestNode() {
        this(HttpSettings.defaults());
    }

    public TestNode(HttpSettings settings) {
        this(settings, Authentication.OPEN);
    }

    public TestNode(HttpSettings settings, Authentication authentication) {
        this(settings, authentication, null);
    }

    /** {@code tls} null: without; else on a second port, see {@link #encrypted}. */
    public TestNode(HttpSettings settings, Authentication authentication, HttpEndpoint.Tls tls) {
        byte[] key = new byte[32];
        key[0] = 7;
        adapter = new HttpAdapter(
                new HttpPorts(
                        bus,
                        bus,
                        bus,
                        subscriptions,
                        rules,
                        processing,
                        new MemorySchedules(),
                        WEBHOOKS,
                        erasure,
                        this,
                        ledger,
                        CheckpointWitness.NONE,
                        () -> ByteString.EMPTY,
                        () -> anchored,
                        this,
                        registry,
                        "bank-a",
                        settings,
                        key,
                        consortium,
                        TOKEN,
                        () -> "backup-1",
                        authentication,
                        acts,
                        new Origins(true, false, List.of("https://console.example")),
                        new Origins(true, false, List.of("https://console.example")),
                        new MemoryChain(bus),
                        WE_EVENT),
                LOOPS);
        HttpEndpoint plain = HttpEndpoint.plain("127.0.0.1", 0);
        List<InetSocketAddress> bound =
                adapter.start(tls == null ? List.of(plain) : List.of(new HttpEndpoint("127.0.0.1", 0, tls), plain));
        encrypted = bound.get(0);
        address = bound.get(bound.size() - 1);
    }

    /** Does not wait: a server's boss loop takes two seconds to end. */
    @Override
    public void close() {
        Thread stopping = new Thread(adapter::stop, "stop");
        stopping.setDaemon(true);
        stopping.start();
    }

    /** Tries to listen a second time. */
    public void startAgainOn(int port) {
        byte[] key = new byte[32];
        HttpPorts ports = new HttpPorts(
                bus,
                bus,
                bus,
                Subscriptions.NONE,
                rules,
                processing,
                new MemorySchedules(),
                WEBHOOKS,
                erasure,
                this,
                ledger,
                CheckpointWitness.NONE,
                () -> ByteString.EMPTY,
                List::of,
                this,
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                "bank-a",
                HttpSettings.defaults(),
                key,
                consortium,
                TOKEN,
                () -> "backup-1",
                Authentication.OPEN,
                ActLog.NONE,
                Origins.SAME,
                Origins.SAME,
                new MemoryChain(bus),
                WE_EVENT);
        new HttpAdapter(ports, LOOPS).start("127.0.0.1", port);
    }

    /** A raw connection. */
    public Socket connect() throws IOException {
        return new Socket(address.getAddress(), address.getPort());
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + address.getPort() + path);
    }

    public HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(10));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    public HttpResponse<String> post(String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(10))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        return send(headers.length == 0 ? request : request.headers(headers));
    }

    public HttpResponse<String> put(String path, String body) {
        return send(HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(10))
                .PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    public HttpResponse<String> delete(String path) {
        return send(HttpRequest.newBuilder(uri(path)).DELETE());
    }

    public HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    public HttpResponse<byte[]> bytes(String path) {
        try {
            return client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    public static JsonNode json(HttpResponse<String> response) {
        return json(response.body());
    }

    public static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException notJson) {
            throw new IllegalStateException(text, notJson);
        }
    }

    public static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Override
    public List<Check> live() {
        return List.of(new Check("loops", true, "turn"));
    }

    @Override
    public List<Check> ready() {
        return List.of(new Check("store", ready, ready ? "writable" : "disk is full"));
    }

    @Override
    public boolean started() {
        return true;
    }

    @Override
    public byte[] receipt(EventId eventId, Set<Component> disclose, long treeSize, boolean withChain) {
        if (!receiptsCovered) {
            throw new RefusedException(FailureCode.RECEIPT_NOT_YET, "the next checkpoint will cover it");
        }
        if (bus.find(eventId) == null) {
            throw new RefusedException(FailureCode.EVENT_UNKNOWN, "no event " + eventId);
        }
        String text = "c2sp.org/tlog-proof@v1\n" + disclose + " " + treeSize + " " + withChain + "\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
