package io.waxwing.mqtt.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.topic.AckPolicy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Eclipse Paho, MQTT 5. */
class Paho5Test {
    private static final int EVENTS = 100;
    private static final long WAIT_MILLIS = 10_000;

    private final TestServer server = new TestServer();
    private final List<MqttAsyncClient> clients = new ArrayList<>();
    private final BlockingQueue<MqttMessage> got = new LinkedBlockingQueue<>();

    @AfterEach
    void stop() throws MqttException {
        for (MqttAsyncClient client : clients) {
            client.disconnectForcibly(0, 100, false);
            client.close(true);
        }
        server.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @DisplayName("P-3, P-4, D-1, D-7: every event arrives once and in order")
    void eventsArriveOnceAndInOrder(int qos) throws Exception {
        subscribe(connect("sub"), "t/#", qos);
        MqttAsyncClient publisher = connect("pub");
        for (int i = 0; i < EVENTS; i++) {
            publisher.publish("t/a", event("e" + i, qos)).waitForCompletion(WAIT_MILLIS);
        }
        for (int i = 0; i < EVENTS; i++) {
            MqttMessage next = next();
            assertThat(text(next)).isEqualTo("e" + i);
            assertThat(next.getQos()).isEqualTo(qos);
        }
        assertThat(server.bus.taken).hasSize(EVENTS);
    }

    @Test
    @DisplayName("D-2: every property of the publisher's comes back unaltered, user properties in order")
    void propertiesComeBackUnaltered() throws Exception {
        subscribe(connect("sub"), "t", 1);
        MqttProperties properties = new MqttProperties();
        properties.setContentType("application/json");
        properties.setPayloadFormat(true);
        properties.setResponseTopic("answer/here");
        properties.setCorrelationData(new byte[] {0, 1, -1});
        properties.setMessageExpiryInterval(3_600L);
        properties.setUserProperties(List.of(
                new UserProperty("b", "2"),
                new UserProperty("a", "1&=% \u00e9"),
                new UserProperty("specversion", "1.0"),
                new UserProperty("type", "t.v1"),
                new UserProperty("source", "/s"),
                new UserProperty("id", "7"),
                new UserProperty("b", "")));
        MqttMessage sent = event("{}", 1);
        sent.setProperties(properties);
        connect("pub").publish("t", sent).waitForCompletion(WAIT_MILLIS);
        MqttProperties back = next().getProperties();
        assertThat(back.getUserProperties()).isEqualTo(properties.getUserProperties());
        assertThat(back.getContentType()).isEqualTo("application/json");
        assertThat(back.getPayloadFormat()).isTrue();
        assertThat(back.getResponseTopic()).isEqualTo("answer/here");
        assertThat(back.getCorrelationData()).isEqualTo(new byte[] {0, 1, -1});
        assertThat(back.getMessageExpiryInterval()).isBetween(3_590L, 3_600L);
        assertThat(server.bus.taken.get(0).identified()).isTrue();
    }

    @Test
    @DisplayName(
            "Section 4: the eventId comes with the acknowledgement of an event whose publisher waits for its order")
    void eventIdComesWithTheAcknowledgement() throws Exception {
        MqttMessage sent = event("x", 1);
        MqttProperties properties = new MqttProperties();
        properties.setUserProperties(List.of(new UserProperty("wait", "ordered")));
        sent.setProperties(properties);
        IMqttToken token = connect("pub").publish("t", sent);
        token.waitForCompletion(WAIT_MILLIS);
        List<UserProperty> acked = token.getResponse().getProperties().getUserProperties();
        assertThat(acked).hasSize(1);
        assertThat(acked.get(0).getKey()).isEqualTo("wxweventid");
        assertThat(acked.get(0).getValue()).endsWith("-1-1");
        assertThat(server.bus.taken.get(0).ackWanted()).isEqualTo(AckPolicy.ORDERED);
    }

    @Test
    @DisplayName("D-2: a subscriber that asks with wxw-attributes gets the CloudEvents attributes and the eventId")
    void attributesAreAddedForThoseWhoAsk() throws Exception {
        server.bus.policy(AckPolicy.ORDERED);
        MqttConnectionOptions options = options();
        options.setUserProperties(List.of(new UserProperty("wxw-attributes", "1")));
        subscribe(connect("sub", options), "t", 1);
        connect("pub").publish("t", event("x", 1)).waitForCompletion(WAIT_MILLIS);
        Map<String, String> users = next().getProperties().getUserProperties().stream()
                .collect(Collectors.toMap(UserProperty::getKey, UserProperty::getValue));
        assertThat(users).containsEntry("type", "io.waxwing.raw").containsEntry("source", "//bank-a.example/mqtt/pub");
        assertThat(users).containsKeys("id", "specversion", "wxweventid");
    }

    @Test
    @DisplayName("B-6, R-3: No Local, and Retain Handling 2")
    void subscriptionOptionsAreKept() throws Exception {
        MqttAsyncClient client = connect("both");
        MqttMessage kept = event("kept", 1);
        kept.setRetained(true);
        client.publish("t", kept).waitForCompletion(WAIT_MILLIS);
        MqttSubscription options = new MqttSubscription("t", 1);
        options.setNoLocal(true);
        options.setRetainHandling(2);
        subscribe(client, options);
        client.publish("t", event("own", 1)).waitForCompletion(WAIT_MILLIS);
        connect("other").publish("t", event("other", 1)).waitForCompletion(WAIT_MILLIS);
        assertThat(text(next())).isEqualTo("other");
        assertThat(got).isEmpty();
    }

    private MqttMessage next() throws InterruptedException {
        MqttMessage next = got.poll(WAIT_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(next).isNotNull();
        return Objects.requireNonNull(next);
    }

    private void subscribe(MqttAsyncClient client, String filter, int qos) throws MqttException {
        subscribe(client, new MqttSubscription(filter, qos));
    }

    private void subscribe(MqttAsyncClient client, MqttSubscription subscription) throws MqttException {
        // Paho 1.2.5 recurses for ever in subscribe() with a listener of its own, so the client has one for all.
        client.setCallback(new Paho5Callback((topic, event) -> got.add(event)));
        client.subscribe(new MqttSubscription[] {subscription}).waitForCompletion(WAIT_MILLIS);
    }

    private MqttAsyncClient connect(String clientId) throws MqttException {
        return connect(clientId, options());
    }

    private MqttAsyncClient connect(String clientId, MqttConnectionOptions options) throws MqttException {
        MqttAsyncClient client = new MqttAsyncClient(server.url(), clientId, new MemoryPersistence());
        clients.add(client);
        client.connect(options).waitForCompletion(WAIT_MILLIS);
        return client;
    }

    private static MqttConnectionOptions options() {
        MqttConnectionOptions options = new MqttConnectionOptions();
        options.setCleanStart(true);
        options.setAutomaticReconnect(false);
        return options;
    }

    private static MqttMessage event(String payload, int qos) {
        return new MqttMessage(payload.getBytes(StandardCharsets.UTF_8), qos, false, new MqttProperties());
    }

    private static String text(MqttMessage event) {
        return new String(event.getPayload(), StandardCharsets.UTF_8);
    }
}
