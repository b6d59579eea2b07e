package io.waxwing.broker.pull;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.broker.Broker;
import io.waxwing.broker.BrokerFolder;
import io.waxwing.broker.config.ConfigLoader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Durable subscriptions over HTTP on a whole node. Each test has topics and subscriptions of its own. */
class SubscriptionsTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Map<String, String> SETTINGS = Map.of(
            "listeners.mqtt.port",
            "0",
            "listeners.http.port",
            "0",
            "listeners.stomp.port",
            "0",
            "subscriptions.maxWaiting",
            "2");

    @TempDir
    private static Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init") // Set before all tests.
    private static Broker node;

    private Broker asked = node;

    @BeforeAll
    static void start() {
        node = start("data", Map.of());
    }

    @AfterAll
    static void stop() {
        node.stop();
    }

    private static Broker start(String data, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(SETTINGS);
        settings.putAll(more);
        return Broker.start(BrokerFolder.of(folder.resolve(data), null), ConfigLoader.load(null, Map.of(), settings));
    }

    private HttpRequest request(String method, String path, String body, String... headers) {
        int port = Objects.requireNonNull(asked.listeners().get("http")).getPort();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        return headers.length == 0 ? request.build() : request.headers(headers).build();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) throws Exception {
        return HTTP.send(request(method, path, body, headers), HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode ok(String method, String path, String body) throws Exception {
        HttpResponse<String> answer = send(method, path, body);
        assertThat(answer.statusCode()).as(path + " " + answer.body()).isBetween(200, 201);
        return JSON.readTree(answer.body());
    }

    private void subscribe(String name, String definition) throws Exception {
        ok("PUT", "/v1/subscriptions/" + name, definition);
    }

    private void publish(String topic, String... payloads) throws Exception {
        for (String payload : payloads) {
            assertThat(send("POST", "/v1/topics/" + topic + "/events", payload, "content-type", "text/plain")
                            .statusCode())
                    .isEqualTo(201);
        }
    }

    private JsonNode receive(String name, int max, long waitMs) throws Exception {
        return ok("POST", "/v1/subscriptions/" + name + ":receive", "{\"max\":" + max + ",\"waitMs\":" + waitMs + "}");
    }

    private static List<String> data(JsonNode leases) {
        List<String> data = new ArrayList<>();
        leases.forEach(lease -> data.add(lease.at("/event/data").asText()));
        return data;
    }

    private JsonNode say(String word, String name, JsonNode leases, String more) throws Exception {
        List<String> tokens = new ArrayList<>();
        leases.forEach(lease -> tokens.add("\"" + lease.get("lockToken").asText() + "\""));
        return ok(
                "POST",
                "/v1/subscriptions/" + name + ":" + word,
                "{\"lockTokens\":[" + String.join(",", tokens) + "]" + more + "}");
    }

    private JsonNode show(String name) throws Exception {
        return ok("GET", "/v1/subscriptions/" + name, "");
    }

    @Test
    void eventsAreLentInOrderUntilTheyAreAcknowledged() throws Exception {
        subscribe("order", "{\"filter\":\"order/+\"}");
        publish("order/a", "1", "2");
        publish("order/b", "3");
        JsonNode shown = show("order");
        assertThat(shown.get("lag").asInt()).isEqualTo(3);
        assertThat(shown.get("lagIsAtLeast").asBoolean()).isFalse();
        JsonNode two = receive("order", 2, 0);
        assertThat(data(two)).containsExactly("1", "2");
        assertThat(two.at("/0/deliveryCount").asInt()).isOne();
        assertThat(two.at("/0/event/wxweventid").asText()).isNotEmpty();
        assertThat(data(receive("order", 10, 0))).containsExactly("3");
        assertThat(receive("order", 10, 0)).isEmpty();
        assertThat(say("ack", "order", two, "").get("settled").asInt()).isEqualTo(2);
        assertThat(say("ack", "order", two, "").get("gone")).hasSize(2);
        shown = show("order");
        assertThat(shown.get("leased").asInt()).isOne();
        assertThat(shown.get("lag").asInt()).isZero();
    }

    @Test
    void aConsumerThatWaitsGetsTheNextEventAtOnce() throws Exception {
        subscribe("waits", "{\"filter\":\"waits\"}");
        CompletableFuture<HttpResponse<String>> waiting = HTTP.sendAsync(
                request("POST", "/v1/subscriptions/waits:receive", "{\"waitMs\":20000}"),
                HttpResponse.BodyHandlers.ofString());
        publish("waits/other", "no");
        publish("waits", "yes");
        assertThat(data(JSON.readTree(waiting.get().body()))).containsExactly("yes");
    }

    @Test
    void aConsumerThatWaitsForNothingIsToldSo() throws Exception {
        subscribe("nothing", "{\"filter\":\"nothing\"}");
        assertThat(receive("nothing", 1, 50)).isEmpty();
    }

    @Test
    void whatIsGivenBackComesAgainAndBecomesADeadLetterThatCanBeGivenAgain() throws Exception {
        subscribe("again", "{\"filter\":\"again\",\"maxDeliver\":2,\"backoffMs\":[10]}");
        publish("again", "poison", "good");
        say("nack", "again", receive("again", 1, 0), "");
        JsonNode second = receive("again", 1, 5_000);
        // The other one may come first: what was given back waits for 10 ms.
        JsonNode third = receive("again", 1, 5_000);
        List<String> both = new ArrayList<>(data(second));
        both.addAll(data(third));
        assertThat(both).containsExactlyInAnyOrder("poison", "good");
        JsonNode poison = data(second).contains("poison") ? second : third;
        assertThat(poison.at("/0/deliveryCount").asInt()).isEqualTo(2);
        assertThat(poison.at("/0/event/wxwreplay").asBoolean()).isTrue();
        say("nack", "again", poison, "");
        JsonNode letters = ok("GET", "/v1/subscriptions/again/dead-letters", "").get("deadLetters");
        assertThat(letters).hasSize(1);
        assertThat(letters.at("/0/reason").asText()).isEqualTo("failed");
        assertThat(letters.at("/0/event/wxwtopic").asText()).isEqualTo("again");
        assertThat(ok("POST", "/v1/subscriptions/again:redrive", "")
                        .get("redriven")
                        .asInt())
                .isOne();
        JsonNode redriven = receive("again", 1, 0);
        assertThat(data(redriven)).containsExactly("poison");
        say("reject", "again", redriven, "");
        assertThat(show("again").get("deadLetters").asInt()).isOne();
        assertThat(ok("DELETE", "/v1/subscriptions/again/dead-letters", "")
                        .get("forgotten")
                        .asInt())
                .isOne();
    }

    @Test
    void aLeaseThatNobodySettlesEndsUnlessItIsExtended() throws Exception {
        subscribe("lease", "{\"filter\":\"lease\",\"ackWaitMs\":300}");
        publish("lease", "x");
        JsonNode first = receive("lease", 1, 0);
        assertThat(say("extend", "lease", first, "").get("settled").asInt()).isOne();
        assertThat(data(receive("lease", 1, 10_000))).containsExactly("x");
        assertThat(say("ack", "lease", first, "").get("gone")).hasSize(1);
    }

    @Test
    void anExpressionChoosesAndNothingIsHeldUpByWhatItPassesOver() throws Exception {
        subscribe("chosen", "{\"filter\":\"chosen/#\",\"sql\":\"wxwtopic = 'chosen/b'\",\"maxAckPending\":1}");
        publish("chosen/a", "1", "2");
        publish("chosen/b", "3", "4");
        assertThat(data(receive("chosen", 10, 0))).containsExactly("3");
        assertThat(receive("chosen", 10, 0)).as("one at a time").isEmpty();
    }

    @Test
    void aSeekBeginsAnewAndAPausedSubscriptionLendsNothing() throws Exception {
        publish("place", "1", "2");
        subscribe("place", "{\"filter\":\"place\",\"start\":\"first\"}");
        assertThat(data(receive("place", 10, 0))).containsExactly("1", "2");
        ok("POST", "/v1/subscriptions/place:seek", "{\"to\":\"2\"}");
        ok("POST", "/v1/subscriptions/place:pause", "");
        assertThat(receive("place", 10, 20)).isEmpty();
        assertThat(show("place").get("paused").asBoolean()).isTrue();
        ok("POST", "/v1/subscriptions/place:resume", "");
        assertThat(data(receive("place", 10, 0))).containsExactly("2");
        ok("POST", "/v1/subscriptions/place:seek", "{\"to\":\"next\"}");
        assertThat(receive("place", 10, 0)).isEmpty();
    }

    @Test
    void oneIsMadeChangedListedAndRemoved() throws Exception {
        assertThat(send("PUT", "/v1/subscriptions/life", "{\"filter\":\"life/a\"}")
                        .statusCode())
                .isEqualTo(201);
        publish("life/a", "1");
        assertThat(send("PUT", "/v1/subscriptions/life", "{\"filter\":\"life/+\",\"maxDeliver\":7}")
                        .statusCode())
                .isEqualTo(200);
        publish("life/b", "2");
        assertThat(data(receive("life", 10, 0))).containsExactly("1", "2");
        assertThat(show("life").get("maxDeliver").asInt()).isEqualTo(7);
        assertThat(send("GET", "/v1/subscriptions", "").body()).contains("\"name\":\"life\"");
        assertThat(send("DELETE", "/v1/subscriptions/life", "").statusCode()).isEqualTo(204);
        assertThat(send("GET", "/v1/subscriptions/life", "").body()).contains("WXW-1220");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "PUT; bad; {\"filter\":\"a/#/b\"}; 400; WXW-1002",
                "PUT; bad; {\"filter\":\"$share/g/a\"}; 400; WXW-1302",
                "PUT; bad; {}; 400; WXW-1302",
                "PUT; bad; {\"filter\":\"a\",\"fliter\":\"b\"}; 400; WXW-1302",
                "PUT; bad; {\"filter\":\"a\",\"sql\":\"(\"}; 400; WXW-1015",
                "PUT; bad; {\"filter\":\"a\",\"ackWaitMs\":1}; 400; WXW-1302",
                "PUT; bad; {\"filter\":\"a\",\"start\":\"0a0b0c0d-1-2\"}; 410; WXW-1203",
                "PUT; bad; nothing; 400; WXW-1007",
                "PUT; -x; {\"filter\":\"a\"}; 400; WXW-1302",
                "POST; bad:receive; {}; 404; WXW-1220",
                "POST; bad:receive; {\"max\":0}; 400; WXW-1302",
                "POST; bad:ack; {\"lockTokens\":[]}; 400; WXW-1302",
                "POST; bad:fly; {}; 404; WXW-1304",
                "GET; bad:ack; ''; 405; WXW-1303",
                "DELETE; bad; ''; 404; WXW-1220",
                "GET; bad/dead-letters?cursor=x; ''; 410; WXW-1203",
            })
    void mistakesAreToldWithTheirCode(String method, String path, String body, int status, String code)
            throws Exception {
        HttpResponse<String> answer = send(method, "/v1/subscriptions/" + path, body);
        assertThat(answer.body()).contains(code);
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @Test
    void noMoreConsumersWaitThanTheNodeAllows() throws Exception {
        subscribe("busy", "{\"filter\":\"busy\"}");
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        HttpRequest wait = request("POST", "/v1/subscriptions/busy:receive", "{\"waitMs\":20000}");
        for (int i = 0; i < 3; i++) {
            waiting.add(HTTP.sendAsync(wait, HttpResponse.BodyHandlers.ofString()));
        }
        CompletableFuture.anyOf(waiting.toArray(new CompletableFuture<?>[0])).join();
        publish("busy", "1", "2");
        List<Integer> statuses = new ArrayList<>();
        for (CompletableFuture<HttpResponse<String>> each : waiting) {
            statuses.add(each.get().statusCode());
        }
        assertThat(statuses).containsExactlyInAnyOrder(200, 200, 429);
    }

    @Test
    void whatWasAcknowledgedStaysSoAfterARestartAndNothingElseIsLost() throws Exception {
        asked = start("again", Map.of());
        try {
            subscribe("kept-by.name_x", "{\"filter\":\"kept\",\"maxDeliver\":1}");
            publish("kept", "1", "2", "3", "4");
            say("ack", "kept-by.name_x", receive("kept-by.name_x", 1, 0), "");
            say("nack", "kept-by.name_x", receive("kept-by.name_x", 1, 0), "");
            assertThat(data(receive("kept-by.name_x", 1, 0))).containsExactly("3");
        } finally {
            asked.stop();
        }
        asked = start("again", Map.of());
        try {
            JsonNode shown = show("kept-by.name_x");
            assertThat(shown.get("deadLetters").asInt()).isOne();
            assertThat(shown.get("maxDeliver").asInt()).isOne();
            assertThat(data(receive("kept-by.name_x", 10, 0))).containsExactly("3", "4");
        } finally {
            asked.stop();
        }
    }

    @Test
    void aDeadLetterOfALeaseThatNobodySettledIsThereAfterARestart() throws Exception {
        asked = start("silent", Map.of());
        try {
            subscribe("silent", "{\"filter\":\"silent\",\"maxDeliver\":1,\"ackWaitMs\":100}");
            publish("silent", "1");
            receive("silent", 1, 0);
            assertThat(receive("silent", 1, 1_000))
                    .as("its lease ends meanwhile")
                    .isEmpty();
            publish("silent", "2");
            say("ack", "silent", receive("silent", 1, 1_000), "");
        } finally {
            asked.stop();
        }
        asked = start("silent", Map.of());
        try {
            assertThat(show("silent").get("deadLetters").asInt()).isOne();
        } finally {
            asked.stop();
        }
    }

    @Test
    void aSubscriptionBelongsToWhoMadeItAndShowsOnlyWhatHeMayRead() throws Exception {
        Path users = Files.writeString(folder.resolve("access"), """
                user alice none
                  allow publish own/#
                  allow subscribe own/#
                  token 00000001 sha256:%s never
                user bob none
                  allow subscribe own/#
                  token 00000002 sha256:%s never
                """.formatted(sha256(ALICE), sha256(BOB)));
        asked = start("users", Map.of("access.file", users.toString(), "access.look", "50ms"));
        try {
            String path = "/v1/subscriptions/hers";
            String[] alice = {"authorization", "Bearer " + ALICE};
            String[] bob = {"authorization", "Bearer " + BOB};
            String operator = Files.readString(folder.resolve("users/operator.token"));
            assertThat(send("PUT", path, "{\"filter\":\"#\"}", alice).statusCode())
                    .isEqualTo(403);
            assertThat(send("PUT", path, "{\"filter\":\"own/#\"}", alice).statusCode())
                    .isEqualTo(201);
            assertThat(send("GET", path, "").statusCode()).isEqualTo(401);
            assertThat(send("GET", path, "", bob).statusCode()).isEqualTo(404);
            assertThat(send("DELETE", path, "", bob).statusCode()).isEqualTo(404);
            assertThat(send("GET", "/v1/subscriptions", "", bob).body()).isEqualTo("{\"subscriptions\":[]}");
            assertThat(send("GET", path, "", "authorization", "Bearer " + operator.strip())
                            .body())
                    .contains("\"owner\":\"alice\"");
            assertThat(send("POST", "/v1/topics/own/a/events", "1", alice).statusCode())
                    .isEqualTo(201);
            Files.writeString(users, Files.readString(users).replaceFirst("  allow subscribe own/#\n", ""));
            String taken = "";
            while (!taken.contains("WXW-1405")) {
                taken = send("PUT", path, "{\"filter\":\"own/#\"}", alice).body();
            }
            assertThat(send("POST", path + ":receive", "", alice).body()).isEqualTo("[]");
        } finally {
            asked.stop();
        }
    }

    private static final String ALICE = "wxw_00000001_" + "a".repeat(43);
    private static final String BOB = "wxw_00000002_" + "b".repeat(43);

    private static String sha256(String token) throws Exception {
        return java.util.HexFormat.of()
                .formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(token.getBytes()));
    }
}
