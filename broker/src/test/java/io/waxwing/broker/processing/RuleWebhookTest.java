package io.waxwing.broker.processing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules that post what they make to a receiver on a real socket. */
class RuleWebhookTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder = Path.of("");

    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    /** What the receiver answers to the next posts; empty: 204. */
    private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();

    private volatile boolean allows = true;
    private HttpServer receiver;
    private ProcessingNode node;

    private record Received(String id, JsonNode event) {}

    @BeforeEach
    void start() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", this::answer);
        receiver.start();
        node = new ProcessingNode(folder, "webhooks.privateNetworks", "true").start();
    }

    @AfterEach
    void stop() {
        node.close();
        receiver.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Integer status = 204;
        if (!exchange.getRequestMethod().equals("OPTIONS")) {
            received.add(new Received(exchange.getRequestHeaders().getFirst("webhook-id"), JSON.readTree(body)));
            status = answers.isEmpty() ? status : answers.poll();
        } else if (allows) {
            exchange.getResponseHeaders().set("WebHook-Allowed-Origin", "*");
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private String rule(String more) {
        return "{\"filter\":\"m\",\"project\":{\"n\":\"${/n}\"},\"target\":{\"webhook\":{\"url\":\"http://127.0.0.1:"
                + receiver.getAddress().getPort() + "/in\"}}" + more + "}";
    }

    private Received next() throws InterruptedException {
        Received next = received.poll(20, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    @Test
    void whatARuleMakesIsPostedAndTriedAgainUnderTheSameName() throws Exception {
        node.rule("post", rule(",\"backoffMs\":[1]"));
        answers.add(500);
        node.publish("m", "{\"n\":7}");
        Received first = next();
        Received second = next();
        assertThat(second.id())
                .isEqualTo(first.id())
                .isEqualTo(second.event().get("id").asText());
        assertThat(second.event().get("data").toString()).isEqualTo("{\"n\":7}");
        assertThat(second.event().get("wxwhops").asText()).isEqualTo("1");
        JsonNode shown = node.until("post", "/counters/done", 1);
        assertThat(shown.at("/counters/retried").asInt()).isOne();
        assertThat(shown.get("publicKey").asText()).startsWith("whpk_");
        JsonNode changed = node.call(200, "PUT", "/v1/rules/post", rule(",\"type\":\"t\""));
        assertThat(changed.get("publicKey")).as("the key stays").isEqualTo(shown.get("publicKey"));
        node.stop();
        node.start();
        node.publish("m", "{\"n\":8}");
        assertThat(next().event().get("type").asText()).isEqualTo("t");
    }

    @Test
    void aReceiverThatIsDeadHoldsUpNoOtherRule() throws Exception {
        node.watch("out");
        node.rule("post", rule(",\"maxDeliver\":2,\"backoffMs\":[1]"));
        node.rule("other", "{\"filter\":\"m\",\"target\":{\"topic\":\"out\"}}");
        answers.add(500);
        answers.add(500);
        answers.add(410);
        node.publish("m", "{\"n\":7}");
        node.publish("m", "{\"n\":8}");
        assertThat(node.next("out").at("/data/n").asInt()).isEqualTo(7);
        assertThat(node.next("out").at("/data/n").asInt()).isEqualTo(8);
        JsonNode shown = node.until("post", "/deadLetters", 2);
        assertThat(shown.get("lastFailure").asText()).contains("410");
        JsonNode unused = node.call(200, "POST", "/v1/rules/post:redrive", "");
        unused = node.until("post", "/counters/done", 2);
    }

    @Test
    void aReceiverThatDoesNotWantAnythingIsNotSentAnything() throws Exception {
        allows = false;
        JsonNode refused = node.call(400, "PUT", "/v1/rules/post", rule(""));
        assertThat(refused.get("code").asText()).isEqualTo("WXW-1250");
        assertThat(refused.get("pointer").asText()).isEqualTo("/target/webhook/url");
        JsonNode unused = node.call(404, "GET", "/v1/rules/post", "");
    }

    @Test
    void aRulePostsNowhereWhereWebhooksMayNotGo() throws Exception {
        node.stop();
        node = new ProcessingNode(folder.resolve("strict")).start();
        for (String url :
                new String[] {"https://127.0.0.1/", "http://example.com/", "https://[::1]/", "file:///etc/passwd"}) {
            JsonNode refused = node.call(
                    400,
                    "PUT",
                    "/v1/rules/post",
                    "{\"filter\":\"m\",\"target\":{\"webhook\":{\"url\":\"" + url + "\"}}}");
            assertThat(refused.get("pointer").asText()).isEqualTo("/target/webhook/url");
        }
        assertThat(received).isEmpty();
    }
}
