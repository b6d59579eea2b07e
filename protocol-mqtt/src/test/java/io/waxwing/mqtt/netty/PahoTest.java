package io.waxwing.mqtt.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.client.mqttv3.IMqttMessageListener;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Eclipse Paho, MQTT 3.1.1. */
class PahoTest {
    private static final int EVENTS = 100;

    private final TestServer server = new TestServer();
    private final List<MqttClient> clients = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (MqttClient client : clients) {
            if (client.isConnected()) {
                client.disconnectForcibly(100, 100, false);
            }
            client.close(true);
        }
        server.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    @DisplayName("P-3, P-4, D-1, D-7: every event arrives once and in order")
    void eventsArriveOnceAndInOrder(int qos) throws Exception {
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        MqttClient subscriber = connect("sub");
        subscriber.subscribe("t/+", qos, collect(got));
        MqttClient publisher = connect("pub");
        for (int i = 0; i < EVENTS; i++) {
            publisher.publish("t/a", bytes("e" + i), qos, false);
        }
        for (int i = 0; i < EVENTS; i++) {
            assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("t/a e" + i + " q" + qos);
        }
        assertThat(server.bus.taken).hasSize(EVENTS);
    }

    @Test
    @DisplayName(
            "R-1, R-2, P-13, S-2: the last retained value comes with the subscription and outlives the session that published it;"
                    + " an empty payload clears it, an event without RETAIN leaves it")
    void retainedValueComesWithTheSubscription() throws Exception {
        MqttClient publisher = connect("pub");
        publisher.publish("r/1", bytes("old"), 1, true);
        publisher.publish("r/1", bytes("new"), 1, true);
        publisher.publish("r/2", bytes("gone"), 1, true);
        publisher.publish("r/2", new byte[0], 1, true);
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        connect("sub").subscribe("r/#", 1, collect(got));
        assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("r/1 new q1 retained");
        publisher.publish("r/1", bytes("live"), 1, true);
        assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("r/1 live q1");
        publisher.publish("r/1", bytes("passing"), 1, false);
        assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("r/1 passing q1");
        assertThat(got).isEmpty();
        publisher.disconnect();
        BlockingQueue<String> later = new LinkedBlockingQueue<>();
        connect("sub2").subscribe("r/#", 1, collect(later));
        assertThat(later.poll(10, TimeUnit.SECONDS)).isEqualTo("r/1 live q1 retained");
        assertThat(later).isEmpty();
    }

    @Test
    @DisplayName("W-2: the will is published when a connection is lost, not after DISCONNECT")
    void willIsPublishedWhenTheConnectionIsLost() throws Exception {
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        connect("sub").subscribe("will/#", 1, collect(got));
        MqttConnectOptions options = options();
        options.setWill("will/polite", bytes("no"), 1, false);
        MqttClient polite = connect("polite", options);
        polite.disconnect();
        options.setWill("will/lost", bytes("yes"), 1, false);
        MqttClient lost = connect("lost", options);
        lost.disconnectForcibly(0, 100, false);
        assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("will/lost yes q1");
        assertThat(got).isEmpty();
    }

    @Test
    @DisplayName("B-9, D-6: nothing comes after UNSUBSCRIBE, and nothing twice after reconnecting")
    void nothingComesTwice() throws Exception {
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        MqttClient subscriber = connect("sub");
        subscriber.subscribe("t", 1, collect(got));
        MqttClient publisher = connect("pub");
        publisher.publish("t", bytes("1"), 1, false);
        assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("t 1 q1");
        subscriber.unsubscribe("t");
        publisher.publish("t", bytes("2"), 1, false);
        subscriber.disconnect();
        MqttClient again = connect("sub");
        again.subscribe("t", 1, collect(got));
        publisher.publish("t", bytes("3"), 1, false);
        assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("t 3 q1");
        assertThat(got).isEmpty();
    }

    @Test
    @DisplayName("T-1: takeover by client identifier")
    void secondConnectionTakesOver() throws Exception {
        MqttClient first = connect("same");
        MqttClient second = connect("same");
        TestServer.eventually("the first is disconnected", () -> !first.isConnected());
        second.publish("t", bytes("1"), 1, false);
        assertThat(second.isConnected()).isTrue();
    }

    private MqttClient connect(String clientId) throws MqttException {
        return connect(clientId, options());
    }

    private MqttClient connect(String clientId, MqttConnectOptions options) throws MqttException {
        MqttClient client = new MqttClient(server.url(), clientId, new MemoryPersistence());
        clients.add(client);
        client.setTimeToWait(10_000);
        client.connect(options);
        return client;
    }

    private static MqttConnectOptions options() {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setCleanSession(true);
        options.setAutomaticReconnect(false);
        // Paho completes a publish before it counts it as done, so its own default of 10 can be exceeded by one thread.
        options.setMaxInflight(1_000);
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        return options;
    }

    private static IMqttMessageListener collect(BlockingQueue<String> to) {
        return (topic, event) -> to.add(topic + " " + new String(event.getPayload(), StandardCharsets.UTF_8) + " q"
                + event.getQos() + (event.isRetained() ? " retained" : "") + (event.isDuplicate() ? " dup" : ""));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
