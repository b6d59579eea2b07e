package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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
}
