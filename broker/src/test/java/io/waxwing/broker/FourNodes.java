package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.broker.network.LocalNetwork;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.verify.ReceiptReport;
import io.waxwing.ledger.verify.ReceiptVerifier;
import io.waxwing.node.crypto.Signatures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** Four institutions, each with a whole node of its own, in one process. */
final class FourNodes implements AutoCloseable {
    static final List<String> NAMES = List.of("bank-a", "bank-b", "insurer", "utility");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Path folder;
    private final Map<String, String> settings = new HashMap<>(Map.of(
            "listeners.mqtt.port",
            "0",
            "listeners.http.port",
            "0",
            "listeners.stomp.port",
            "0",
            "store.reserve",
            "1MiB",
            // What a node publishes itself takes the way of all events, and often enough to be in the way here.
            "audit.seal",
            "1s"));
    private final Map<String, Broker> nodes = new HashMap<>();
    private final Map<String, ByteArrayOutputStream> heard = new ConcurrentHashMap<>();
    /** Whose nodes send no payloads to others. */
    final Set<String> withholding = ConcurrentHashMap.newKeySet();
    /** Whose nodes give wrong chunks of files. */
    final Set<String> lying = ConcurrentHashMap.newKeySet();

    private final HttpClient client = HttpClient.newHttpClient();

    /** Makes their folders and starts all; {@code audiences} are the names of those of the terms. */
    FourNodes(Path folder, Genesis.Terms terms, List<String> audiences, Map<String, String> more) {
        this.folder = folder;
        settings.putAll(more);
        create(terms, audiences);
        NAMES.forEach(this::start);
    }

    /** On ports that no system gives out by itself; those in use are skipped. */
    private void create(Genesis.Terms terms, List<String> audiences) {
        for (int base = 12_000; base < 20_000; base += 10 * NAMES.size()) {
            try {
                new LocalNetwork(folder.resolve("net"), terms, base)
                        .named(audiences)
                        .create(NAMES);
                return;
            } catch (RefusedException taken) {
                assertThat(taken.refusal().code()).isEqualTo(FailureCode.LISTENER_ADDRESS);
            }
        }
        throw new AssertionError("no free ports from 12000 to 20000");
    }

    @Override
    public void close() {
        nodes.values().forEach(Broker::stop);
    }

    Path of(String name) {
        return folder.resolve("net").resolve(name);
    }

    void start(String name) {
        ByteArrayOutputStream of = heard.computeIfAbsent(name, unused -> new ByteArrayOutputStream());
        nodes.put(
                name,
                Broker.start(
                        BrokerFolder.of(of(name).resolve("data"), null),
                        ConfigLoader.load(of(name).resolve("waxwing.yaml"), Map.of(), settings),
                        links -> new Withholder(
                                new Overheard(links, of),
                                () -> withholding.contains(name),
                                () -> lying.contains(name))));
    }

    /** All that came in to a node from the others. */
    byte[] heard(String name) {
        return Objects.requireNonNull(heard.get(name)).toByteArray();
    }

    void stop(String name) {
        Objects.requireNonNull(nodes.remove(name)).stop();
    }

    URI at(String name, String path) {
        InetSocketAddress http = Objects.requireNonNull(
                Objects.requireNonNull(nodes.get(name)).listeners().get("http"));
        return URI.create("http://127.0.0.1:" + http.getPort() + path);
    }

    HttpResponse<byte[]> get(String name, String path) throws Exception {
        return client.send(HttpRequest.newBuilder(at(name, path)).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    /** A gauge without tags. */
    double metric(String name, String gauge) throws Exception {
        return new String(get(name, "/metrics").body(), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith(gauge + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(gauge.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no metric " + gauge));
    }

    JsonNode publish(String name, String topic, String payload, String wait) throws Exception {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (true) {
            HttpRequest request = HttpRequest.newBuilder(at(name, events(topic)))
                    .header("prefer", "wait=" + wait)
                    .header("content-type", "text/plain")
                    .header("idempotency-key", payload)
                    .POST(HttpRequest.BodyPublishers.ofString(payload))
                    .build();
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            // A new member has to meet the keeper of the audience's secret first.
            if (answer.statusCode() != 503 || System.nanoTime() > deadline) {
                assertThat(answer.statusCode()).as(new String(answer.body())).isBetween(200, 202);
                return JSON.readTree(answer.body());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    /** Does not wait for the answer. */
    void publishLater(String name, String topic, String payload) {
        HttpRequest request = HttpRequest.newBuilder(at(name, events(topic)))
                .header("prefer", "wait=60")
                .header("content-type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(payload))
                .build();
        var unused = client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
    }

    private static String events(String topic) {
        return "/v1/topics/" + topic.replace("/", "%2F") + "/events";
    }

    List<String> history(String name, String topic) throws Exception {
        List<String> events = new ArrayList<>();
        HttpResponse<byte[]> page = get(name, events(topic) + "?from=first&limit=1000");
        if (page.statusCode() == 200) {
            JSON.readTree(page.body())
                    .path("events")
                    .forEach(event -> events.add(event.path("wxweventid").asText() + " "
                            + event.path("data").asText()));
        }
        return events;
    }

    List<String> historyOf(String name, String topic, int events) throws Exception {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        List<String> found = history(name, topic);
        while (found.size() < events && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            found = history(name, topic);
        }
        assertThat(found).as("history of %s at %s", topic, name).hasSize(events);
        return found;
    }

    byte[] receipt(String name, String eventId) throws Exception {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        HttpResponse<byte[]> answer = get(name, "/v1/events/" + eventId + "/receipt?chain=1");
        while (answer.statusCode() != 200 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            answer = get(name, "/v1/events/" + eventId + "/receipt?chain=1");
        }
        assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(200);
        return answer.body();
    }

    void verify(byte[] receipt) throws IOException {
        byte[] trust = Files.readAllBytes(of("utility").resolve("data/trust.policy"));
        ReceiptReport report = new ReceiptVerifier(trust, Signatures.get()).verify(receipt, null);
        assertThat(report.verified()).as("%s", report.firstFailure()).isTrue();
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
