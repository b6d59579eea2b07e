package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.admin.DataCheck;
import io.waxwing.broker.config.BrokerConfig;
import io.waxwing.broker.config.ConfigLoader;
import io.waxwing.broker.store.Database;
import io.waxwing.broker.store.Retention;
import io.waxwing.ledger.verify.ReceiptReport;
import io.waxwing.ledger.verify.ReceiptVerifier;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.store.RocksLedgerStore;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is not kept any more is gone for readers, and its place and proofs are not. */
class RetentionTest {
    private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder = Path.of("");

    private BrokerFolder data() {
        return BrokerFolder.of(folder.resolve("data"), null);
    }

    private BrokerConfig config(String retention) throws Exception {
        Path file = Files.writeString(folder.resolve("waxwing.yaml"), "topics: { retention: [" + retention + "] }\n");
        return ConfigLoader.load(
                file,
                Map.of(),
                Map.of("listeners.mqtt.port", "0", "listeners.http.port", "0", "listeners.stomp.port", "0"));
    }

    private static URI uri(Broker node, String path) {
        int port = Objects.requireNonNull(node.listeners().get("http")).getPort();
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private String publish(Broker node, String topic, String content) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(uri(node, "/v1/topics/" + topic + "/events"))
                        .POST(HttpRequest.BodyPublishers.ofString(content))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return answer.headers().firstValue("location").orElseThrow();
    }

    private HttpResponse<byte[]> get(Broker node, String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(node, path)).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private String text(Broker node, String path) throws Exception {
        HttpResponse<byte[]> answer = get(node, path);
        return answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8);
    }

    @Test
    void contentsThatAreTooOldAnswerGoneAndReceiptsTakenBeforeStillVerify() throws Exception {
        String old;
        String kept;
        byte[] receipt;
        Broker first = Broker.start(data(), config(""));
        try {
            old = publish(first, "short", "content");
            publish(first, "short", "more");
            kept = publish(first, "long", "stays");
            receipt = Awaitility.await()
                    .until(() -> get(first, old + "/receipt"), answer -> answer.statusCode() == 200)
                    .body();
        } finally {
            first.stop();
        }
        Broker second = Broker.start(data(), config("{ filter: short, age: 1ms }"));
        try {
            Awaitility.await().until(() -> text(second, old).startsWith("410 "));
            assertThat(text(second, old)).contains("WXW-1280");
            assertThat(text(second, old + "/receipt")).startsWith("410 ").contains("WXW-1280");
            assertThat(text(second, "/v1/topics/short/events?from=first"))
                    .startsWith("200 ")
                    .contains("\"events\":[]");
            assertThat(text(second, "/v1/topics/short")).contains("\"lastTopicSeq\":\"2\"");
            assertThat(text(second, "/v1/topics/short")).contains("\"kept\":{\"events\":\"0\"", "\"expired\":\"2\"");
            assertThat(text(second, "/v1/topics/long")).doesNotContain("kept");
            assertThat(text(second, kept)).startsWith("200 ");
            assertThat(get(second, kept + "/receipt").statusCode()).isEqualTo(200);
            assertThat(text(second, "/metrics"))
                    .contains("waxwing_retention_events_total 2.0", "waxwing_retention_missed_total");
            publish(second, "short", "goes on");
        } finally {
            second.stop();
        }
        byte[] trust = Files.readAllBytes(data().trustPolicy());
        ReceiptReport report = new ReceiptVerifier(trust, Signatures.get()).verify(receipt, null);
        assertThat(report.verified()).as("%s", report.firstFailure()).isTrue();
        DataCheck.Report check = DataCheck.run(data());
        assertThat(check.damaged()).as(check.toString()).isFalse();
        Broker third = Broker.start(data(), config(""));
        third.stop();
    }

    @Test
    void whoGoesOnBeforeContentsThatAreGoneIsToldSoOnEveryWayIn() throws Exception {
        String first;
        String last;
        Broker before = Broker.start(data(), config(""));
        try {
            first = eventId(publish(before, "short", "read"));
            publish(before, "short", "missed");
            last = eventId(publish(before, "short", "missed too"));
            assertThat(put(before, "/v1/subscriptions/slow", "{\"filter\":\"short\",\"start\":\"first\"}")
                            .statusCode())
                    .isEqualTo(201);
        } finally {
            before.stop();
        }
        Broker node = Broker.start(data(), config("{ filter: short, age: 1ms }"));
        try {
            Awaitility.await().until(() -> text(node, "/v1/events/" + last).startsWith("410 "));
            String page = "/v1/topics/short/events?from=" + first;
            String stream = "/v1/events?filter=%23&after=";
            for (String way : List.of(page, stream + first)) {
                assertThat(text(node, way))
                        .as(way)
                        .startsWith("410 ")
                        .contains("position-gone", "WXW-1203", "\"earliest\":[{\"topic\":\"short\"}]");
            }
            assertThat(text(node, stream + "00000000-1-1")).startsWith("410 ").contains("not known here");
            assertThat(text(node, page + "&onGone=skip")).startsWith("200 ").contains("\"missed\":2");
            assertThat(text(node, "/v1/topics/short/events?from=" + last)).startsWith("200 ");
            List<String> told = firstEvent(node, stream + first + "&onGone=skip");
            assertThat(told.get(0)).isEqualTo("event: missed");
            assertThat(told.get(1))
                    .startsWith("data: {\"topic\":\"short\",\"count\":2,\"first\":\"")
                    .endsWith("\"last\":\"" + last + "\"}");
            assertThat(closeOf(node, "/v1/events?filter=short&after=" + first)).startsWith("1008 WXW-1203");
            HttpResponse<String> fetched = http.send(
                    HttpRequest.newBuilder(uri(node, "/v1/subscriptions/slow:receive"))
                            .POST(HttpRequest.BodyPublishers.ofString("{\"max\":5}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(fetched.body()).isEqualTo("[]");
            assertThat(text(node, "/v1/subscriptions/slow")).contains("\"missed\":3");
            assertThat(text(node, "/metrics"))
                    .contains("waxwing_delivery_missed_total 2.0", "waxwing_pull_missed_total 3.0");
        } finally {
            node.stop();
        }
    }

    private static String eventId(String location) {
        return location.substring(location.lastIndexOf('/') + 1);
    }

    /** The first two lines of the first event. */
    private List<String> firstEvent(Broker node, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(node, path))
                .header("accept", "text/event-stream")
                .build();
        HttpResponse<InputStream> answer = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        try (BufferedReader in = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            String line = in.readLine();
            while (!line.startsWith("event: ")) {
                line = in.readLine();
            }
            return List.of(line, in.readLine());
        }
    }

    private String closeOf(Broker node, String path) throws Exception {
        CompletableFuture<String> closed = new CompletableFuture<>();
        URI at = URI.create(uri(node, path).toString().replace("http:", "ws:"));
        http.newWebSocketBuilder()
                .subprotocols("cloudevents.json")
                .buildAsync(at, new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onClose(WebSocket socket, int code, String why) {
                        closed.complete(code + " " + why);
                        return CompletableFuture.completedFuture(null);
                    }
                })
                .get(20, TimeUnit.SECONDS);
        return closed.get(20, TimeUnit.SECONDS);
    }

    private HttpResponse<String> put(Broker node, String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri(node, path))
                        .PUT(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aTopicIsGivenItsRetentionWhileTheNodeRunsAndKeepsItAfterARestart() throws Exception {
        String later;
        Broker first = Broker.start(data(), config("{ filter: '#', age: 3650d }"));
        try {
            String gone = publish(first, "own", "goes");
            String other = publish(first, "other", "stays");
            assertThat(put(first, "/v1/topics/own", "{\"retention\":{\"ageSeconds\":1}}")
                            .statusCode())
                    .isEqualTo(200);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(40))
                    .until(() -> text(first, gone).startsWith("410 "));
            assertThat(text(first, other)).startsWith("200 ");
            later = publish(first, "own", "goes after the restart");
        } finally {
            first.stop();
        }
        Broker second = Broker.start(data(), config(""));
        try {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(40))
                    .until(() -> text(second, later).startsWith("410 "));
            assertThat(text(second, "/v1/topics/own/policy")).contains("\"retention\":{\"ageSeconds\":1");
        } finally {
            second.stop();
        }
    }

    @Test
    void aTopicsQuotaIsRefusedAsTooFast() throws Exception {
        Broker node = Broker.start(data(), config(""));
        try {
            publish(node, "own", "first");
            assertThat(put(node, "/v1/topics/own/policy", "{\"quota\":{\"bytesPerSecond\":1}}")
                            .statusCode())
                    .isEqualTo(200);
            publish(node, "own", "more than is paid for");
            HttpResponse<String> refused = http.send(
                    HttpRequest.newBuilder(uri(node, "/v1/topics/own/events"))
                            .POST(HttpRequest.BodyPublishers.ofString("x"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(429);
            assertThat(refused.body()).contains("WXW-1107");
            assertThat(text(node, "/metrics")).contains("waxwing_topic_quota_refused_total 1.0");
            publish(node, "other", "goes on");
        } finally {
            node.stop();
        }
    }

    @Test
    void theOldestGoUntilATopicHasNoMoreThanItKeepsAndWhatTheLedgerMayAskForStays() throws Exception {
        List<String> places = new ArrayList<>();
        Broker first = Broker.start(data(), config(""));
        try {
            for (int i = 0; i < 10; i++) {
                places.add(publish(first, "a", "0123456789".repeat(100)));
            }
        } finally {
            first.stop();
        }
        try (Database database = Database.open(data().database(), RocksLedgerStore.columnNames())) {
            Retention guarded = passes(database, new Retention.Rule(1, 1), DAY_MS);
            assertThat(guarded.expiredEvents()).isZero();
            Retention bounded = passes(database, new Retention.Rule(0, 5_000), 0);
            assertThat(bounded.expiredEvents()).isBetween(5L, 7L);
            Retention.Kept kept = Objects.requireNonNull(bounded.keptOf("a"));
            assertThat(kept.bytes()).isLessThanOrEqualTo(5_000);
            assertThat(kept.events() + kept.expired()).isEqualTo(10);
            assertThat(bounded.keptBytes()).isEqualTo(kept.bytes());
            assertThat(passes(database, new Retention.Rule(0, 5_000), 0).expiredEvents())
                    .as("nothing more to do")
                    .isZero();
        }
        Broker second = Broker.start(data(), config(""));
        try {
            assertThat(text(second, places.get(0))).startsWith("410 ");
            assertThat(text(second, places.get(9))).startsWith("200 ");
            String gone = text(second, "/v1/topics/a/events?from=" + eventId(places.get(0)));
            assertThat(gone).startsWith("410 ");
            int earliest = Integer.parseInt(gone.replaceAll("(?s).*\"topicSeq\":\"([0-9]+)\".*", "$1"));
            assertThat(gone).contains("\"eventId\":\"" + eventId(places.get(earliest - 1)) + "\"");
            assertThat(text(second, places.get(earliest - 1))).startsWith("200 ");
            assertThat(text(second, places.get(earliest - 2))).startsWith("410 ");
            assertThat(get(second, places.get(9) + "/receipt").statusCode()).isEqualTo(200);
        } finally {
            second.stop();
        }
    }

    /** A day later, twice: a bound of bytes holds from the second pass on. */
    private static Retention passes(Database database, Retention.Rule rule, long guardHalfMs) {
        long guardMs = 2 * guardHalfMs;
        Retention retention = new Retention(
                database,
                topic -> rule,
                guardMs,
                () -> System.currentTimeMillis() + DAY_MS,
                TimeUnit.SECONDS.toNanos(1));
        long now = 0;
        while (retention.passes() < 3) {
            assertThat(retention.problem()).isNull();
            retention.doWork(now);
            now += TimeUnit.SECONDS.toNanos(1);
        }
        return retention;
    }
}
