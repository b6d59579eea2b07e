package io.waxwing.broker.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
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
 * Law 7 for durable sessions: Paho clients that publish, each to a topic of its own, and read the topic of the next,
 * that lose their connection now and then, and a node that is killed with -9 among them, again and again. What a
 * publisher's session has taken arrives: QoS 1 at least once, QoS 2 exactly once, and each in its order.
 * {@code -Dkill.sessions}, {@code -Dkill.clients} and {@code -Dseed} choose how often, how many and where.
 */
class SessionKillIT {
    private static final int ROUNDS = Integer.getInteger("kill.sessions", 4);
    private static final int CLIENTS = Integer.getInteger("kill.clients", 6);
    private static final int LOSSES_PER_MILLE = Integer.getInteger("kill.losses", 5);

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final List<Client> clients = new ArrayList<>();
    private int losses;

    @TempDir
    private Path folder = Path.of("");

    @Test
    void sessionsSurviveTheNode() throws Exception {
        int port = freePort();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(new Client("tcp://127.0.0.1:" + port, i));
        }
        for (int round = 0; round < ROUNDS; round++) {
            NodeProcess node = start(port);
            connectAll(round > 0);
            publish(100 + random.nextInt(400) + CLIENTS * 20L);
            node.kill();
            for (Client client : clients) {
                client.awaitLost();
            }
        }
        try (NodeProcess node = start(port)) {
            connectAll(true);
            for (Client client : clients) {
                Awaitility.await("everything arrives, seed " + seed)
                        .atMost(60, TimeUnit.SECONDS)
                        .until(() -> client.distinct.containsAll(client.upstream(clients).sent));
                Awaitility.await("all is acknowledged").until(() -> client.paho.getPendingDeliveryTokens().length == 0);
            }
            for (Client client : clients) {
                check(client);
                client.close();
            }
            assertThat(node.log()).doesNotContain("WXW-1399");
        }
        int events = clients.stream().mapToInt(client -> client.sent.size()).sum();
        int repeats = clients.stream().mapToInt(client -> client.got.size()).sum() - events;
        assertThat(events).isGreaterThan(ROUNDS * CLIENTS);
        System.out.println("SessionKillIT: " + CLIENTS + " clients, " + ROUNDS + " kills, " + losses
                + " lost connections, " + events + " events, " + repeats + " repeats of QoS 1");
    }

    private void check(Client client) {
        for (String qos : List.of("1", "2")) {
            List<Integer> first = new ArrayList<>();
            Set<Integer> seen = new HashSet<>();
            int times = 0;
            for (String payload : client.got) {
                if (payload.startsWith(qos)) {
                    int number = Integer.parseInt(payload.substring(2));
                    times++;
                    if (seen.add(number)) {
                        first.add(number);
                    }
                }
            }
            assertThat(first)
                    .as("seed %d: %s, QoS %s in order", seed, client.paho.getClientId(), qos)
                    .isSorted();
            if (qos.equals("2")) {
                assertThat(times).as("seed %d: QoS 2 comes once", seed).isEqualTo(first.size());
            }
        }
        assertThat(client.distinct).hasSameSizeAs(client.upstream(clients).sent);
    }

    /** All at the same time. */
    private void connectAll(boolean again) throws MqttException {
        List<IMqttToken> connecting = new ArrayList<>();
        for (Client client : clients) {
            connecting.add(client.connect());
        }
        for (int i = 0; i < CLIENTS; i++) {
            connecting.get(i).waitForCompletion(20_000);
            assertThat(connecting.get(i).getSessionPresent()).isEqualTo(again);
            if (!again) {
                clients.get(i).subscribe();
            }
        }
    }

    /** All in turn; now and then one loses its connection and comes back. */
    private void publish(long milliseconds) throws Exception {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(milliseconds);
        while (System.nanoTime() - end < 0) {
            boolean taken = false;
            for (Client client : clients) {
                taken |= client.publish();
                if (random.nextInt(1_000) < LOSSES_PER_MILLE) {
                    client.socket.close();
                    client.awaitLost();
                    IMqttToken again = client.connect();
                    again.waitForCompletion(20_000);
                    assertThat(again.getSessionPresent()).isTrue();
                    losses++;
                }
            }
            if (!taken) {
                TimeUnit.MILLISECONDS.sleep(2);
            }
        }
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
        private final int number;
        private final Collection<String> sent = new ArrayList<>();
        private final Collection<String> got = new ConcurrentLinkedQueue<>();
        private final Set<String> distinct = ConcurrentHashMap.newKeySet();
        private volatile Socket socket = new Socket();

        Client(String uri, int number) throws MqttException {
            this.number = number;
            paho = new MqttAsyncClient(uri, "client-" + number, new MemoryPersistence());
            paho.setCallback(this);
        }

        /** Whose events it reads. */
        Client upstream(List<Client> all) {
            return all.get((number + 1) % all.size());
        }

        IMqttToken connect() throws MqttException {
            MqttConnectOptions options = new MqttConnectOptions();
            options.setCleanSession(false);
            options.setMaxInflight(20);
            options.setSocketFactory(new Remembering());
            return paho.connect(options);
        }

        /** Of the last connection, to be cut under the client's hands. */
        private final class Remembering extends SocketFactory {
            private Socket remembered(Socket made) {
                socket = made;
                return made;
            }

            @Override
            public Socket createSocket() {
                return remembered(new Socket());
            }

            @Override
            public Socket createSocket(String host, int port) throws IOException {
                return remembered(new Socket(host, port));
            }

            @Override
            public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
                return remembered(new Socket(host, port, local, localPort));
            }

            @Override
            public Socket createSocket(InetAddress host, int port) throws IOException {
                return remembered(new Socket(host, port));
            }

            @Override
            public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
                    throws IOException {
                return remembered(new Socket(host, port, local, localPort));
            }
        }

        void subscribe() throws MqttException {
            paho.subscribe("s/" + (number + 1) % CLIENTS, 2).waitForCompletion(20_000);
        }

        /** False if as many as may be are unacknowledged. */
        boolean publish() {
            int qos = 1 + sent.size() % 2;
            String payload = qos + "-" + sent.size();
            try {
                paho.publish("s/" + number, payload.getBytes(StandardCharsets.UTF_8), qos, false);
                sent.add(payload);
                return true;
            } catch (MqttException full) {
                return false;
            }
        }

        void awaitLost() {
            Awaitility.await().pollInterval(5, TimeUnit.MILLISECONDS).until(() -> !paho.isConnected());
        }

        void close() throws MqttException {
            paho.disconnect().waitForCompletion(10_000);
            paho.close();
        }

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            String payload = new String(message.getPayload(), StandardCharsets.UTF_8);
            got.add(payload);
            distinct.add(payload);
        }

        @Override
        public void connectionLost(Throwable cause) {}

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {}
    }
}
