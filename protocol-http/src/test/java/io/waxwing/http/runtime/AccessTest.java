package io.waxwing.http.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.fake.MemoryBus;
import io.waxwing.http.fake.SseReader;
import io.waxwing.http.fake.TestNode;
import io.waxwing.testkit.fake.ScriptedDoor;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what over HTTP, route by route. */
class AccessTest {
    private static final String HOME = "/v1/topics/home/boiler/events";
    private static final String ALICE = basic("alice", "ecila");
    private static final String BOB = "Bearer token-bob";

    private final ScriptedDoor door = new ScriptedDoor()
            .user(
                    "alice",
                    "allow publish home/#",
                    "allow subscribe home/#",
                    "deny subscribe home/secret/+",
                    "allow manage home/#")
            .user("bob", "allow publish home/boiler");
    private final TestNode node = new TestNode(HttpSettings.defaults(), door);

    @AfterEach
    void stop() {
        node.close();
    }

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> get(String path, String as) {
        return node.get(path, "authorization", as);
    }

    private HttpResponse<String> publish(String path, String as) {
        return node.post(path, "hello", "authorization", as, "content-type", "text/plain");
    }

    private static void isProblem(HttpResponse<String> answer, int status, FailureCode code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(TestNode.json(answer).get("code").asText()).isEqualTo(code.text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/topics",
                "/v1/topics/home",
                "/v1/topics/home/events",
                "/v1/events?filter=home",
                "/v1/events/0123-1-1",
                "/v1/events/0123-1-1/receipt",
                "/ledger/receipt/0123-1-1",
                "/v1/members",
                "/v1/members/proposals",
                "/metrics",
                "/nothing",
                "/"
            })
    void withoutCredentialsNothingIsShownButHealthAndTheLedger(String path) {
        HttpResponse<String> answer = node.get(path);
        isProblem(answer, 401, FailureCode.LOGIN_MISSING);
        assertThat(answer.headers().allValues("www-authenticate"))
                .containsExactly("Basic realm=\"waxwing\", charset=\"UTF-8\"", "Bearer");
    }

    @Test
    void healthAndWhatTheLedgerShowsToEverybodyNeedNone() {
        assertThat(node.get("/health/live").statusCode()).isEqualTo(200);
        assertThat(node.get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(node.get("/ledger/trust").statusCode()).isEqualTo(200);
        assertThat(node.get("/v1/openapi.json").statusCode()).isEqualTo(200);
        assertThat(node.get("/v1/asyncapi.json").statusCode()).isEqualTo(200);
        assertThat(door.asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "Basic !!!",
        "Basic YWxpY2U=",
        "Basic YWxpY2U6d3Jvbmc=",
        "Bearer token-carol",
        "Bearer",
        "Digest x",
        "ecila"
    })
    void badCredentialsDoNotLetInAndAreNotRepeated(String header) {
        HttpResponse<String> answer = get("/v1/topics", header);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).doesNotContain("carol").doesNotContain("d3Jvbmc");
    }

    @Test
    void twoAuthorizationsAreNone() {
        HttpResponse<String> answer = node.get("/v1/topics", "authorization", ALICE, "authorization", BOB);
        isProblem(answer, 400, FailureCode.PROTOCOL);
    }

    @Test
    void limitsOfLoginsHaveTheirStatus() {
        door.refuseAll = FailureCode.LOGIN_LIMIT;
        isProblem(get("/v1/topics", ALICE), 429, FailureCode.LOGIN_LIMIT);
        door.refuseAll = FailureCode.LOGIN_BUSY;
        isProblem(get("/v1/topics", ALICE), 503, FailureCode.LOGIN_BUSY);
    }

    @Test
    void publishingNeedsItsGrantOnExactlyTheTopicThatThePathNames() {
        assertThat(publish(HOME, ALICE).statusCode()).isEqualTo(201);
        assertThat(publish(HOME, BOB).statusCode()).isEqualTo(201);
        isProblem(publish("/v1/topics/other/events", ALICE), 403, FailureCode.NOT_GRANTED);
        isProblem(publish("/v1/topics/home/boiler/x/events", BOB), 403, FailureCode.NOT_GRANTED);
        isProblem(publish("/v1/topics/home%2Fboiler%2Fx/events", BOB), 403, FailureCode.NOT_GRANTED);
        isProblem(publish("/v1/topics/home/boile%72%00/events", BOB), 400, FailureCode.PROTOCOL);
        assertThat(node.bus.drafts()).hasSize(2);
        assertThat(node.bus.drafts().get(0).publisher()).isEqualTo("http/alice");
    }

    @Test
    void oneUsersIdempotencyKeyIsNotAnothers() {
        String key = "idempotency-key";
        HttpResponse<String> one = node.post(HOME, "a", "authorization", ALICE, key, "k1");
        HttpResponse<String> two = node.post(HOME, "b", "authorization", BOB, key, "k1");
        assertThat(one.statusCode()).isEqualTo(201);
        assertThat(two.statusCode()).as(two.body()).isEqualTo(201);
        assertThat(TestNode.json(one).get("eventId"))
                .isNotEqualTo(TestNode.json(two).get("eventId"));
    }

    @Test
    void readingNeedsItsGrantAndWhatOneMayNotReadIsNotThere() {
        String eventId = TestNode.json(publish(HOME, ALICE)).get("eventId").asText();
        assertThat(get(HOME, ALICE).statusCode()).isEqualTo(200);
        isProblem(get(HOME, BOB), 403, FailureCode.NOT_GRANTED);
        assertThat(get("/v1/events/" + eventId, ALICE).statusCode()).isEqualTo(200);
        isProblem(get("/v1/events/" + eventId, BOB), 404, FailureCode.EVENT_UNKNOWN);
        assertThat(get("/v1/events/" + eventId + "/receipt", ALICE).statusCode())
                .isEqualTo(200);
        isProblem(get("/v1/events/" + eventId + "/receipt", BOB), 404, FailureCode.EVENT_UNKNOWN);
        isProblem(get("/ledger/receipt/" + eventId, BOB), 404, FailureCode.EVENT_UNKNOWN);
        JsonNode event = TestNode.json(get("/v1/events/" + eventId, ALICE));
        String identity = "/v1/events?source=" + event.get("source").asText() + "&id="
                + event.get("id").asText();
        assertThat(get(identity, ALICE).statusCode()).isEqualTo(200);
        isProblem(get(identity, BOB), 404, FailureCode.EVENT_UNKNOWN);
    }

    @ParameterizedTest
    @CsvSource({"%23, 403", "home/%23, 403", "home/%2b, 200", "%2b/boiler, 403", "home/secret/x, 403", "home/a/%23, 200"
    })
    void aStreamNeedsAGrantThatCoversItsFilterWholly(String filter, int status) {
        try (SseReader stream = new SseReader(node, "/v1/events?filter=" + filter, "Authorization: " + ALICE)) {
            assertThat(stream.statusLine).startsWith("HTTP/1.1 " + status);
        }
    }

    @Test
    void aStreamShowsNothingWhoseGrantWasTakenBackAndEndsWithItsUser() {
        try (SseReader stream = new SseReader(node, "/v1/events?filter=home/%2b", "Authorization: " + ALICE)) {
            assertThat(stream.nextLine()).startsWith("retry");
            door.user("alice", "allow publish home/#", "allow subscribe home/seen");
            publish("/v1/topics/home/hidden/events", ALICE);
            publish("/v1/topics/home/seen/events", ALICE);
            assertThat(TestNode.json(stream.next().data()).get("wxwtopic").asText())
                    .isEqualTo("home/seen");
            door.remove("alice");
            door.recheck();
            assertThatThrownBy(stream::next).isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void topicsAreListedForThoseWhoMayDoSomethingWithThem() {
        node.bus.create("home/boiler", MemoryBus.ORDERED);
        node.bus.create("home/other", MemoryBus.ORDERED);
        node.bus.create("z/hidden", MemoryBus.ORDERED);
        assertThat(get("/v1/topics", ALICE).body()).contains("home/other").doesNotContain("hidden");
        HttpResponse<String> bobs = get("/v1/topics?limit=1", BOB);
        assertThat(TestNode.json(bobs).get("topics")).hasSize(1);
        HttpResponse<String> next = get(TestNode.json(bobs).get("next").asText(), BOB);
        assertThat(TestNode.json(next).get("topics")).isEmpty();
        assertThat(next.body()).doesNotContain("next");
        assertThat(get("/v1/topics/home/boiler", BOB).statusCode()).isEqualTo(200);
        isProblem(get("/v1/topics/home/other", BOB), 403, FailureCode.NOT_GRANTED);
        isProblem(get("/v1/topics/home/missing", BOB), 403, FailureCode.NOT_GRANTED);
    }

    @Test
    void topicsAreCreatedByThoseWhoMay() {
        assertThat(put("/v1/topics/home/new", ALICE).statusCode()).isEqualTo(201);
        isProblem(put("/v1/topics/home/boiler", BOB), 403, FailureCode.NOT_GRANTED);
    }

    private HttpResponse<String> put(String path, String as) {
        return node.send(HttpRequest.newBuilder(node.uri(path))
                .timeout(Duration.ofSeconds(10))
                .header("authorization", as)
                .PUT(HttpRequest.BodyPublishers.ofString("")));
    }

    @Test
    void onlyTheOperatorChangesMembersWhoeverElseIsLetIn() {
        assertThat(get("/v1/members", BOB).statusCode()).isEqualTo(200);
        isProblem(node.post("/v1/members/proposals", "{}", "authorization", BOB), 401, FailureCode.OPERATOR_ONLY);
    }

    @Test
    void metricsNeedALogin() {
        HttpResponse<String> answer = get("/metrics", BOB);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain("token-bob").doesNotContain("alice");
    }

    @Test
    void thatAnEventIsVoidIsToldOnlyToThoseWhoMightHaveReadIt() {
        node.bus.voids.put("01234567-1-1", "home/boiler");
        node.bus.voids.put("//s 1", "home/boiler");
        for (String path :
                new String[] {"/v1/events/01234567-1-1", "/v1/events/01234567-1-1/receipt", "/v1/events?source=//s&id=1"
                }) {
            isProblem(get(path, ALICE), 410, FailureCode.EVENT_VOID);
            HttpResponse<String> hidden = get(path, BOB);
            isProblem(hidden, 404, FailureCode.EVENT_UNKNOWN);
            String unknown = get(path.replace("01234567", "01234568").replace("id=1", "id=2"), BOB)
                    .body();
            assertThat(hidden.body()).isEqualTo(unknown.replace("01234568", "01234567"));
        }
    }

    @Test
    void aUsersQuotaIsRefusedWith429AndEachEventOfABatchForItself() {
        door.quota("bob", 2);
        String event = "{\"specversion\":\"1.0\",\"id\":\"%d\",\"source\":\"s\",\"type\":\"t\"}";
        String batch = "[" + event.formatted(1) + "," + event.formatted(2) + "," + event.formatted(3) + "]";
        HttpResponse<String> answer =
                node.post(HOME, batch, "authorization", BOB, "content-type", "application/cloudevents-batch+json");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(207);
        JsonNode items = TestNode.json(answer);
        assertThat(items.get(1).get("status").toString()).doesNotContain("429");
        assertThat(items.get(2).toString()).contains("WXW-1107").contains("429");
        HttpResponse<String> single = publish(HOME, BOB);
        isProblem(single, 429, FailureCode.PUBLISH_RATE);
        assertThat(single.headers().firstValue("retry-after")).hasValue("1");
        assertThat(publish(HOME, ALICE).statusCode()).as("others go on").isEqualTo(201);
    }

    private String ticket(String as) {
        HttpResponse<String> answer = node.post("/v1/tickets", "", "authorization", as);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return TestNode.json(answer).get("ticket").asText();
    }

    @Test
    void aTicketOpensOneStreamAsWhoeverAskedForItAndNothingElse() throws Exception {
        String path = "/v1/topics/home/boiler/events?ticket=";
        isProblem(node.get(path + "none", "accept", "text/event-stream"), 401, FailureCode.LOGIN_WRONG);
        String ticket = ticket(ALICE);
        isProblem(node.get("/v1/topics?ticket=" + ticket), 401, FailureCode.LOGIN_MISSING);
        isProblem(node.post("/v1/topics/home/boiler/events?ticket=" + ticket, "x"), 401, FailureCode.LOGIN_MISSING);
        try (SseReader stream = new SseReader(node, "/v1/topics/home/boiler/events?ticket=" + ticket)) {
            publish(HOME, ALICE);
            assertThat(stream.next().data()).contains("hello");
        }
        isProblem(node.get(path + ticket, "accept", "text/event-stream"), 401, FailureCode.LOGIN_WRONG);
        isProblem(node.get(path + ticket(BOB), "accept", "text/event-stream"), 403, FailureCode.NOT_GRANTED);
        String late = ticket(ALICE);
        door.remove("alice");
        isProblem(node.get(path + late, "accept", "text/event-stream"), 401, FailureCode.LOGIN_WRONG);
    }

    @Test
    void nobodyHoldsMoreThanAHundredTickets() {
        for (int i = 0; i < 100; i++) {
            ticket(BOB);
        }
        isProblem(node.post("/v1/tickets", "", "authorization", BOB), 503, FailureCode.LOGIN_BUSY);
        ticket(ALICE);
    }
}
