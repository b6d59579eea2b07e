package io.waxwing.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.http.fake.TestNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code /v1/subscriptions} on the wire; what a subscription does is told by the tests of who keeps it. */
class SubscriptionsApiTest {
    private static final TestNode NODE = new TestNode();

    @AfterAll
    static void stop() {
        NODE.close();
    }

    private static HttpResponse<String> send(String method, String path, String body) {
        return NODE.send(HttpRequest.newBuilder(NODE.uri("/v1/subscriptions" + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    @Test
    void whatIsNotSaidHasItsUsualValue() {
        JsonNode made = TestNode.json(send("PUT", "/usual", "{\"filter\":\"usual/#\"}"));
        assertThat(made.get("ackWaitMs").asLong()).isEqualTo(30_000);
        assertThat(made.get("maxDeliver").asInt()).isEqualTo(5);
        assertThat(made.get("backoffMs")).isEmpty();
        assertThat(made.get("maxAckPending").asInt()).isEqualTo(1_000);
        assertThat(made.has("sql")).isFalse();
        assertThat(made.has("owner")).isFalse();
    }

    @Test
    void theLagIsCountedByTheExpression() {
        send("PUT", "/lag", "{\"filter\":\"lag/+\",\"sql\":\"wxwtopic LIKE '%b'\"}");
        NODE.post("/v1/topics/lag%2Fa/events", "1");
        NODE.post("/v1/topics/lag%2Fb/events", "2");
        assertThat(TestNode.json(send("GET", "/lag", "")).get("lag").asInt()).isOne();
    }

    @Test
    void deadLettersComePageByPage() {
        send("PUT", "/dead", "{\"filter\":\"dead\"}");
        NODE.post("/v1/topics/dead/events", "1");
        NODE.post("/v1/topics/dead/events", "2");
        List<String> tokens = new ArrayList<>();
        TestNode.json(send("POST", "/dead:receive", ""))
                .forEach(lease -> tokens.add("\"" + lease.get("lockToken").asText() + "\""));
        send("POST", "/dead:reject", "{\"lockTokens\":[" + String.join(",", tokens) + "]}");
        JsonNode first = TestNode.json(send("GET", "/dead/dead-letters?limit=1", ""));
        assertThat(first.get("deadLetters")).hasSize(1);
        String cursor = first.get("cursor").asText();
        JsonNode second = TestNode.json(send("GET", "/dead/dead-letters?limit=2&cursor=" + cursor, ""));
        assertThat(second.get("deadLetters")).hasSize(1);
        assertThat(second.has("cursor")).isFalse();
        assertThat(second.at("/deadLetters/0/reason").asText()).isEqualTo("rejected");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "PUT; /x; [1]; 400; ''",
                "PUT; /x; {\"filter\":1}; 400; /filter",
                "PUT; /x; {\"filter\":\"a\",\"a/~b\":1}; 400; /a~1~0b",
                "PUT; /x; {\"filter\":\"a\",\"filter\":\"b\"}; 400; ",
                "PUT; /x; {\"filter\":\"a\"} x; 400; ",
                "PUT; /x; {\"filter\":\"a\",\"maxDeliver\":1.5}; 400; /maxDeliver",
                "PUT; /x; {\"filter\":\"a\",\"maxDeliver\":1e40}; 400; /maxDeliver",
                "PUT; /x; {\"filter\":\"a\",\"backoffMs\":[1,\"2\"]}; 400; /backoffMs/1",
                "PUT; /x; {\"filter\":\"a\",\"backoffMs\":7}; 400; /backoffMs",
                "PUT; /x; {\"filter\":\"a/+\",\"start\":\"7\"}; 400; ",
                "POST; /x:ack; {\"lockTokens\":[1]}; 400; /lockTokens/0",
                "POST; /x:ack; {\"lockTokens\":[\"1\"],\"delayMs\":1}; 400; /delayMs",
                "POST; /x:nack; {\"lockTokens\":[\"1\"],\"delayMs\":-1}; 400; /delayMs",
                "POST; /x:seek; {}; 404; ",
                "POST; /x:receive?max=1; {}; 400; ",
                "POST; /x:redrive; {\"max\":0}; 400; /max",
                "POST; ''; {}; 405; ",
                "GET; /x/y; ''; 404; ",
                "GET; /x y; ''; 400; ",
                "GET; /x/dead-letters?cursor=c.AA; ''; 410; ",
            })
    void mistakesAreToldWithTheirPlace(String method, String path, String body, int status, String pointer) {
        HttpResponse<String> answer = send(method, path.replace(" ", "%20"), body == null ? "" : body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        if (pointer != null) {
            assertThat(TestNode.json(answer).path("pointer").asText()).isEqualTo(pointer);
        }
    }

    @Test
    void aCursorThatIsNoneIsGone() {
        NODE.post("/v1/topics/cursor/events", "1");
        for (String cursor : new String[] {"x", "c", "c.", "c.AAAA"}) {
            assertThat(NODE.get("/v1/topics/cursor/events?cursor=" + cursor).statusCode())
                    .isEqualTo(410);
        }
    }
}
