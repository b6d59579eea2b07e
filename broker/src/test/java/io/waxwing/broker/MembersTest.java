package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.broker.network.LocalNetwork;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.verify.ReceiptReport;
import io.waxwing.ledger.verify.ReceiptVerifier;
import io.waxwing.node.crypto.Signatures;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four institutions, each with a whole node of its own, in one process. */
class MembersTest {
    private static final List<String> NAMES = List.of("bank-a", "bank-b", "insurer", "utility");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

    @TempDir
    private Path folder = Path.of("");

    private final Map<String, Broker> nodes = new HashMap<>();
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void begin() {
        Genesis.Terms terms = new Genesis.Terms("ledger.example", Availability.QUORUM, 1_760_000_000_000L);
        create(terms);
        NAMES.forEach(this::start);
    }

    /** On ports that no system gives out by itself; those in use are skipped. */
    private void create(Genesis.Terms terms) {
        for (int base = 12_000; base < 20_000; base += 10 * NAMES.size()) {
            try {
                new LocalNetwork(folder.resolve("net"), terms, base).create(NAMES);
                return;
            } catch (RefusedException taken) {
                assertThat(taken.refusal().code()).isEqualTo(FailureCode.LISTENER_ADDRESS);
            }
        }
        throw new AssertionError("no free ports from 12000 to 20000");
    }

    @AfterEach
    void end() {
        nodes.values().forEach(Broker::stop);
    }

    private Path of(String name) {
        return folder.resolve("net").resolve(name);
    }

    private void start(String name) {
        Map<String, String> settings =
                Map.of("listeners.mqtt.port", "0", "listeners.http.port", "0", "store.reserve", "1MiB");
        nodes.put(
                name,
                Broker.start(
                        BrokerFolder.of(of(name).resolve("data"), null),
                        ConfigLoader.load(of(name).resolve("waxwing.yaml"), Map.of(), settings)));
    }

    private void stop(String name) {
        Objects.requireNonNull(nodes.remove(name)).stop();
    }

    private URI at(String name, String path) {
        InetSocketAddress http = Objects.requireNonNull(
                Objects.requireNonNull(nodes.get(name)).listeners().get("http"));
        return URI.create("http://127.0.0.1:" + http.getPort() + path);
    }

    private HttpResponse<byte[]> get(String name, String path) throws Exception {
        return client.send(HttpRequest.newBuilder(at(name, path)).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private JsonNode publish(String name, String payload, String wait) throws Exception {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        while (true) {
            HttpRequest request = HttpRequest.newBuilder(at(name, "/v1/topics/t/events"))
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

    private List<String> history(String name) throws Exception {
        List<String> events = new ArrayList<>();
        HttpResponse<byte[]> page = get(name, "/v1/topics/t/events?from=first&limit=1000");
        if (page.statusCode() == 200) {
            JSON.readTree(page.body())
                    .path("events")
                    .forEach(event -> events.add(event.path("wxweventid").asText() + " "
                            + event.path("data").asText()));
        }
        return events;
    }

    private List<String> historyOf(String name, int events) throws Exception {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        List<String> found = history(name);
        while (found.size() < events && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            found = history(name);
        }
        assertThat(found).as("history of %s", name).hasSize(events);
        return found;
    }

    private byte[] receipt(String name, String eventId) throws Exception {
        long deadline = System.nanoTime() + LIMIT_NANOS;
        HttpResponse<byte[]> answer = get(name, "/v1/events/" + eventId + "/receipt?chain=1");
        while (answer.statusCode() != 200 && System.nanoTime() < deadline) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            answer = get(name, "/v1/events/" + eventId + "/receipt?chain=1");
        }
        assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(200);
        return answer.body();
    }

    private void verify(byte[] receipt) throws IOException {
        byte[] trust = Files.readAllBytes(of("utility").resolve("data/trust.policy"));
        ReceiptReport report = new ReceiptVerifier(trust, Signatures.get()).verify(receipt, null);
        assertThat(report.verified()).as("%s", report.firstFailure()).isTrue();
    }

    @Test
    void whatAnyMemberTakesIsEverywhereInOneOrderWithReceiptsFromAll() throws Exception {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ids.add(publish(NAMES.get(i % 4), "event-" + i, "30")
                    .path("eventId")
                    .asText());
        }
        List<String> order = historyOf("bank-a", 8);
        for (String name : NAMES) {
            assertThat(historyOf(name, 8)).isEqualTo(order);
            verify(receipt(name, ids.get(3)));
        }
    }

    @Test
    void aMemberThatWasAwayFetchesWhatItMissed() throws Exception {
        publish("bank-a", "before", "30");
        historyOf("utility", 1);
        stop("utility");
        for (int i = 0; i < 5; i++) {
            publish("bank-b", "while-away-" + i, "30");
        }
        start("utility");
        assertThat(historyOf("utility", 6)).isEqualTo(historyOf("insurer", 6));
        publish("utility", "back", "30");
        assertThat(historyOf("bank-a", 7)).isEqualTo(historyOf("utility", 7));
    }

    @Test
    void withTwoOfFourEventsWaitAndTheirPublishersAreTold() throws Exception {
        publish("bank-a", "first", "30");
        stop("insurer");
        stop("utility");
        JsonNode told = publish("bank-a", "pending", "1");
        assertThat(told.path("status").asText()).isEqualTo("durable");
        start("insurer");
        List<String> order = historyOf("bank-a", 2);
        assertThat(order.get(1)).endsWith("pending");
        start("utility");
        assertThat(historyOf("utility", 2)).isEqualTo(order);
    }

    @Test
    void aMemberThatLostItsDataButNotItsKeysComesBackWithAllEventsAndGoesOnPublishing() throws Exception {
        publish("bank-a", "of-a-neighbour", "30");
        for (int i = 0; i < 5; i++) {
            publish("utility", "of-my-own-" + i, "30");
        }
        List<String> order = historyOf("bank-a", 6);
        stop("utility");
        publish("bank-b", "meanwhile", "30");
        delete(of("utility").resolve("data/db"));
        start("utility");
        order = historyOf("bank-a", 7);
        assertThat(historyOf("utility", 7)).isEqualTo(order);
        publish("utility", "after-it", "30");
        assertThat(historyOf("utility", 8)).isEqualTo(historyOf("insurer", 8));
        stop("utility");
        start("utility");
        publish("utility", "after-a-restart", "30");
        assertThat(historyOf("utility", 9)).isEqualTo(historyOf("bank-b", 9));
    }

    @Test
    void aBatchThatOnlyOthersHaveIsFoundAgainAfterTheDataIsLostAndStaysFoundOverAnotherRestart() throws Exception {
        publish("utility", "first", "30");
        historyOf("bank-a", 1);
        stop("bank-b");
        stop("insurer");
        assertThat(publish("utility", "pending", "1").path("status").asText()).isEqualTo("durable");
        stop("utility");
        delete(of("utility").resolve("data/db"));
        start("utility");
        publish("utility", "behind-it", "1");
        stop("utility");
        start("utility");
        start("insurer");
        start("bank-b");
        List<String> order = historyOf("bank-a", 3);
        assertThat(order.get(1)).endsWith("pending");
        assertThat(order.get(2)).endsWith("behind-it");
        for (String name : NAMES) {
            assertThat(historyOf(name, 3)).isEqualTo(order);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
