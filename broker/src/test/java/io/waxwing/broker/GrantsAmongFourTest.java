package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Registry.Availability;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one institution says about its topics holds at the nodes of all, from a place in the ledger on. */
class GrantsAmongFourTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String ALLOW_B =
            "{\"effect\":\"allow\",\"resource\":\"orders/in/#\",\"principal\":\"bank-b\",\"actions\":[\"publish\"]}";

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    private Path folder = Path.of("");

    private record Answer(int status, String body) {}

    private FourNodes four() {
        Genesis.Terms terms = new Genesis.Terms("ledger.example", Availability.QUORUM, 1_760_000_000_000L, List.of());
        FourNodes made = new FourNodes(folder, terms, List.of(), Map.of());
        for (String name : FourNodes.NAMES) {
            // Each has to be given the audience's secret before it takes anything.
            Awaitility.await(name)
                    .atMost(LONG)
                    .until(() -> publish(made, name, "first", "x").status() < 300);
        }
        return made;
    }

    private Answer send(FourNodes four, String at, HttpRequest.Builder request) throws Exception {
        String token =
                Files.readString(four.of(at).resolve("data/operator.token")).strip();
        HttpResponse<String> answer = http.send(
                request.header("authorization", "Bearer " + token)
                        .header("prefer", "wait=30")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return new Answer(answer.statusCode(), answer.body());
    }

    private Answer put(FourNodes four, String at, String id, String body) throws Exception {
        return send(
                four,
                at,
                HttpRequest.newBuilder(four.at(at, "/v1/grants/" + id)).PUT(HttpRequest.BodyPublishers.ofString(body)));
    }

    private Answer delete(FourNodes four, String at, String id) throws Exception {
        return send(
                four,
                at,
                HttpRequest.newBuilder(four.at(at, "/v1/grants/" + id)).DELETE());
    }

    private Answer publish(FourNodes four, String at, String topic, String payload) throws Exception {
        return send(
                four,
                at,
                HttpRequest.newBuilder(four.at(at, "/v1/topics/" + topic.replace("/", "%2F") + "/events"))
                        .header("content-type", "text/plain")
                        .POST(HttpRequest.BodyPublishers.ofString(payload)));
    }

    /** Two say the same at the same time: both are told that it holds, at the same place. */
    private Answer putTwice(FourNodes four, String at, String id, String body) throws Exception {
        List<Future<Answer>> asked = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < 2; i++) {
                asked.add(threads.submit(() -> put(four, at, id, body)));
            }
            Answer first = asked.get(0).get(1, TimeUnit.MINUTES);
            Answer second = asked.get(1).get(1, TimeUnit.MINUTES);
            assertOk(first);
            assertOk(second);
            assertThat(second.body()).isEqualTo(first.body());
            return first;
        } finally {
            threads.shutdown();
        }
    }

    private static String claim(String filter) {
        return "{\"effect\":\"claim\",\"resource\":\"" + filter + "\"}";
    }

    private static void awaitGrants(FourNodes four, int count) {
        Awaitility.await().atMost(LONG).untilAsserted(() -> {
            for (String name : FourNodes.NAMES) {
                HttpResponse<byte[]> all = four.get(name, "/v1/grants");
                assertThat(JSON.readTree(all.body()).path("grants")).as(name).hasSize(count);
            }
        });
    }

    private static String text(FourNodes four, String at, String path) throws Exception {
        HttpResponse<byte[]> answer = four.get(at, path);
        return answer.statusCode() + " " + new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static void assertOk(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isBetween(200, 201);
    }

    private static void assertRefused(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(code);
    }

    @Test
    void theOwnerSaysWhoPublishesAndReadsAndEveryNodeHoldsToIt() throws Exception {
        try (FourNodes four = four()) {
            assertOk(publish(four, "bank-b", "orders/in/1", "before"));
            Answer claimed = putTwice(four, "bank-a", "orders", claim("orders/#"));
            awaitGrants(four, 1);

            assertRefused(publish(four, "bank-b", "orders/in/1", "not granted"), 403, "WXW-1405");
            assertRefused(put(four, "bank-b", "mine", claim("orders/in/+")), 409, "WXW-1284");
            assertThat(text(four, "bank-b", "/v1/topics/orders%2Fin%2F1/events"))
                    .startsWith("403 ");
            assertThat(text(four, "bank-b", "/v1/events?filter=orders/%23")).startsWith("403 ");
            assertThat(text(four, "bank-b", "/v1/topics/others/events")).doesNotStartWith("403");

            assertOk(put(four, "bank-a", "in-b", ALLOW_B));
            awaitGrants(four, 2);
            assertOk(publish(four, "bank-b", "orders/in/1", "granted"));
            assertRefused(publish(four, "insurer", "orders/in/1", "not granted"), 403, "WXW-1405");
            assertRefused(publish(four, "bank-b", "orders/out/1", "not granted"), 403, "WXW-1405");
            assertRefused(delete(four, "bank-a", "orders"), 409, "WXW-1284");

            assertThat(four.historyOf("bank-a", "orders/in/1", 2))
                    .last()
                    .asString()
                    .endsWith("granted");
            assertThat(text(four, "bank-b", "/v1/topics/orders%2Fin%2F1/events"))
                    .as("it may publish and not read")
                    .startsWith("403 ");

            assertOk(delete(four, "bank-a", "in-b"));
            awaitGrants(four, 1);
            assertRefused(publish(four, "bank-b", "orders/in/1", "taken back"), 403, "WXW-1405");
            assertThat(explained(four, "bank-a", "bank-b/ann")).contains("\"allowed\":false");
            assertOk(delete(four, "bank-a", "orders"));
            awaitGrants(four, 0);
            assertOk(publish(four, "utility", "orders/in/1", "everybody's"));
        }
    }

    private String explained(FourNodes four, String at, String principal) throws Exception {
        String path = "/v1/grants:explain?action=publish&resource=orders/in/1&principal=" + principal;
        return send(four, at, HttpRequest.newBuilder(four.at(at, path))).body();
    }

    /**
     * bank-b cannot hear of the claim, takes an event as durable, and it is ordered behind the claim: void everywhere.
     */
    @Test
    void anEventThatIsOrderedBehindItsRightIsVoidAtEveryMemberAndNothingWaitsForIt() throws Exception {
        try (FourNodes four = four()) {
            assertOk(publish(four, "bank-b", "orders/1", "before"));
            for (String name : FourNodes.NAMES) {
                four.historyOf(name, "orders/1", 1);
            }
            // Held back: its payloads reach nobody, so its batch is not certified before the claim is final.
            four.withholding.add("bank-b");
            CompletableFuture<HttpResponse<String>> waits = later(four, "");
            HttpResponse<String> durable = later(four, "?wait=durable").get(60, TimeUnit.SECONDS);
            assertThat(durable.statusCode()).as(durable.body()).isBetween(200, 202);
            Awaitility.await("both are taken, as one event")
                    .atMost(LONG)
                    .until(() -> four.metric("bank-b", "waxwing_events_duplicate_total{kind=\"id\"}") == 1);
            assertOk(put(four, "bank-a", "orders", claim("orders/#")));
            awaitGrants(four, 1);
            four.withholding.remove("bank-b");
            HttpResponse<String> told = waits.get(60, TimeUnit.SECONDS);
            assertThat(told.statusCode()).as(told.body()).isEqualTo(410);
            assertThat(told.body()).contains("WXW-1283");
            JsonNode later = four.publish("bank-b", "elsewhere", "goes-on", "30");
            assertThat(later.path("status").asText()).isEqualTo("ordered");

            for (String name : FourNodes.NAMES) {
                four.historyOf(name, "elsewhere", 1);
            }
            Awaitility.await().atMost(LONG).untilAsserted(() -> {
                for (String name : FourNodes.NAMES) {
                    assertThat(four.metric(name, "waxwing_grants_void_events_total"))
                            .as(name)
                            .isEqualTo(1);
                }
            });
            assertThat(four.history("bank-a", "orders/1")).hasSize(1);

            // A node that was stopped finds the same, and what comes later is delivered.
            four.stop("insurer");
            assertOk(publish(four, "bank-a", "orders/1", "the owner's"));
            four.start("insurer");
            assertOk(
                    put(
                            four,
                            "bank-a",
                            "all",
                            "{\"effect\":\"allow\",\"resource\":\"orders/#\",\"principal\":\"*\",\"actions\":[\"subscribe\"]}"));
            awaitGrants(four, 2);
            for (String name : FourNodes.NAMES) {
                List<String> history = four.historyOf(name, "orders/1", 2);
                assertThat(history.toString()).contains("before", "the owner's").doesNotContain("too late");
                String last = history.get(1).split(" ")[0];
                assertThat(last).as("the void one keeps its place: %s", history).contains("-3-");
            }
        }
    }

    /** An event of bank-b that is too late, said again if it was said. */
    private CompletableFuture<HttpResponse<String>> later(FourNodes four, String query) {
        return http.sendAsync(
                HttpRequest.newBuilder(four.at("bank-b", "/v1/topics/orders%2F1/events" + query))
                        .header("content-type", "text/plain")
                        .header("idempotency-key", "late")
                        .header("prefer", "wait=60")
                        .POST(HttpRequest.BodyPublishers.ofString("too late"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
