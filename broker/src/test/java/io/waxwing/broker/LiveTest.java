package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.waxwing.broker.config.ConfigLoader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Topics of class live, with a client that nobody here wrote: what is written, and that nobody can tell by what he
 * gets.
 */
class LiveTest {
    private static final long WAIT_SECONDS = 20;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path folder = Path.of("");

    private Broker node;

    @BeforeEach
    void start() throws Exception {
        node = Broker.start(
                BrokerFolder.of(folder.resolve("data"), null),
                ConfigLoader.load(
                        null,
                        Map.of(),
                        Map.of(
                                "listeners.mqtt.port", "0",
                                "listeners.http.port", "0",
                                "listeners.stomp.port", "0")));
        assertThat(http("PUT", "/v1/topics/live", "{\"class\":\"live\"}").statusCode())
                .isEqualTo(201);
    }

    @AfterEach
    void stop() {
        node.stop();
    }

    private HttpResponse<String> http(String method, String path, String body) throws Exception {
        int port = Objects.requireNonNull(node.listeners().get("http")).getPort();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private Mqtt5BlockingClient client(String name) {
        return Mqtt5Client.builder()
                .identifier(name)
                .serverHost("127.0.0.1")
                .serverPort(Objects.requireNonNull(node.listeners().get("mqtt")).getPort())
                .buildBlocking();
    }

    private Mqtt5BlockingClient connected(String name) {
        Mqtt5BlockingClient client = client(name);
        client.connect();
        return client;
    }

    private Mqtt5BlockingClient lasting(String name) {
        Mqtt5BlockingClient client = client(name);
        client.connectWith().cleanStart(false).sessionExpiryInterval(1_000).send();
        return client;
    }

    private static void listen(Mqtt5BlockingClient client) {
        client.subscribeWith().topicFilter("live").qos(MqttQos.AT_LEAST_ONCE).send();
    }

    private static void publish(Mqtt5BlockingClient client, int from, int to) {
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = from; i < to; i++) {
            all.add(client.toAsync()
                    .publishWith()
                    .topic("live")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(String.valueOf(i).getBytes(StandardCharsets.UTF_8))
                    .send());
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    }

    private static void expect(Mqtt5Publishes events, int from, int to) throws InterruptedException {
        for (int i = from; i < to; i++) {
            Mqtt5Publish event = events.receive(WAIT_SECONDS, TimeUnit.SECONDS).orElseThrow();
            assertThat(new String(event.getPayloadAsBytes(), StandardCharsets.UTF_8))
                    .isEqualTo(String.valueOf(i));
        }
    }

    private double counted(String name) {
        return node.metrics()
                .scrape()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void whatOnlyThoseGetWhoAreConnectedIsWrittenNowhere() throws Exception {
        Mqtt5BlockingClient listener = connected("listener");
        try (Mqtt5Publishes events = listener.publishes(MqttGlobalPublishFilter.ALL)) {
            listen(listener);
            double before = counted("waxwing_events_durable_total");
            publish(connected("device"), 0, 100);
            expect(events, 0, 100);
            assertThat(counted("waxwing_events_live_total")).isEqualTo(100);
            assertThat(counted("waxwing_events_durable_total")).isEqualTo(before);
        }
    }

    @Test
    void aSessionThatLastsGetsWhatItMissed() throws Exception {
        Mqtt5BlockingClient away = lasting("away");
        listen(away);
        away.disconnect();
        publish(connected("device"), 0, 10);
        assertThat(counted("waxwing_events_live_total")).isZero();
        Mqtt5BlockingClient back = client("away");
        try (Mqtt5Publishes events = back.publishes(MqttGlobalPublishFilter.ALL)) {
            back.connectWith().cleanStart(false).sessionExpiryInterval(1_000).send();
            expect(events, 0, 10);
        }
    }

    @Test
    void aSubscriptionByNameGetsWhatCameWhileNobodyAskedForIt() throws Exception {
        Mqtt5BlockingClient device = connected("device");
        publish(device, 0, 1);
        for (String filter : List.of("live", "+")) {
            double before = counted("waxwing_events_durable_total");
            assertThat(http("PUT", "/v1/subscriptions/keeper", "{\"filter\":\"" + filter + "\"}")
                            .statusCode())
                    .isBetween(200, 201);
            publish(device, 1, 3);
            assertThat(counted("waxwing_events_durable_total"))
                    .as("acknowledged when they are written, since somebody needs them")
                    .isEqualTo(before + 2);
        }
        assertThat(http("POST", "/v1/subscriptions/keeper:receive", "{\"max\":10,\"waitMs\":5000}")
                        .body())
                .contains("\"data\":1", "\"data\":2")
                .doesNotContain("\"data\":0");
        assertThat(http("DELETE", "/v1/subscriptions/keeper", "").statusCode()).isEqualTo(204);
        double live = counted("waxwing_events_live_total");
        while (counted("waxwing_events_live_total") == live) { // Forgotten soon after the answer.
            publish(device, 3, 4);
        }
    }

    @Test
    void aRetainedValueIsThereForWhoeverComesLater() throws Exception {
        connected("device")
                .publishWith()
                .topic("live")
                .retain(true)
                .payload("5".getBytes(StandardCharsets.UTF_8))
                .send();
        Mqtt5BlockingClient listener = connected("listener");
        try (Mqtt5Publishes events = listener.publishes(MqttGlobalPublishFilter.ALL)) {
            listen(listener);
            expect(events, 5, 6);
        }
    }

    @Test
    void whoAsksForTheDiskGetsIt() throws Exception {
        double before = counted("waxwing_events_durable_total");
        assertThat(http("POST", "/v1/topics/live/events?wait=durable", "1").body())
                .contains("durable");
        assertThat(counted("waxwing_events_durable_total")).isEqualTo(before + 1);
        assertThat(http("PUT", "/v1/topics/other", "{\"class\":\"live\",\"ack\":\"durable\"}")
                        .body())
                .contains("WXW-1009", "not written at once");
    }

    @Test
    void everyEventComesOnceAndInOrderWhileThoseComeAndGoWhoNeedEventsWritten() throws Exception {
        int all = 4_000;
        Mqtt5BlockingClient listener = connected("listener");
        try (Mqtt5Publishes events = listener.publishes(MqttGlobalPublishFilter.ALL)) {
            listen(listener);
            Mqtt5BlockingClient device = connected("device");
            CompletableFuture<Void> publishing = CompletableFuture.runAsync(() -> publish(device, 0, all));
            for (int i = 0; !publishing.isDone() || i < 3; i++) {
                Mqtt5BlockingClient other = lasting("other-" + i);
                listen(other);
                other.unsubscribeWith().topicFilter("live").send();
                other.disconnect();
                assertThat(http("PUT", "/v1/subscriptions/s-" + i, "{\"filter\":\"live\"}")
                                .statusCode())
                        .isEqualTo(201);
                assertThat(http("DELETE", "/v1/subscriptions/s-" + i, "").statusCode())
                        .isEqualTo(204);
            }
            publishing.join();
            expect(events, 0, all);
            publish(device, all, all + 10);
            expect(events, all, all + 10);
            assertThat(counted("waxwing_events_live_total")).isPositive();
            assertThat(counted("waxwing_events_durable_total")).isPositive();
        }
    }

    @Test
    void aClientThatDoesNotKeepUpGetsEverythingLaterFromTheStore() throws Exception {
        int all = 6_000; // More than may wait for one client in memory.
        Mqtt5BlockingClient slow = client("slow");
        try (Mqtt5Publishes events = slow.publishes(MqttGlobalPublishFilter.ALL, true)) {
            slow.connectWith()
                    .restrictions()
                    .receiveMaximum(5)
                    .applyRestrictions()
                    .send();
            listen(slow);
            Mqtt5BlockingClient device = connected("device");
            publish(device, 0, all);
            assertThat(counted("waxwing_events_durable_total")).isPositive();
            for (int i = 0; i < all; i++) {
                Mqtt5Publish event =
                        events.receive(WAIT_SECONDS, TimeUnit.SECONDS).orElseThrow();
                assertThat(new String(event.getPayloadAsBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(String.valueOf(i));
                event.acknowledge();
            }
        }
    }
}
