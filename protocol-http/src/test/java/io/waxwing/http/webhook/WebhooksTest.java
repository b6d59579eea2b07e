package io.waxwing.http.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.waxwing.http.fake.TestNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Webhooks against a receiver on a real socket. */
class WebhooksTest {
    private final TestNode node = new TestNode();
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    /** What the receiver answers to the next posts; empty: 204. */
    private final ConcurrentLinkedDeque<Integer> answers = new ConcurrentLinkedDeque<>();

    private volatile String allowed = "bank-a.example";

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private HttpServer receiver;

    record Received(Map<String, String> headers, byte[] body) {
        JsonNode json() {
            return TestNode.json(new String(body, StandardCharsets.UTF_8));
        }
    }

    @BeforeEach
    void start() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/", this::answer);
        receiver.start();
    }

    @AfterEach
    void stop() {
        node.close();
        receiver.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        int status = 204;
        if (exchange.getRequestMethod().equals("OPTIONS")) {
            assertThat(exchange.getRequestHeaders().getFirst("WebHook-Request-Origin"))
                    .isEqualTo("bank-a.example");
            if (!allowed.isEmpty()) {
                exchange.getResponseHeaders().set("WebHook-Allowed-Origin", allowed);
            }
        } else {
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
            Integer next = answers.poll();
            status = next == null ? 204 : next;
            received.add(new Received(headers, body));
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private String url() {
        return "http://127.0.0.1:" + receiver.getAddress().getPort() + "/in";
    }

    private HttpResponse<String> send(String method, String path, String body) {
        return node.send(HttpRequest.newBuilder(node.uri("/v1/webhooks" + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    private JsonNode put(String id, String more) {
        HttpResponse<String> answer = send(
                "PUT", "/" + id, "{\"url\":\"" + url() + "\",\"filter\":\"home/+\",\"start\":\"first\"" + more + "}");
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
        return TestNode.json(answer);
    }

    private Received next() throws InterruptedException {
        Received next = received.poll(20, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private void publish(String text) {
        assertThat(node.post("/v1/topics/home%2Fa/events", text, "content-type", "text/plain")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void eventsArePostedInOrderAndSignedSoThatAnybodyCanCheckIt() throws Exception {
        publish("1");
        publish("2");
        String publicKey = put("a", "").get("publicKey").asText();
        for (String text : new String[] {"1", "2"}) {
            Received got = next();
            assertThat(got.json().get("data").asText()).isEqualTo(text);
            assertThat(got.headers().get("content-type")).startsWith("application/cloudevents+json");
            assertThat(got.headers().get("webhook-id"))
                    .isEqualTo(got.json().get("wxweventid").asText());
            assertThat(isSigned(got, publicKey)).isTrue();
            got.body()[0] ^= 1;
            assertThat(isSigned(got, publicKey)).isFalse();
        }
        assertThat(TestNode.json(send("PUT", "/a", "{\"url\":\"" + url() + "\",\"filter\":\"home/+\"}"))
                        .get("publicKey")
                        .asText())
                .as("the key stays")
                .isEqualTo(publicKey);
    }

    private static boolean isSigned(Received got, String publicKey) throws Exception {
        byte[] raw = Base64.getDecoder().decode(publicKey.substring("whpk_".length()));
        byte[] header = HexFormat.of().parseHex("302a300506032b6570032100");
        byte[] encoded = new byte[header.length + raw.length];
        System.arraycopy(header, 0, encoded, 0, header.length);
        System.arraycopy(raw, 0, encoded, header.length, raw.length);
        PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        Signature verifying = Signature.getInstance("Ed25519");
        verifying.initVerify(key);
        String head = got.headers().get("webhook-id") + "." + got.headers().get("webhook-timestamp") + ".";
        verifying.update(head.getBytes(StandardCharsets.UTF_8));
        verifying.update(got.body());
        String signature = got.headers().get("webhook-signature");
        assertThat(signature).startsWith("v1a,");
        return verifying.verify(Base64.getDecoder().decode(signature.substring("v1a,".length())));
    }

    @Test
    void aFailedEventComesAgainBeforeTheNextOneUnderTheSameId() throws Exception {
        answers.add(500);
        publish("1");
        publish("2");
        put("b", ",\"backoffMs\":[0]");
        Received first = next();
        Received again = next();
        assertThat(again.json().get("data").asText()).isEqualTo("1");
        assertThat(again.json().get("wxwreplay").asBoolean()).isTrue();
        assertThat(again.headers().get("webhook-id")).isEqualTo(first.headers().get("webhook-id"));
        assertThat(next().json().get("data").asText()).isEqualTo("2");
    }

    @Test
    void nothingOfAnEventIsInTheHeadersOfTheRequest() throws Exception {
        assertThat(node.post(
                                "/v1/topics/home%2Fa%3Ab/events",
                                "{}",
                                "ce-specversion",
                                "1.0",
                                "ce-id",
                                "webhook-id",
                                "ce-source",
                                "//x",
                                "ce-type",
                                "authorization",
                                "ce-cookie",
                                "a=1")
                        .statusCode())
                .isEqualTo(201);
        put("h", "");
        Received got = next();
        assertThat(got.json().get("cookie").asText()).isEqualTo("a=1");
        assertThat(got.headers().keySet().stream().map(name -> name.toLowerCase(Locale.ROOT)))
                .isSubsetOf(
                        "host",
                        "content-type",
                        "content-length",
                        "user-agent",
                        "webhook-id",
                        "webhook-timestamp",
                        "webhook-signature",
                        "webhook-request-origin");
    }

    @Test
    void nothingIsSentToAReceiverThatDoesNotAllowItUntilItDoes() throws Exception {
        allowed = "";
        publish("1");
        JsonNode made = put("c", "");
        assertThat(made.get("state").asText()).isEqualTo("refused");
        assertThat(made.get("problem").asText()).contains("WebHook-Allowed-Origin");
        assertThat(received).isEmpty();
        allowed = "*";
        assertThat(TestNode.json(send("POST", "/c:validate", "")).get("state").asText())
                .isEqualTo("active");
        assertThat(next().json().get("data").asText()).isEqualTo("1");
    }

    @Test
    void aReceiverThatSaysItIsGoneIsLeftAlone() throws Exception {
        answers.add(410);
        publish("1");
        put("d", "");
        next();
        String state = "";
        while (!state.equals("refused")) {
            state = TestNode.json(send("GET", "/d", "")).get("state").asText();
        }
        assertThat(TestNode.json(send("GET", "/d", "")).get("problem").asText()).contains("410");
    }

    @Test
    void anEventThatFailsTooOftenIsADeadLetterThatCanBeSentAgain() throws Exception {
        answers.add(500);
        publish("1");
        put("e", ",\"maxDeliver\":1");
        next();
        int dead = 0;
        while (dead == 0) {
            dead = TestNode.json(send("GET", "/e", "")).get("deadLetters").asInt();
        }
        assertThat(send("POST", "/e:redrive", "").body()).isEqualTo("{\"redriven\":1}");
        assertThat(next().json().get("data").asText()).isEqualTo("1");
        assertThat(send("POST", "/e:redeliver", "{\"to\":\"first\"}").statusCode())
                .isEqualTo(200);
        assertThat(next().json().get("data").asText()).isEqualTo("1");
    }

    @Test
    void oneIsListedPausedAndRemovedAndDoesNotShowAmongSubscriptions() {
        put("f", "");
        assertThat(send("GET", "", "").body()).contains("\"id\":\"f\"");
        assertThat(node.get("/v1/subscriptions").body()).doesNotContain("@");
        assertThat(TestNode.json(send("POST", "/f:pause", "")).get("state").asText())
                .isEqualTo("paused");
        assertThat(TestNode.json(send("POST", "/f:resume", "")).get("state").asText())
                .isEqualTo("active");
        assertThat(send("DELETE", "/f", "").statusCode()).isEqualTo(204);
        assertThat(send("GET", "/f", "").statusCode()).isEqualTo(404);
        assertThat(send("DELETE", "/f", "").statusCode()).isEqualTo(404);
    }

    @Test
    void thereAreNoMoreThanTheNodeAllows() {
        put("g1", "");
        put("g2", "");
        put("g3", "");
        assertThat(send("PUT", "/g4", "{\"url\":\"" + url() + "\",\"filter\":\"a\"}")
                        .statusCode())
                .isEqualTo(429);
        put("g3", "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "PUT; /x; {\"filter\":\"a\"}; 400; /url",
                "PUT; /x; {\"url\":\"http://a/\"}; 400; /filter",
                "PUT; /x; {\"url\":\"ftp://a/\",\"filter\":\"a\"}; 400; /url",
                "PUT; /x; {\"url\":\"http://u:p@a/\",\"filter\":\"a\"}; 400; /url",
                "PUT; /x; {\"url\":\"http:///a\",\"filter\":\"a\"}; 400; /url",
                "PUT; /x; {\"url\":\"http://a/#b\",\"filter\":\"a\"}; 400; /url",
                "PUT; /x; {\"url\":\"http://a/\",\"filter\":\"a\",\"ordered\":1}; 400; /ordered",
                "PUT; /@x; {\"url\":\"http://a/\",\"filter\":\"a\"}; 400; ",
                "GET; /x; ''; 404; ",
                "POST; /x:validate; ''; 404; ",
                "POST; /x:fly; ''; 404; ",
                "POST; /x; ''; 405; ",
                "GET; /x/y; ''; 404; ",
            })
    void mistakesAreToldWithTheirPlace(String method, String path, String body, int status, String pointer) {
        HttpResponse<String> answer = send(method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        if (pointer != null) {
            assertThat(TestNode.json(answer).path("pointer").asText()).isEqualTo(pointer);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "8.8.8.8, true",
        "1.1.1.1, true",
        "2606:4700:4700::1111, true",
        "64:ff9b::808:808, true",
        "0.0.0.0, false",
        "10.1.2.3, false",
        "100.64.0.1, false",
        "127.0.0.1, false",
        "169.254.169.254, false",
        "172.16.0.1, false",
        "192.0.0.1, false",
        "192.0.2.1, false",
        "192.168.1.1, false",
        "198.18.0.1, false",
        "198.51.100.1, false",
        "203.0.113.1, false",
        "224.0.0.1, false",
        "240.0.0.1, false",
        "255.255.255.255, false",
        "::, false",
        "::1, false",
        "::ffff:127.0.0.1, false",
        "::7f00:1, false",
        "64:ff9b::7f00:1, false",
        "2002:7f00:1::, false",
        "64:ff9b:1::808:808, false",
        "2001::1, false",
        "3fff::1, false",
        "5f00::1, false",
        "100::1, false",
        "192.88.99.1, false",
        "2001:db8::1, false",
        "fc00::1, false",
        "fd00::1, false",
        "fe80::1, false",
        "fec0::1, false",
        "ff02::1, false",
    })
    void addressesThatAreNotPublicAreKnown(String address, boolean isPublic) throws Exception {
        assertThat(AddressRules.isPublic(InetAddress.getByName(address))).isEqualTo(isPublic);
    }

    @ParameterizedTest
    @CsvSource({
        "https://127.0.0.1/, false",
        "https://[::1]/, false",
        "https://[fe80::1%25eth0]/, false",
        "https://[::ffff:7f00:1]/, false",
        "https://127.0.0.1./, false",
        "https://127.1/, false",
        "https://2130706433/, false",
        "https://0x7f.0.0.1/, false",
        "https://169.254.169.254/latest/meta-data, false",
        "http://example.com/, false",
        "https://example.com/in?x=1, true",
        "https://8.8.8.8:8443/, true",
    })
    void whereAWebhookMayGoIsPublicAndByTls(String url, boolean good) {
        boolean taken;
        try {
            taken = Target.parse(url, false).getHost() != null;
        } catch (io.waxwing.http.exchange.ProblemException refused) {
            taken = false;
        }
        assertThat(taken).isEqualTo(good);
    }
}
