package io.waxwing.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.waxwing.http.fake.TestNode;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small requests that are made to be expensive: each is refused within the patience of a client, and the node goes on.
 */
class BombsTest {
    private static final TestNode NODE = new TestNode();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String EVENT = "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"//x\",\"type\":\"t\",";

    @AfterAll
    static void stop() {
        NODE.close();
    }

    private static HttpResponse<String> send(String method, String path, String contentType, byte[] body) {
        return NODE.send(HttpRequest.newBuilder(NODE.uri(path))
                .timeout(PATIENCE)
                .header("content-type", contentType)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    static Stream<Arguments> bombs() {
        String deep = "[".repeat(200_000);
        String deepObject = "{\"a\":".repeat(100_000);
        String digits = "9".repeat(500_000);
        StringBuilder many = new StringBuilder(EVENT);
        for (int i = 0; i < 100_000; i++) {
            many.append("\"a").append(i).append("\":\"\",");
        }
        String events = "/v1/topics/bombs/a/events";
        String subscription = "/v1/subscriptions/bomb";
        return Stream.of(
                Arguments.of("data without end", "POST", events, STRUCTURED, EVENT + "\"data\":" + deep),
                Arguments.of(
                        "deep data",
                        "POST",
                        events,
                        STRUCTURED,
                        EVENT + "\"data\":" + deep + "]".repeat(200_000) + "}"),
                Arguments.of("deep objects", "POST", events, STRUCTURED, EVENT + "\"data\":" + deepObject),
                Arguments.of("deep attribute", "POST", events, STRUCTURED, EVENT + "\"evil\":" + deep),
                Arguments.of("number without end", "POST", events, STRUCTURED, EVENT + "\"evil\":" + digits + "}"),
                Arguments.of("exponent", "POST", events, STRUCTURED, EVENT + "\"evil\":1e999999999}"),
                Arguments.of(
                        "name without end", "POST", events, STRUCTURED, EVENT + "\"" + "a".repeat(500_000) + "\":1}"),
                Arguments.of("many attributes", "POST", events, STRUCTURED, many + "\"z\":\"\"}"),
                Arguments.of(
                        "deep batch", "POST", events, "application/cloudevents-batch+json", deep + "]".repeat(200_000)),
                Arguments.of(
                        "large batch",
                        "POST",
                        events,
                        "application/cloudevents-batch+json",
                        "[" + "1,".repeat(300_000) + "1]"),
                Arguments.of("deep member", "PUT", subscription, "application/json", "{\"filter\":" + deep),
                Arguments.of(
                        "number of members",
                        "PUT",
                        subscription,
                        "application/json",
                        "{\"filter\":\"a\",\"ackWaitMs\":" + "9".repeat(900) + "}"),
                Arguments.of(
                        "exponent of members",
                        "PUT",
                        subscription,
                        "application/json",
                        "{\"filter\":\"a\",\"ackWaitMs\":1e999999999}"),
                Arguments.of(
                        "deep expression",
                        "PUT",
                        subscription,
                        "application/json",
                        "{\"filter\":\"a\",\"sql\":\"" + "(".repeat(100_000) + "\"}"),
                Arguments.of(
                        "expression that denies itself",
                        "PUT",
                        subscription,
                        "application/json",
                        "{\"filter\":\"a\",\"sql\":\"" + "NOT ".repeat(4_000) + "TRUE\"}"),
                Arguments.of(
                        "list of lists",
                        "POST",
                        "/v1/subscriptions/bomb:ack",
                        "application/json",
                        "{\"lockTokens\":[" + "[],".repeat(100_000) + "[]]}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bombs")
    void isRefusedAndTheNodeGoesOn(String name, String method, String path, String contentType, String body) {
        HttpResponse<String> answer = send(method, path, contentType, bytes(body));
        assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 422);
        assertThat(answer.body().length()).as("an answer is no echo").isLessThan(2_000);
        assertThat(NODE.get("/health/live").statusCode()).isEqualTo(200);
    }

    @Test
    void aBodyThatUnpacksToMuchMoreIsKeptAsItCame() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 100; i++) {
                out.write(zeros);
            }
        }
        HttpResponse<String> answer = NODE.send(HttpRequest.newBuilder(NODE.uri("/v1/topics/bombs/packed/events"))
                .timeout(PATIENCE)
                .header("content-encoding", "gzip")
                .header("content-type", STRUCTURED)
                .POST(HttpRequest.BodyPublishers.ofByteArray(packed.toByteArray())));
        assertThat(answer.statusCode()).as(answer.body()).isIn(400, 415);
    }

    @Test
    void dataThatIsDeeperThanWeReadIsGivenBackByteForByteInBase64() {
        String deep = "[".repeat(5_000) + "]".repeat(5_000);
        assertThat(send("POST", "/v1/topics/bombs/deep/events", "application/json", bytes(deep))
                        .statusCode())
                .isEqualTo(201);
        JsonNode event = TestNode.json(NODE.get("/v1/topics/bombs/deep/events")).at("/events/0");
        assertThat(java.util.Base64.getDecoder().decode(event.get("data_base64").asText()))
                .isEqualTo(bytes(deep));
    }
}
