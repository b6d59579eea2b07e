package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A real node and the Java clients that nobody here wrote, each with every quality of service. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientsIT {
    private @Nullable NodeProcess running;

    @BeforeAll
    void startNode(@TempDir Path folder) throws IOException {
        running = NodeProcess.start(folder.resolve("data"));
    }

    @AfterAll
    void stopNode() {
        node().close();
    }

    private NodeProcess node() {
        return Objects.requireNonNull(running);
    }

    @Test
    void pahoForMqtt311() throws Exception {
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        try (MqttClient client = new MqttClient(node().mqttUri(), "paho3", new MemoryPersistence())) {
            client.connect();
            client.subscribe("paho3/#", 2, (topic, message) -> got.add(message.getQos() + " " + message));
            for (int qos = 0; qos <= 2; qos++) {
                MqttMessage message = new MqttMessage(("q" + qos).getBytes(StandardCharsets.UTF_8));
                message.setQos(qos);
                client.publish("paho3/x", message);
                assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo(qos + " q" + qos);
            }
            client.disconnect();
        }
    }

    @Test
    void pahoForMqtt5() throws Exception {
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        var client = new org.eclipse.paho.mqttv5.client.MqttClient(
                node().mqttUri(), "paho5", new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
        client.setCallback(new PahoCallback(got));
        client.connect();
        client.subscribe("paho5/#", 2);
        for (int qos = 0; qos <= 2; qos++) {
            client.publish("paho5/x", ("q" + qos).getBytes(StandardCharsets.UTF_8), qos, false);
            assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo(qos + " q" + qos);
        }
        client.disconnect();
        client.close();
    }

    @Test
    void hivemqClientForMqtt5() throws Exception {
        Mqtt5BlockingClient client = Mqtt5Client.builder()
                .identifier("hivemq")
                .serverHost("127.0.0.1")
                .serverPort(node().mqttPort())
                .buildBlocking();
        client.connect();
        try (Mqtt5BlockingClient.Mqtt5Publishes publishes =
                client.publishes(com.hivemq.client.mqtt.MqttGlobalPublishFilter.ALL)) {
            client.subscribeWith()
                    .topicFilter("hivemq/#")
                    .qos(MqttQos.EXACTLY_ONCE)
                    .send();
            for (MqttQos qos : MqttQos.values()) {
                client.publishWith()
                        .topic("hivemq/x")
                        .qos(qos)
                        .payload(qos.name().getBytes(StandardCharsets.UTF_8))
                        .send();
                Mqtt5Publish got = publishes.receive(10, TimeUnit.SECONDS).orElseThrow();
                assertThat(new String(got.getPayloadAsBytes(), StandardCharsets.UTF_8))
                        .isEqualTo(qos.name());
                assertThat(got.getQos()).isEqualTo(qos);
            }
        }
        client.disconnect();
    }

    @Test
    @DisplayName("H-2, H-3: three clients of three makers share a group, each event goes to one of them")
    void clientsOfThreeMakersShareAGroup() throws Exception {
        String filter = "$share/workers/shared/+";
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        var paho5 = new org.eclipse.paho.mqttv5.client.MqttClient(
                node().mqttUri(), "share5", new org.eclipse.paho.mqttv5.client.persist.MemoryPersistence());
        BlockingQueue<String> got5 = new LinkedBlockingQueue<>();
        paho5.setCallback(new PahoCallback(got5));
        paho5.connect();
        paho5.subscribe(filter, 2);
        Mqtt5BlockingClient hivemq = Mqtt5Client.builder()
                .identifier("share-h")
                .serverHost("127.0.0.1")
                .serverPort(node().mqttPort())
                .buildBlocking();
        hivemq.connect();
        hivemq.toAsync()
                .subscribeWith()
                .topicFilter(filter)
                .qos(MqttQos.AT_LEAST_ONCE)
                .callback(event -> got.add(new String(event.getPayloadAsBytes(), StandardCharsets.UTF_8)))
                .send()
                .join();
        try (MqttClient paho3 = new MqttClient(node().mqttUri(), "share3", new MemoryPersistence())) {
            paho3.connect();
            BlockingQueue<String> got3 = new LinkedBlockingQueue<>();
            // Paho 3 finds no listener of a shared filter by topic, so the callback of all is used.
            paho3.setCallback(new SharedCallback(got3));
            paho3.subscribe(filter, 1);
            for (int i = 0; i < 30; i++) {
                hivemq.publishWith()
                        .topic("shared/x")
                        .qos(MqttQos.AT_LEAST_ONCE)
                        .payload(("e" + i).getBytes(StandardCharsets.UTF_8))
                        .send();
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> got.size() + got3.size() + got5.size() >= 30);
            assertThat(got).hasSize(10);
            assertThat(got3).hasSize(10);
            assertThat(got5).hasSize(10);
            Set<String> all = new HashSet<>(got);
            got3.forEach(all::add);
            got5.forEach(text -> all.add(text.substring(2)));
            assertThat(all).hasSize(30);
            paho3.disconnect();
        }
        hivemq.disconnect();
        paho5.disconnect();
        paho5.close();
    }
}
