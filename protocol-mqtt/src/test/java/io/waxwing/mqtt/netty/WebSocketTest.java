package io.waxwing.mqtt.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.PacketText;
import io.waxwing.mqtt.wire.PacketWriter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.eclipse.paho.mqttv5.client.MqttClient;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MQTT over WebSocket on the port that TCP clients use (mqtt.md N-1 to N-3). */
class WebSocketTest {
    private static final long SECONDS = 10;

    private final TestServer server = new TestServer();
    private final InetSocketAddress address = server.adapter.listen(MqttEndpoint.tcp("127.0.0.1", 0)
            .withWebSocket(MqttEndpoint.WebSockets.of(List.of("https://console.example"), false)));

    @AfterEach
    void stop() {
        server.close();
    }

    private String url(String scheme) {
        return scheme + "://127.0.0.1:" + address.getPort();
    }

    @ParameterizedTest
    @CsvSource({"ws, 0", "ws, 1", "ws, 2", "tcp, 1"})
    @DisplayName("N-1 [MQTT5-6.0.0-1]: Paho comes in by WebSocket and by TCP on one port")
    void pahoComesInByBoth(String scheme, int qos) throws Exception {
        String url = scheme.equals("ws") ? url("ws") + "/mqtt" : url("tcp");
        BlockingQueue<String> got = new LinkedBlockingQueue<>();
        MqttClient client = new MqttClient(url, "paho", new MemoryPersistence());
        try {
            client.connect();
            client.subscribe(
                    new MqttSubscription[] {new MqttSubscription("t/#", qos)},
                    new org.eclipse.paho.mqttv5.client.IMqttMessageListener[] {
                        (topic, message) -> got.add(new String(message.getPayload(), StandardCharsets.UTF_8))
                    });
            for (int i = 0; i < 20; i++) {
                client.publish("t/a", new MqttMessage(("e" + i).getBytes(StandardCharsets.UTF_8), qos, false, null));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(got.poll(SECONDS, TimeUnit.SECONDS)).isEqualTo("e" + i);
            }
            client.disconnect();
        } finally {
            client.close();
        }
    }

    @Test
    @DisplayName("N-2 [MQTT5-6.0.0-2]: packets may be split over frames and joined in them, with pings between")
    void framesAreAStreamOfBytes() throws Exception {
        Browser browser = new Browser();
        WebSocket socket = browser.connect(url("ws") + "/mqtt?from=anywhere");
        byte[] both = bytes("CONNECT v5 clean client=a", "PUBLISH q1 id=7 topic=t payload=x");
        for (int i = 0; i < both.length; i++) {
            socket.sendBinary(ByteBuffer.wrap(both, i, 1), i % 3 == 2).get(SECONDS, TimeUnit.SECONDS);
            if (i == both.length / 2) {
                socket.sendPing(ByteBuffer.wrap(new byte[] {1})).get(SECONDS, TimeUnit.SECONDS);
            }
        }
        socket.sendBinary(ByteBuffer.allocate(0), true).get(SECONDS, TimeUnit.SECONDS);
        assertThat(browser.next()).startsWith("20"); // CONNACK
        assertThat(browser.next()).startsWith("40"); // PUBACK
        assertThat(server.bus.taken).hasSize(1);
    }

    @Test
    @DisplayName("N-2: a large frame is gathered only for a client whose CONNECT was accepted")
    void aLargeFrameIsGatheredOnlyForAClient() throws Exception {
        Browser stranger = new Browser();
        WebSocket socket = stranger.connect(url("ws") + "/mqtt");
        socket.sendBinary(ByteBuffer.allocate(900_000), false);
        assertThat(stranger.next()).startsWith("closed");
        Browser client = new Browser();
        WebSocket known = client.connect(url("ws") + "/mqtt");
        known.sendBinary(ByteBuffer.wrap(bytes("CONNECT v5 clean client=a")), true)
                .get(SECONDS, TimeUnit.SECONDS);
        assertThat(client.next()).startsWith("20");
        byte[] large = bytes("PUBLISH q1 id=7 topic=t payload=" + "x".repeat(300_000));
        known.sendBinary(ByteBuffer.wrap(large), true).get(SECONDS, TimeUnit.SECONDS);
        assertThat(client.next()).startsWith("40");
    }

    @Test
    @DisplayName("N-2 [MQTT5-6.0.0-1]: a text frame ends the connection with 1003")
    void aTextFrameEndsTheConnection() throws Exception {
        Browser browser = new Browser();
        browser.connect(url("ws") + "/mqtt").sendText("CONNECT", true).get(SECONDS, TimeUnit.SECONDS);
        assertThat(browser.next()).isEqualTo("closed 1003");
    }

    @Test
    @DisplayName("X-1: whoever is told why the connection ends gets WebSocket's close frame after it")
    void theLastPacketIsFollowedByTheCloseFrame() throws Exception {
        Browser browser = new Browser();
        WebSocket socket = browser.connect(url("ws") + "/mqtt");
        socket.sendBinary(ByteBuffer.wrap(bytes("CONNECT v5 clean client=a")), true)
                .get(SECONDS, TimeUnit.SECONDS);
        assertThat(browser.next()).startsWith("20");
        socket.sendBinary(ByteBuffer.wrap(new byte[] {(byte) 0xc0, 1, 0}), true).get(SECONDS, TimeUnit.SECONDS);
        assertThat(browser.next()).startsWith("e0").contains("81"); // DISCONNECT, malformed packet
        assertThat(browser.next()).isEqualTo("closed 1000");
    }

    @ParameterizedTest
    @CsvSource({
        "/mqtt, mqtt, , 101",
        "/weevent-broker/mqtt, mqtt, , 101",
        "/mqtt, 'v10.stomp, mqtt', , 101",
        "/mqtt, , , 400",
        "/mqtt, mqttv3.1, , 400",
        "/other, mqtt, , 404",
        "/mqtt, mqtt, http://127.0.0.1:3000, 101",
        "/mqtt, mqtt, https://console.example, 101",
        "/mqtt, mqtt, https://evil.example, 403",
        "/mqtt, mqtt, null, 403",
    })
    @DisplayName("N-1, N-3 [MQTT5-6.0.0-3, MQTT5-6.0.0-4]: who is let in")
    void whoIsLetIn(String path, String subprotocol, String origin, int status) throws Exception {
        String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + address.getPort()
                + "\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                + (subprotocol == null ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n")
                + (origin == null ? "" : "Origin: " + origin + "\r\n") + "\r\n";
        String answer = ask(request, status == 101);
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        if (status == 101) {
            assertThat(answer.toLowerCase(java.util.Locale.ROOT)).contains("sec-websocket-protocol: mqtt\r\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"'GET /mqtt HTTP/1.1\r\nHost: a\r\n\r\n', 426", "'GET /mqtt HTTP/1.1\r\nno header\r\n\r\n', 400"})
    @DisplayName("N-1: HTTP that is no upgrade is told what is here, and ended")
    void otherHttpIsToldWhatIsHere(String request, int status) throws Exception {
        assertThat(ask(request, false)).startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    @DisplayName("W2: an unmasked frame is a fault of the transport: counted, ended, no session hears of it")
    void anUnmaskedFrameEndsTheConnection() throws Exception {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(SECONDS));
            socket.getOutputStream()
                    .write(("GET /mqtt HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                    + "Sec-WebSocket-Protocol: mqtt\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(head(socket)).startsWith("HTTP/1.1 101 ");
            socket.getOutputStream().write(new byte[] {(byte) 0x82, 1, 0x10});
            byte[] rest = socket.getInputStream().readAllBytes();
            assertThat(rest).startsWith(0x88, rest[1], 0x03, 0xea); // close frame, 1002
        }
        TestServer.eventually(
                "the fault is counted",
                () -> server.count("waxwing.connections.transport.faults", "protocol", "mqtt") == 1);
    }

    private String ask(String request, boolean headOnly) throws IOException {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(SECONDS));
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return headOnly
                    ? head(socket)
                    : new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static String head(Socket socket) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                return head.toString();
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static byte[] bytes(String... packets) {
        ByteBuf out = Unpooled.buffer();
        for (String packet : packets) {
            PacketWriter.write(PacketText.parse(packet), MqttVersion.V5, out);
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }

    /** The JDK's WebSocket client; what it gets as hex, frame by frame. */
    private static final class Browser implements WebSocket.Listener {
        private final BlockingQueue<String> got = new LinkedBlockingQueue<>();

        WebSocket connect(String url) throws Exception {
            return HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .subprotocols("mqtt")
                    .buildAsync(URI.create(url), this)
                    .get(SECONDS, TimeUnit.SECONDS);
        }

        String next() throws InterruptedException {
            return String.valueOf(got.poll(SECONDS, TimeUnit.SECONDS));
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            got.add(java.util.HexFormat.of().formatHex(bytes));
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            got.add("closed " + status);
            return null;
        }
    }
}
