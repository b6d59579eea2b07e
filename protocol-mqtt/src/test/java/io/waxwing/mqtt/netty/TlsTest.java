package io.waxwing.mqtt.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.testkit.fake.ScriptedDoor;
import io.waxwing.testkit.fake.SelfSigned;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** MQTT by TLS, with and without certificates of clients (mqtt.md N-4). */
class TlsTest {
    private static final String UPGRADE = "GET /mqtt HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "Sec-WebSocket-Protocol: mqtt\r\n\r\n";

    private static SelfSigned serverKeys;
    private static SelfSigned clientKeys;

    private TestServer server = new TestServer();

    @BeforeAll
    static void makeKeys(@TempDir Path folder) throws Exception {
        serverKeys = SelfSigned.make(folder, "server");
        clientKeys = SelfSigned.make(folder, "client");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private InetSocketAddress listen(ClientAuth clients) throws Exception {
        SslContext tls = SslContextBuilder.forServer(serverKeys.keyManager())
                .trustManager(clientKeys.certificate())
                .clientAuth(clients)
                .build();
        return server.adapter.listen(
                MqttEndpoint.tcp("127.0.0.1", 0).withTls(() -> tls).withWebSocket(MqttEndpoint.WebSockets.SAME_HOST));
    }

    private static void publish(String url, @Nullable SelfSigned keys) throws Exception {
        try (MqttClient paho = new MqttClient(url, "paho", new MemoryPersistence())) {
            MqttConnectOptions options = new MqttConnectOptions();
            options.setSocketFactory(SelfSigned.context(serverKeys, keys).getSocketFactory());
            options.setConnectionTimeout(10);
            paho.connect(options);
            paho.publish("t", new byte[] {1}, 1, false);
            paho.disconnect();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssl", "wss"})
    @DisplayName("N-4: Paho publishes by TLS, over TCP and over WebSocket, on one port")
    void pahoPublishesByTls(String scheme) throws Exception {
        InetSocketAddress address = listen(ClientAuth.NONE);
        publish(scheme + "://127.0.0.1:" + address.getPort() + (scheme.equals("wss") ? "/mqtt" : ""), null);
        assertThat(server.bus.taken).hasSize(1);
    }

    @Test
    @DisplayName("N-4: where certificates are required, nobody comes in without a good one")
    void certificatesOfClientsAreRequired() throws Exception {
        String url = "ssl://127.0.0.1:" + listen(ClientAuth.REQUIRE).getPort();
        publish(url, clientKeys);
        assertThat(server.bus.taken).hasSize(1);
        assertThatThrownBy(() -> publish(url, null)).isInstanceOf(MqttException.class);
        assertThatThrownBy(() -> publish(url, serverKeys)).isInstanceOf(MqttException.class);
        assertThat(server.bus.taken).hasSize(1);
        TestServer.eventually(
                "their faults are counted",
                () -> server.count("waxwing.connections.transport.faults", "protocol", "mqtt") >= 2);
    }

    @Test
    @DisplayName("A client that shows a certificate and says nothing else is whom the certificate names")
    void aCertificateSaysWhoItIs() throws Exception {
        server.close();
        ScriptedDoor door = new ScriptedDoor().user("client", "allow publish t");
        server = new TestServer(door);
        String url = "ssl://127.0.0.1:" + listen(ClientAuth.OPTIONAL).getPort();
        publish(url, clientKeys);
        assertThat(server.bus.taken).hasSize(1);
        Credentials.Certificate shown =
                (Credentials.Certificate) door.asked.get(0).credentials();
        assertThat(shown.names()).containsExactly("client");
        assertThat(shown.notAfterMs()).isGreaterThan(System.currentTimeMillis());
        assertThatThrownBy(() -> publish(url, null)).isInstanceOf(MqttException.class);
        assertThat(door.asked.get(1).credentials()).isEqualTo(Credentials.NONE);
    }

    @Test
    @DisplayName("N-4: what is no TLS is ended, and counted")
    void plainMqttIsEnded() throws Exception {
        InetSocketAddress address = listen(ClientAuth.NONE);
        try (ScriptedPeer peer = new ScriptedPeer(address, MqttVersion.V3_1_1)) {
            peer.send("CONNECT clean client=a");
            assertThat(peer.receiveRaw()).doesNotContain("20020000");
        }
        TestServer.eventually(
                "the fault is counted",
                () -> server.count("waxwing.connections.transport.faults", "protocol", "mqtt") == 1);
    }

    @Test
    @DisplayName("A whole CONNECT has to be there in time, counted from the accept, wherever a client stops on its way")
    void whoeverStopsOnTheWayIsEnded() throws Exception {
        server.close();
        server = new TestServer(
                settings -> settings.withSession(settings.session().withEntry(1, 10)));
        InetSocketAddress tls = listen(ClientAuth.NONE);
        InetSocketAddress plain = server.adapter.listen(
                MqttEndpoint.tcp("127.0.0.1", 0).withWebSocket(MqttEndpoint.WebSockets.SAME_HOST));
        long start = System.nanoTime();
        List<Socket> slow = new ArrayList<>();
        for (String said : List.of("", "\u0016\u0003\u0001")) {
            slow.add(saying(new Socket(tls.getAddress(), tls.getPort()), said));
        }
        for (String said : List.of("", "GET /mqtt HTTP/1.1\r\nUpgr", UPGRADE, UPGRADE + "\u0082\u0082", "\u0010")) {
            slow.add(saying(new Socket(plain.getAddress(), plain.getPort()), said));
            slow.add(saying(
                    SelfSigned.context(serverKeys, null)
                            .getSocketFactory()
                            .createSocket(tls.getAddress(), tls.getPort()),
                    said.isEmpty() ? "\u0010" : said));
        }
        for (Socket socket : slow) {
            toItsEnd(socket);
        }
        assertThat(System.nanoTime() - start).isBetween(900_000_000L, 6_000_000_000L);
        TestServer.eventually("none is left", () -> server.adapter.connections() == 0);
    }

    private static Socket saying(Socket socket, String bytes) throws IOException {
        socket.setSoTimeout(5_000);
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    private static void toItsEnd(Socket socket) throws IOException {
        try (socket) {
            socket.getInputStream().readAllBytes();
        } catch (SocketTimeoutException stillOpen) {
            throw new AssertionError("not ended", stillOpen);
        } catch (IOException cut) {
            assertThat(cut).hasMessageNotContaining("timed out");
        }
    }

    @Test
    @DisplayName("X-1: the end of a connection is said in TLS before it is said in TCP")
    void theEndIsSaidInTls() throws Exception {
        InetSocketAddress address = listen(ClientAuth.NONE);
        try (Socket socket = SelfSigned.context(serverKeys, null)
                .getSocketFactory()
                .createSocket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(new byte[] {(byte) 0xc0, 0}); // PINGREQ is no beginning
            // Throws if TCP ends without TLS' close_notify.
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        }
    }
}
