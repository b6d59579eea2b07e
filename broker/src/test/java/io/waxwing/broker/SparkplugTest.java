package io.waxwing.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient.Mqtt5Publishes;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5DisconnectReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.waxwing.broker.config.ConfigLoader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Sparkplug Aware MQTT Server (Sparkplug 3.0 section 10.1.4), with a client that nobody here wrote. */
class SparkplugTest {
    private static final String KEPT = "$sparkplug/certificates/";
    private static final String NODE = "spBv1.0/plant/NBIRTH/press";
    private static final String DEVICE = "spBv1.0/plant/DBIRTH/press/valve";
    private static final String DEATH = "spBv1.0/plant/NDEATH/press";
    private static final long WAIT_SECONDS = 10;

    @TempDir
    private Path folder = Path.of("");

    private Broker start(String sparkplug) {
        return Broker.start(
                BrokerFolder.of(folder.resolve("data"), null),
                ConfigLoader.load(
                        null,
                        Map.of(),
                        Map.of(
                                "listeners.mqtt.port", "0",
                                "listeners.http.port", "0",
                                "listeners.stomp.port", "0",
                                "mqtt.sparkplug", sparkplug)));
    }

    private static Mqtt5BlockingClient client(Broker broker) {
        return Mqtt5Client.builder()
                .serverHost("127.0.0.1")
                .serverPort(
                        Objects.requireNonNull(broker.listeners().get("mqtt")).getPort())
                .buildBlocking();
    }

    private static Mqtt5BlockingClient connected(Broker broker) {
        Mqtt5BlockingClient client = client(broker);
        client.connect();
        return client;
    }

    private static Mqtt5Publishes listening(Mqtt5BlockingClient client, String filter) {
        Mqtt5Publishes events = client.publishes(MqttGlobalPublishFilter.ALL);
        client.subscribeWith()
                .topicFilter(filter)
                .qos(MqttQos.AT_LEAST_ONCE)
                .retainAsPublished(true)
                .send();
        return events;
    }

    private static void publish(Mqtt5BlockingClient client, String topic, String payload) {
        client.publishWith().topic(topic).payload(bytes(payload)).send();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Topic, payload and whether it is retained. */
    private static String next(Mqtt5Publishes events) throws InterruptedException {
        Mqtt5Publish event = events.receive(WAIT_SECONDS, TimeUnit.SECONDS).orElseThrow();
        return event.getTopic() + " " + new String(event.getPayloadAsBytes(), StandardCharsets.UTF_8)
                + (event.isRetain() ? " retained" : "");
    }

    @Test
    @DisplayName("tck-id-conformance-mqtt-aware-store, -nbirth-mqtt-topic, -nbirth-mqtt-retain, -dbirth-mqtt-topic,"
            + " -dbirth-mqtt-retain: the last births are there for whoever comes later, also after a restart")
    void birthsAreKept() throws Exception {
        Broker first = start("true");
        try {
            Mqtt5BlockingClient application = connected(first);
            Mqtt5BlockingClient edge = connected(first);
            Mqtt5Publishes kept = listening(application, "$sparkplug/#");
            publish(edge, NODE, "node 1");
            assertThat(next(kept)).isEqualTo(KEPT + NODE + " node 1 retained");
            publish(edge, DEVICE, "device 1");
            assertThat(next(kept)).isEqualTo(KEPT + DEVICE + " device 1 retained");
            publish(edge, NODE, "node 2");
            assertThat(next(kept)).isEqualTo(KEPT + NODE + " node 2 retained");
            publish(edge, "spBv1.0/plant/NDATA/press", "data");
            publish(edge, "spBv1.0/plant/NBIRTH/press/more", "no birth");
            publish(edge, DEVICE, "device 2");
            assertThat(next(kept)).isEqualTo(KEPT + DEVICE + " device 2 retained");
            application.disconnect();
            edge.disconnect();
        } finally {
            first.stop();
        }
        first.awaitStop();
        Broker second = start("true");
        try {
            Mqtt5BlockingClient late = connected(second);
            Mqtt5Publishes kept = listening(late, KEPT + "spBv1.0/plant/NBIRTH/+");
            assertThat(next(kept)).isEqualTo(KEPT + NODE + " node 2 retained");
            listening(late, KEPT + "+/plant/DBIRTH/#");
            assertThat(next(kept)).isEqualTo(KEPT + DEVICE + " device 2 retained");
            late.disconnect();
        } finally {
            second.stop();
        }
    }

    @Test
    @DisplayName("nobody publishes below $sparkplug, # does not stand for it, and what is there is never on the ledger")
    void theKeptBirthsAreTheNodesOwn() throws Exception {
        Broker broker = start("true");
        try {
            Mqtt5BlockingClient client = connected(broker);
            Mqtt5Publishes all = listening(client, "#");
            assertThatThrownBy(() -> client.publishWith()
                            .topic(KEPT + NODE)
                            .qos(MqttQos.AT_LEAST_ONCE)
                            .payload(bytes("forged"))
                            .send())
                    .isInstanceOf(Mqtt5PubAckException.class);
            publish(client, NODE, "node");
            assertThat(next(all)).isEqualTo(NODE + " node");
            publish(client, "end", "end");
            assertThat(next(all)).isEqualTo("end end");
            Mqtt5Publishes kept = listening(client, KEPT + "#");
            assertThat(next(kept)).isEqualTo(KEPT + NODE + " node retained");
            int port = Objects.requireNonNull(broker.listeners().get("http")).getPort();
            HttpResponse<String> told = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(
                                            URI.create("http://127.0.0.1:" + port + "/v1/topics?prefix=%24sparkplug"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(told.body())
                    .contains("\"" + KEPT + NODE + "\"")
                    .contains("\"class\":\"local\"")
                    .doesNotContain("\"class\":\"ordered\"");
            client.disconnect();
        } finally {
            broker.stop();
        }
    }

    @Test
    @DisplayName("tck-id-conformance-mqtt-aware-ndeath-timestamp: a death has the time of the death, not of CONNECT")
    void aDeathHasItsTime() throws Exception {
        Broker broker = start("true");
        try {
            byte[] old = {0x08, 0x01, 0x12, 0x03, 0x50, 0x07, 0x01, 0x18, 0x00};
            long before = System.currentTimeMillis();
            byte[] death = die(broker, old);
            long after = System.currentTimeMillis();
            assertThat(timestamp(death)).isBetween(before, after);
            assertThat(Arrays.copyOfRange(death, death.length - 7, death.length))
                    .as("all else is as it was")
                    .isEqualTo(Arrays.copyOfRange(old, 2, 9));
            assertThat(die(broker, bytes("no protobuf"))).isEqualTo(bytes("no protobuf"));
        } finally {
            broker.stop();
        }
    }

    @Test
    @DisplayName("mqtt.sparkplug: false is a server that is not aware")
    void itCanBeSwitchedOff() throws Exception {
        Broker broker = start("false");
        try {
            Mqtt5BlockingClient client = connected(broker);
            Mqtt5Publishes kept = listening(client, "$sparkplug/#");
            publish(client, NODE, "node");
            listening(client, "last");
            publish(client, "last", "one");
            assertThat(next(kept)).isEqualTo("last one");
            client.disconnect();
            assertThat(die(broker, new byte[] {0x08, 0x01})).isEqualTo(new byte[] {0x08, 0x01});
        } finally {
            broker.stop();
        }
    }

    /** What others get when a client with that will dies. */
    private static byte[] die(Broker broker, byte[] will) throws InterruptedException {
        Mqtt5BlockingClient watching = connected(broker);
        Mqtt5Publishes deaths = listening(watching, DEATH);
        Mqtt5BlockingClient edge = client(broker);
        edge.connect(Mqtt5Connect.builder()
                .willPublish()
                .topic(DEATH)
                .payload(will)
                .qos(MqttQos.AT_LEAST_ONCE)
                .applyWillPublish()
                .build());
        edge.disconnectWith()
                .reasonCode(Mqtt5DisconnectReasonCode.DISCONNECT_WITH_WILL_MESSAGE)
                .send();
        byte[] death =
                deaths.receive(WAIT_SECONDS, TimeUnit.SECONDS).orElseThrow().getPayloadAsBytes();
        watching.disconnect();
        return death;
    }

    private static long timestamp(byte[] message) {
        assertThat(message[0]).isEqualTo((byte) 0x08);
        long value = 0;
        for (int i = 1; ; i++) {
            value |= (long) (message[i] & 0x7F) << (7 * (i - 1));
            if (message[i] >= 0) {
                return value;
            }
        }
    }
}
