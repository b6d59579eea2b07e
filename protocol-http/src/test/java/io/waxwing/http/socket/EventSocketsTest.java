package io.waxwing.http.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.fake.TestNode;
import io.waxwing.testkit.fake.ScriptedDoor;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CloudEvents over WebSocket, with Java's own client. */
class EventSocketsTest {
    private static final String ALICE =
            "Basic " + Base64.getEncoder().encodeToString("alice:ecila".getBytes(StandardCharsets.UTF_8));
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final ScriptedDoor door =
            new ScriptedDoor().user("alice", "allow publish home/#", "allow subscribe home/#");
    private final TestNode node = new TestNode(HttpSettings.defaults());

    @AfterEach
    void stop() {
        node.close();
    }

    /** What a client gets. */
    private static final class Client implements WebSocket.Listener {
        final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        final CompletableFuture<Integer> closed = new CompletableFuture<>();
        final CompletableFuture<Boolean> pinged = new CompletableFuture<>();
        private final StringBuilder part = new StringBuilder();
        private final boolean slow;
        WebSocket socket;

        Client(boolean slow) {
            this.slow = slow;
        }

        @Override
        public void onOpen(WebSocket opened) {
            if (!slow) {
                opened.request(1);
            }
        }

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                messages.add(part.toString());
                part.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPing(WebSocket from, ByteBuffer message) {
            pinged.complete(true);
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
            closed.complete(status);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed.completeExceptionally(error);
        }

        JsonNode next() throws Exception {
            String message = messages.poll(10, TimeUnit.SECONDS);
            assertThat(message).as("a message").isNotNull();
            return new ObjectMapper().readTree(message);
        }

        int status() throws Exception {
            return closed.get(10, TimeUnit.SECONDS);
        }
    }

    private static Client connect(TestNode to, String query, String... headers) {
        return connect(to, new Client(false), query, headers);
    }

    private static Client connect(TestNode to, Client client, String query, String... headers) {
        URI uri = URI.create(to.uri("/v1/events" + query).toString().replace("http:", "ws:"));
        WebSocket.Builder builder = CLIENT.newWebSocketBuilder().subprotocols("other.json", "cloudevents.json");
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        client.socket = builder.buildAsync(uri, client).join();
        return client;
    }

    private static void refused(int status, TestNode by, String query, String... headers) {
        assertThatThrownBy(() -> connect(by, query, headers))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(WebSocketHandshakeException.class, e -> {
                    HttpResponse<?> response = e.getResponse();
                    assertThat(response.statusCode()).isEqualTo(status);
                });
    }

    private static String event(String id, String data) {
        return "{\"specversion\":\"1.0\",\"id\":\"" + id
                + "\",\"source\":\"//home-17/s\",\"type\":\"t\",\"datacontenttype\":\"text/plain\",\"data\":\"" + data
                + "\"}";
    }

    private void publish(String topic, String body) {
        assertThat(node.post("/v1/topics/" + topic + "/events", body, "content-type", "text/plain")
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void noCompressionIsAgreedOn() throws Exception {
        try (Socket socket = node.connect()) {
            socket.setSoTimeout(10_000);
            String upgrade =
                    "GET /v1/events?filter=home/%23 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                            + "Sec-WebSocket-Protocol: cloudevents.json\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
            socket.getOutputStream().write(upgrade.getBytes(StandardCharsets.US_ASCII));
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) socket.getInputStream().read());
            }
            assertThat(head.toString()).startsWith("HTTP/1.1 101").doesNotContainIgnoringCase("extensions");
        }
    }

    @Test
    void eachEventIsOneMessage() throws Exception {
        Client client = connect(node, "?filter=home/%23");
        assertThat(client.socket.getSubprotocol()).isEqualTo("cloudevents.json");
        publish("home/boiler", "on");
        publish("garden/gate", "open");
        publish("home/lamp", "off");
        JsonNode first = client.next();
        assertThat(first.get("specversion").asText()).isEqualTo("1.0");
        assertThat(first.get("wxwtopic").asText()).isEqualTo("home/boiler");
        assertThat(first.get("data").asText()).isEqualTo("on");
        assertThat(client.next().get("wxwtopic").asText()).isEqualTo("home/lamp");
        client.socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
        assertThat(client.status()).isEqualTo(1000);
        await().until(() -> node.registry.get("waxwing.http.streams").gauge().value() == 0);
    }

    @Test
    void itBeginsWhereTheClientSaysAndShowsWhatTheExpressionIsTrueFor() throws Exception {
        publish("home/a", "1");
        publish("home/b", "2");
        Client client = connect(node, "?filter=home/%23&from=first&sql=wxwtopic%20%3D%20'home/b'");
        assertThat(client.next().get("data").asText()).isEqualTo("2");
        assertThat(client.messages).isEmpty();
    }

    @Test
    void whatAClientPublishesIsAnsweredByAnEventEach() throws Exception {
        Client client = connect(node, "?publish=home/lamp");
        for (int i = 0; i < 200; i++) {
            client.socket.sendText(event("e" + i, "x"), true).join();
        }
        for (int i = 0; i < 200; i++) {
            JsonNode answer = client.next();
            assertThat(answer.get("type").asText()).isEqualTo("io.waxwing.published.v1");
            assertThat(answer.get("data").get("id").asText()).isEqualTo("e" + i);
            assertThat(answer.get("data").get("topic").asText()).isEqualTo("home/lamp");
            assertThat(answer.get("data").has("eventId")).isTrue();
        }
        assertThat(node.bus.drafts()).hasSize(200);
    }

    @Test
    void bothWaysInOneConnectionAndAMessageInParts() throws Exception {
        Client client = connect(node, "?filter=home/%23&publish=home/lamp");
        String json = event("e1", "x".repeat(3_000));
        client.socket.sendText(json.substring(0, 100), false).join();
        client.socket.sendText(json.substring(100, 2_000), false).join();
        client.socket.sendText(json.substring(2_000), true).join();
        Set<String> types = new TreeSet<>();
        types.add(client.next().get("type").asText());
        types.add(client.next().get("type").asText());
        assertThat(types).containsExactly("io.waxwing.published.v1", "t");
    }

    @Test
    void whatIsNoCloudEventIsRefusedAndTheConnectionGoesOn() throws Exception {
        Client client = connect(node, "?publish=home/lamp");
        client.socket.sendText("{\"specversion\":\"1.0\",\"id\":7}", true).join();
        JsonNode answer = client.next();
        assertThat(answer.get("type").asText()).isEqualTo("io.waxwing.refused.v1");
        assertThat(answer.get("id").asText()).isEqualTo("1");
        assertThat(answer.get("data").get("code").asText()).isEqualTo("WXW-1005");
        client.socket.sendText(event("e1", "x"), true).join();
        assertThat(client.next().get("id").asText()).isEqualTo("2");
    }

    @ParameterizedTest
    @CsvSource({
        "'', 400",
        "?filter=home/%23%23, 400",
        "?filter=a&unknown=1, 400",
        "?publish=home/%2B, 400",
        "?publish=$SYS/x, 403",
        "?filter=a&wait=never, 400",
        "?filter=a&sql=%28, 400"
    })
    void whatMakesNoSenseIsNotUpgraded(String query, int status) {
        refused(status, node, query);
    }

    @Test
    void withoutTheSubprotocolNothingIsUpgraded() {
        URI uri = URI.create(node.uri("/v1/events?filter=a").toString().replace("http:", "ws:"));
        assertThatThrownBy(() -> CLIENT.newWebSocketBuilder()
                        .subprotocols("cloudevents.avro")
                        .buildAsync(uri, new Client(false))
                        .join())
                .hasCauseInstanceOf(WebSocketHandshakeException.class);
    }

    @Test
    void onlyPagesThatMayConnectDo() throws Exception {
        String own = node.uri("").toString();
        assertThat(connect(node, "?filter=a", "origin", own).socket.isOutputClosed())
                .isFalse();
        assertThat(connect(node, "?filter=a", "origin", "https://console.example")
                        .socket
                        .isOutputClosed())
                .isFalse();
        refused(403, node, "?filter=a", "origin", "https://evil.example");
        refused(403, node, "?filter=a", "origin", "null");
        refused(403, node, "?filter=a", "origin", own + ".evil.example");
    }

    @Test
    void whoeverMayNotIsNotUpgradedAndLosesTheConnectionWithHisAccess() throws Exception {
        try (TestNode asking = new TestNode(HttpSettings.defaults(), door)) {
            refused(401, asking, "?filter=home/%23");
            refused(403, asking, "?filter=%23", "authorization", ALICE);
            refused(403, asking, "?publish=garden", "authorization", ALICE);
            Client client = connect(asking, "?filter=home/%23&publish=home/x", "authorization", ALICE);
            door.user("alice", "allow subscribe home/#");
            client.socket.sendText(event("e1", "x"), true).join();
            assertThat(client.next().get("data").get("code").asText()).isEqualTo("WXW-1405");
            door.remove("alice");
            door.recheck();
            assertThat(client.status()).isEqualTo(1008);
        }
    }

    @Test
    void binaryMessagesAndSuchOfConnectionsThatPublishNothingEndThem() throws Exception {
        Client binary = connect(node, "?publish=home/lamp");
        binary.socket.sendBinary(ByteBuffer.allocate(3), true).join();
        assertThat(binary.status()).isEqualTo(1003);
        Client reader = connect(node, "?filter=a");
        reader.socket.sendText("{}", true).join();
        assertThat(reader.status()).isEqualTo(1008);
    }

    @Test
    void aMessageThatIsTooLargeEndsTheConnectionAlsoInParts() throws Exception {
        Client client = connect(node, "?publish=home/lamp");
        try {
            for (int i = 0; i < 20; i++) {
                client.socket.sendText("x".repeat(100_000), false).join();
            }
        } catch (CompletionException closedAlready) {
            assertThat(client.socket.isOutputClosed()).isTrue();
        }
        assertThat(client.status()).isEqualTo(1009);
        assertThat(node.bus.drafts()).isEmpty();
    }

    @Test
    void aStopIsToldToClients() throws Exception {
        Client client = connect(node, "?filter=a");
        node.close();
        assertThat(client.status()).isEqualTo(1001);
    }

    @Test
    void aStartThatIsNotThereEndsTheConnection() throws Exception {
        Client client = connect(node, "?filter=home/a&after=01234567-9-9");
        assertThat(client.status()).isEqualTo(1008);
    }

    @Test
    void aSlowReaderLosesNothingAndCostsABoundedBuffer() throws Exception {
        Client client = connect(node, new Client(true), "?filter=home/%23");
        String large = "x".repeat(100_000);
        for (int i = 0; i < 200; i++) {
            publish("home/n" + i, large);
        }
        await().until(() -> node.bus.refusedOffers() > 0);
        client.socket.request(1);
        for (int i = 0; i < 200; i++) {
            assertThat(client.next().get("wxwtopic").asText()).isEqualTo("home/n" + i);
        }
    }

    @Test
    void whoeverAnswersPingsStaysAndWhoeverDoesNotIsGone() throws Exception {
        try (TestNode quick = new TestNode(HttpSettings.defaults().withStreamHeartbeat(400))) {
            Client alive = connect(quick, "?filter=a");
            assertThat(alive.pinged.get(10, TimeUnit.SECONDS)).isTrue();
            try (Socket silent = quick.connect()) {
                String upgrade = "GET /v1/events?filter=a HTTP/1.1\r\nHost: h\r\nUpgrade: WebSocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: cloudevents.json\r\n\r\n";
                silent.getOutputStream().write(upgrade.getBytes(StandardCharsets.US_ASCII));
                silent.setSoTimeout(10_000);
                String all = new String(silent.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
                assertThat(all).startsWith("HTTP/1.1 101").contains("nothing was heard for 4 pings");
            }
            assertThat(alive.closed).isNotDone();
        }
    }
}
