package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Law 7 for durable sessions: two Paho clients that come back, one that publishes and one that subscribes, and a node
 * that is killed with -9 between them, again and again. QoS 1 arrives at least once, QoS 2 exactly once.
 * {@code -Dkill.sessions} and {@code -Dseed} choose how often and where.
 */
class SessionKillIT {
    private static final int ROUNDS = Integer.getInteger("kill.sessions", 5);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void sessionsSurviveTheNode() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        int port = freePort();
        String uri = "tcp://127.0.0.1:" + port;
        Client publisher = new Client(uri, "publisher");
        Client subscriber = new Client(uri, "subscriber");
        for (int round = 0; round < ROUNDS; round++) {
            NodeProcess node = start(port);
            subscriber.connect(round > 0);
            if (round == 0) {
                subscriber.paho.subscribe("s/#", 2).waitForCompletion(10_000);
            }
            publisher.connect(round > 0);
            publisher.publish(round, 100 + random.nextInt(400));
            node.kill();
            subscriber.awaitLost();
            publisher.awaitLost();
        }
        try (NodeProcess node = start(port)) {
            publisher.connect(true);
            subscriber.connect(true);
            Awaitility.await("everything arrives, seed " + seed)
                    .atMost(60, TimeUnit.SECONDS)
                    .until(() -> subscriber.got.keySet().containsAll(publisher.sent));
            Awaitility.await("all is acknowledged").until(() -> publisher.paho.getPendingDeliveryTokens().length == 0);
            assertThat(twice(subscriber)).as("seed %d: QoS 2 comes once", seed).isEmpty();
            assertThat(publisher.sent).hasSizeGreaterThan(ROUNDS);
            System.out.println("SessionKillIT: " + ROUNDS + " kills, " + publisher.sent.size() + " events");
            publisher.close();
            subscriber.close();
            assertThat(node.log()).doesNotContain("WXW-1399");
        }
    }

    private static Collection<String> twice(Client subscriber) {
        return subscriber.got.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("2-") && entry.getValue() > 1)
                .map(Map.Entry::getKey)
                .toList();
    }

    private NodeProcess start(int port) throws IOException {
        return NodeProcess.start(folder.resolve("data"), "listeners.mqtt.port=" + port);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Keeps its side of the session in memory for as long as the test runs. */
    private static final class Client implements MqttCallback {
        private final MqttAsyncClient paho;
        private final Collection<String> sent = new ConcurrentLinkedQueue<>();
        private final Map<String, Integer> got = new ConcurrentHashMap<>();

        Client(String uri, String clientId) throws MqttException {
            paho = new MqttAsyncClient(uri, clientId, new MemoryPersistence());
            paho.setCallback(this);
        }

        void connect(boolean again) throws MqttException {
            MqttConnectOptions options = new MqttConnectOptions();
            options.setCleanSession(false);
            options.setMaxInflight(20);
            IMqttToken connected = paho.connect(options);
            connected.waitForCompletion(10_000);
            assertThat(connected.getSessionPresent()).isEqualTo(again);
        }

        void publish(int round, long milliseconds) throws InterruptedException {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
            for (int i = 0; System.nanoTime() - end < 0; i++) {
                int qos = 1 + i % 2;
                String payload = qos + "-" + round + "-" + i;
                try {
                    paho.publish("s/" + i % 3, payload.getBytes(StandardCharsets.UTF_8), qos, false);
                    sent.add(payload);
                } catch (MqttException full) {
                    TimeUnit.MILLISECONDS.sleep(2);
                }
            }
        }

        void awaitLost() {
            Awaitility.await().until(() -> !paho.isConnected());
        }

        void close() throws MqttException {
            paho.disconnect().waitForCompletion(10_000);
            paho.close();
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            got.merge(new String(message.getPayload(), StandardCharsets.UTF_8), 1, Integer::sum);
        }

        @Override
        public void connectionLost(Throwable cause) {}

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {}
    }
}
