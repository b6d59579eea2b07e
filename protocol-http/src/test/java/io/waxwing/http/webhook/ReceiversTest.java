package io.waxwing.http.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.common.util.EventLoopGroups;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.netty.channel.EventLoopGroup;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.http.fake.TestNode;
import io.waxwing.http.pull.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Webhooks whose receivers are slow, wordy, strict, or elsewhere; and those that are changed while receivers are asked.
 */
class ReceiversTest {
    private final TestNode node = new TestNode();
    private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
    private final ExecutorService requests = Executors.newCachedThreadPool();

    @SuppressWarnings("NullAway.Init") // Set before each test.
    private HttpServer receiver;

    private volatile Answering onPost = exchange -> exchange.sendResponseHeaders(204, -1);
    private volatile Answering onOptions = exchange -> allow(exchange, "*");

    private interface Answering {
        void answer(HttpExchange exchange) throws IOException;
    }

    private record Received(String path, String data, long atNanos) {}

    @BeforeEach
    void start() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.setExecutor(requests);
        receiver.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (exchange.getRequestMethod().equals("OPTIONS")) {
                onOptions.answer(exchange);
            } else {
                received.add(new Received(
                        exchange.getRequestURI().getPath(),
                        TestNode.json(new String(body, StandardCharsets.UTF_8))
                                .path("data")
                                .asText(),
                        System.nanoTime()));
                onPost.answer(exchange);
            }
            exchange.close();
        });
        receiver.start();
    }

    @AfterEach
    void stop() {
        node.close();
        receiver.stop(0);
        requests.shutdownNow();
    }

    private static void allow(HttpExchange exchange, String rate) throws IOException {
        exchange.getResponseHeaders().set("WebHook-Allowed-Origin", "*");
        exchange.getResponseHeaders().set("WebHook-Allowed-Rate", rate);
        exchange.sendResponseHeaders(200, -1);
    }

    private static void pass(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private String url(String path) {
        return "http://127.0.0.1:" + receiver.getAddress().getPort() + path;
    }

    private HttpResponse<String> send(String method, String path, String body) {
        return node.send(HttpRequest.newBuilder(node.uri("/v1/webhooks" + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> put(String id, String path, String more) {
        return send(
                "PUT",
                "/" + id,
                "{\"url\":\"" + url(path) + "\",\"filter\":\"home/+\",\"start\":\"first\"" + more + "}");
    }

    private JsonNode show(String id) {
        return TestNode.json(send("GET", "/" + id, ""));
    }

    private Received next() throws InterruptedException {
        Received next = received.poll(20, TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private void publish(String text, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "content-type";
        all[1] = "text/plain";
        System.arraycopy(headers, 0, all, 2, headers.length);
        assertThat(node.post("/v1/topics/home%2Fa/events", text, all).statusCode())
                .isEqualTo(201);
    }

    private void keyed(String text) {
        publish(
                text,
                "ce-specversion",
                "1.0",
                "ce-id",
                text,
                "ce-source",
                "//x",
                "ce-type",
                "t",
                "ce-partitionkey",
                "k");
    }

    @Test
    void anAnswerThatSaysALotIsNoFailure() throws Exception {
        onPost = exchange -> {
            byte[] much = new byte[1 << 20];
            exchange.sendResponseHeaders(200, much.length);
            exchange.getResponseBody().write(much);
        };
        publish("1");
        publish("2");
        put("a", "/in", "");
        assertThat(next().data()).isEqualTo("1");
        assertThat(next().data()).isEqualTo("2");
        await().until(() -> show("a").get("underWay").asInt() == 0
                && show("a").get("waiting").asInt() == 0);
        assertThat(received).isEmpty();
    }

    @Test
    void anAnswerThatDoesNotEndCountsByItsStatus() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        onPost = exchange -> {
            exchange.sendResponseHeaders(200, 10);
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            pass(done);
        };
        publish("1");
        publish("2");
        put("b", "/in", "");
        assertThat(next().data()).isEqualTo("1");
        assertThat(next().data()).as("after webhooks.timeout").isEqualTo("2");
        done.countDown();
    }

    @Test
    void redirectsAreNotFollowed() throws Exception {
        onPost = exchange -> {
            exchange.getResponseHeaders().set("Location", url("/elsewhere"));
            exchange.sendResponseHeaders(307, -1);
        };
        publish("1");
        put("c", "/in", ",\"backoffMs\":[0],\"maxDeliver\":2");
        assertThat(next().path()).isEqualTo("/in");
        assertThat(next().path()).isEqualTo("/in");
        await().until(() -> show("c").get("deadLetters").asInt() == 1);
        assertThat(received).isEmpty();
        assertThat(show("c").get("lastFailure").asText()).contains("307");
    }

    @Test
    void theRateThatAReceiverAllowsIsKept() throws Exception {
        onOptions = exchange -> allow(exchange, "120");
        publish("1");
        publish("2");
        publish("3");
        HttpResponse<String> made = put("d", "/in", ",\"ordered\":false");
        assertThat(TestNode.json(made).get("requestsPerMinute").asInt()).isEqualTo(120);
        long first = next().atNanos();
        long second = next().atNanos();
        long third = next().atNanos();
        assertThat(third - first).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(900));
        assertThat(second - first).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(400));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "many", "1.5"})
    void aRateThatIsNoneIsNoConsent(String rate) {
        onOptions = exchange -> allow(exchange, rate);
        assertThat(TestNode.json(put("e", "/in", "")).get("problem").asText()).contains("WebHook-Allowed-Rate");
    }

    @Test
    void whatAReceiverWillNeverTakeIsADeadLetterAtOnce() throws Exception {
        onPost = exchange -> exchange.sendResponseHeaders(415, -1);
        publish("1");
        put("f", "/in", "");
        next();
        await().until(() -> show("f").get("deadLetters").asInt() == 1);
        assertThat(received).isEmpty();
    }

    @Test
    void aSlowOneHoldsUpNobodyIfOrderDoesNotMatter() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        onPost = exchange -> {
            both.countDown();
            pass(both);
            exchange.sendResponseHeaders(204, -1);
        };
        publish("1");
        publish("2");
        put("g", "/in", ",\"ordered\":false");
        assertThat(List.of(next().data(), next().data())).containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void eventsOfOnePartitionKeyGoOneAfterTheOther() throws Exception {
        CountDownLatch other = new CountDownLatch(1);
        onPost = exchange -> {
            if (received.stream().anyMatch(each -> each.data().equals("other"))) {
                other.countDown();
            }
            pass(other);
            exchange.sendResponseHeaders(204, -1);
        };
        keyed("1");
        keyed("2");
        publish("other");
        put("h", "/in", ",\"ordered\":false");
        pass(other);
        List<String> order = new ArrayList<>(List.of(next().data(), next().data(), next().data()));
        assertThat(order.remove("other")).isTrue();
        assertThat(order).containsExactly("1", "2");
    }

    @Test
    void theChangeThatCameLastIsTheOneThatIsKept() throws Exception {
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        onOptions = exchange -> {
            if (exchange.getRequestURI().getPath().equals("/slow")) {
                asked.countDown();
                pass(slow);
            }
            allow(exchange, "*");
        };
        CompletableFuture<HttpResponse<String>> first =
                CompletableFuture.supplyAsync(() -> put("i", "/slow", ""), requests);
        pass(asked);
        CompletableFuture<HttpResponse<String>> second =
                CompletableFuture.supplyAsync(() -> put("i", "/fast", ""), requests);
        slow.countDown();
        String key = TestNode.json(first.join()).get("publicKey").asText();
        assertThat(TestNode.json(second.join()).get("publicKey").asText()).isEqualTo(key);
        assertThat(show("i").get("url").asText()).endsWith("/fast");
        publish("1");
        assertThat(next().path()).isEqualTo("/fast");
    }

    @Test
    void whatIsRemovedWhileItsReceiverIsAskedStaysRemoved() throws Exception {
        put("j", "/in", "");
        CountDownLatch slow = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(1);
        onOptions = exchange -> {
            asked.countDown();
            pass(slow);
            allow(exchange, "*");
        };
        CompletableFuture<HttpResponse<String>> validated =
                CompletableFuture.supplyAsync(() -> send("POST", "/j:validate", ""), requests);
        pass(asked);
        CompletableFuture<HttpResponse<String>> removed =
                CompletableFuture.supplyAsync(() -> send("DELETE", "/j", ""), requests);
        slow.countDown();
        assertThat(validated.join().statusCode()).isIn(200, 404);
        assertThat(removed.join().statusCode()).isEqualTo(204);
        assertThat(send("GET", "/j", "").statusCode()).isEqualTo(404);
        publish("1");
        assertThat(received.poll(300, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void manyThatAreMadeAtOnceAreNoMoreThanAllowed() {
        CountDownLatch slow = new CountDownLatch(3);
        onOptions = exchange -> {
            slow.countDown();
            pass(slow);
            allow(exchange, "*");
        };
        List<CompletableFuture<Integer>> made = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String id = "k" + i;
            made.add(CompletableFuture.supplyAsync(() -> put(id, "/in", "").statusCode(), requests));
        }
        assertThat(made.stream().map(CompletableFuture::join)).containsExactlyInAnyOrder(201, 201, 201, 429, 429, 429);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:",
                "https://127.0.0.1:",
                "https://localhost:",
                "https://[::1]:",
                "https://localhost.:"
            })
    void whatWasKeptUnderLooserSettingsIsNotAskedWhateverItIsCalled(String where) throws Exception {
        EventLoopGroup loops = EventLoopGroups.newEventLoopGroup(1, "strict", true);
        WebhookSettings strict = new WebhookSettings(1, 1, false, true, 2_000, "bank-a.example");
        CountDownLatch touched = new CountDownLatch(1);
        try (java.net.ServerSocket trap = new java.net.ServerSocket(0, 1, InetAddress.getByName("localhost"));
                Courier courier = new Courier(strict, loops, requests)) {
            requests.execute(() -> {
                try {
                    trap.accept().close();
                    touched.countDown();
                } catch (IOException closed) {
                    // As it should be.
                }
            });
            URI url = URI.create(where + trap.getLocalPort() + "/");
            assertThat(courier.handshake(url).join().problem()).isNotEmpty();
            Event event = new Event(
                    "a",
                    Attributes.of(Map.of("specversion", "1.0", "id", "1", "source", "x", "type", "t")),
                    Payload.EMPTY,
                    1,
                    DeliveryClass.LOCAL,
                    null,
                    0,
                    1,
                    "");
            Webhook kept = new Webhook(url, SigningKey.make(), "", 0);
            assertThat(courier.deliver(kept, new Courier.Parcel("1", event, false), 0)
                            .join()
                            .result())
                    .isEqualTo(Outcome.Result.FAILED);
            assertThat(touched.getCount()).as("nobody has connected").isOne();
        }
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    }
}
