package io.waxwing.http.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpMethod;
import io.waxwing.bus.audit.Act;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.fake.TestNode;
import io.waxwing.testkit.fake.ScriptedDoor;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is managed over HTTP is written down before anybody hears of it. */
class RecordedActsTest {
    private static final String ALICE =
            "Basic " + Base64.getEncoder().encodeToString("alice:ecila".getBytes(StandardCharsets.UTF_8));
    private static final String POLICY = "{\"class\":\"local\",\"ack\":\"durable\"}";

    private final ScriptedDoor door =
            new ScriptedDoor().user("alice", "allow publish home/#", "allow subscribe home/#", "allow manage home/#");
    private final TestNode node = new TestNode(HttpSettings.defaults(), door);

    @AfterEach
    void stop() {
        node.close();
    }

    private HttpResponse<String> send(String method, String path, String body, String... headers) {
        return node.send(HttpRequest.newBuilder(node.uri(path))
                .timeout(Duration.ofSeconds(10))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .headers(headers));
    }

    @Test
    void whoFromWhereWhatAndWhatCameOfIt() {
        assertThat(send("PUT", "/v1/topics/home/boiler", POLICY, "authorization", ALICE)
                        .statusCode())
                .isEqualTo(201);
        assertThat(node.acts.all).singleElement().satisfies(act -> {
            assertThat(act.who()).isEqualTo("alice");
            assertThat(act.from()).isEqualTo("http 127.0.0.1");
            assertThat(act.act()).isEqualTo("topics.put");
            assertThat(act.what()).startsWith("home/boiler {").contains("\"local\"");
            assertThat(act.result()).isEqualTo("201");
            assertThat(act.refused()).isFalse();
        });
    }

    @Test
    void whatIsRefusedIsWrittenTooWithoutTheAnswer() {
        assertThat(send("PUT", "/v1/topics/other", POLICY, "authorization", ALICE)
                        .statusCode())
                .isEqualTo(403);
        assertThat(send("PUT", "/v1/topics/home/x", "{", "authorization", ALICE).statusCode())
                .isEqualTo(400);
        assertThat(send("PUT", "/v1/webhooks/w", "{\"url\":\"https://u:secret@x/\"}", "authorization", ALICE)
                        .statusCode())
                .isEqualTo(400);
        assertThat(node.acts.all)
                .extracting(Act::act, Act::what, Act::result, Act::refused)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("topics.put", "other", "403", true),
                        org.assertj.core.groups.Tuple.tuple("topics.put", "home/x", "400", true),
                        org.assertj.core.groups.Tuple.tuple("webhooks.put", "w", "400", true));
    }

    @Test
    void publishingAndReadingIsNoManaging() {
        assertThat(node.post("/v1/topics/home/boiler/events", "x", "authorization", ALICE, "content-type", "text/plain")
                        .statusCode())
                .isEqualTo(201);
        assertThat(node.get("/v1/topics", "authorization", ALICE).statusCode()).isEqualTo(200);
        assertThat(node.acts.all).isEmpty();
    }

    @Test
    void whatCannotBeWrittenDownIsNotDone() {
        node.acts.broken = true;
        HttpResponse<String> answer = send("PUT", "/v1/topics/home/boiler", POLICY, "authorization", ALICE);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains(FailureCode.AUDIT_STOPPED.text());
        assertThat(node.get("/v1/topics/home/boiler", "authorization", ALICE).statusCode())
                .isEqualTo(404);
        assertThat(node.post("/v1/topics/home/boiler/events", "x", "authorization", ALICE, "content-type", "text/plain")
                        .statusCode())
                .as("events go on")
                .isEqualTo(201);
    }

    @Test
    void whoeverIsNotToldThatItWasWrittenIsNotToldThatItWasDone() {
        node.acts.breaking = true;
        HttpResponse<String> answer = send("PUT", "/v1/topics/home/boiler", POLICY, "authorization", ALICE);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains(FailureCode.AUDIT_STOPPED.text());
    }

    @Test
    void whereNobodyIsAskedTheOperatorIsKnownByHisToken() {
        try (TestNode open = new TestNode()) {
            HttpRequest.Builder proposal = HttpRequest.newBuilder(open.uri("/v1/members/proposals"))
                    .POST(HttpRequest.BodyPublishers.ofString("{\"changes\":[]}"));
            HttpResponse<String> stranger = open.send(proposal.copy());
            HttpResponse<String> operator = open.send(proposal.header("authorization", "Bearer " + TestNode.TOKEN));
            assertThat(stranger.statusCode()).isEqualTo(401);
            assertThat(open.acts.all)
                    .extracting(Act::who, Act::act, Act::result)
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("", "members.post", "401"),
                            org.assertj.core.groups.Tuple.tuple(
                                    "$operator", "members.post", Integer.toString(operator.statusCode())));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, v1/topics/a, topics.put",
        "DELETE, v1/topics/a/schema, topics.delete",
        "PUT, v1/topics/events, topics.put",
        "POST, v1/topics/a/events, ",
        "POST, v1/subscriptions/s:seek, subscriptions.seek",
        "POST, v1/subscriptions/s:receive, ",
        "POST, v1/subscriptions/s:ack, ",
        "DELETE, v1/subscriptions/s/dead-letters, subscriptions.delete",
        "POST, v1/webhooks/w:pause, webhooks.pause",
        "POST, v1/members/proposals/0:vote, members.vote",
        "PUT, v1/signers/k, signers.put",
        "DELETE, v1/signers/k, signers.delete",
        "POST, v1/something/new, other.post",
        "GET, v1/topics/a, ",
        "POST, ledger/add-checkpoint, ",
    })
    void eachWayToManageHasItsWord(String method, String path, String word) {
        List<String> pieces = Arrays.asList(path.split("/", -1));
        assertThat(RecordedActs.act(HttpMethod.valueOf(method), pieces)).isEqualTo(word);
    }
}
