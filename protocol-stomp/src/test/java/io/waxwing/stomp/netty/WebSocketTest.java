package io.waxwing.stomp.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** STOMP over WebSocket, on the port that TCP clients use. */
class WebSocketTest {
    private static final long SECONDS = 10;
    private static final String CONNECT = "CONNECT\naccept-version:1.2\nhost:h\n\n\0";

    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    /** What the server says, each message with its kind in front. */
    private static final class Page implements WebSocket.Listener {
        private final BlockingQueue<String> got = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();

        WebSocket open(InetSocketAddress address, String first, String... more) throws Exception {
            return HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .subprotocols(first, more)
                    .buildAsync(URI.create("ws://127.0.0.1:" + address.getPort() + "/stomp"), this)
                    .get(SECONDS, TimeUnit.SECONDS);
        }

        String next() throws InterruptedException {
            String next = got.poll(SECONDS, TimeUnit.SECONDS);
            return next == null ? "nothing" : next;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                got.add("text " + text);
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
            got.add("binary " + StandardCharsets.ISO_8859_1.decode(data));
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
            got.add("closed " + status);
            return null;
        }
    }

    private static void send(WebSocket socket, String text) throws Exception {
        socket.sendText(text, true).get(SECONDS, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("W1: the highest of the subprotocols that are offered is chosen; without a known one there is none")
    void subprotocols() throws Exception {
        assertThat(new Page()
                        .open(server.address, "v10.stomp", "v12.stomp", "v11.stomp")
                        .getSubprotocol())
                .isEqualTo("v12.stomp");
        assertThat(new Page().open(server.address, "v11.stomp", "mqtt").getSubprotocol())
                .isEqualTo("v11.stomp");
    }

    @Test
    @DisplayName("W1: frames may be split over messages and joined in them, as text or binary; text comes back as text")
    void messagesAreAStream() throws Exception {
        Page page = new Page();
        WebSocket socket = page.open(server.address, "v12.stomp");
        send(socket, CONNECT.substring(0, 9));
        socket.sendPing(ByteBuffer.wrap(new byte[] {1})).get(SECONDS, TimeUnit.SECONDS);
        socket.sendBinary(ByteBuffer.wrap(CONNECT.substring(9).getBytes(StandardCharsets.UTF_8)), true)
                .get(SECONDS, TimeUnit.SECONDS);
        assertThat(page.next()).startsWith("text CONNECTED\nversion:1.2\n");
        socket.sendText("SEND\ndestination:a\nreceipt:1\n\né", false).get(SECONDS, TimeUnit.SECONDS);
        socket.sendText("x\0BEGIN\ntransaction:t\n\n\0", true).get(SECONDS, TimeUnit.SECONDS);
        assertThat(page.next()).startsWith("text RECEIPT\nreceipt-id:1\n");
        assertThat(server.bus.taken.get(0).payload().size()).isEqualTo(3);
    }

    @Test
    @DisplayName("W1: a body that is no UTF-8 goes out in a binary message")
    void binaryBodies() throws Exception {
        Page page = new Page();
        WebSocket socket = page.open(server.address, "v12.stomp");
        send(socket, CONNECT + "SUBSCRIBE\nid:1\ndestination:a\nreceipt:s\n\n\0");
        assertThat(page.next()).startsWith("text CONNECTED");
        assertThat(page.next()).startsWith("text RECEIPT");
        byte[] frame = "SEND\ndestination:a\n\n?\0".getBytes(StandardCharsets.UTF_8);
        frame[frame.length - 2] = (byte) 0xff;
        socket.sendBinary(ByteBuffer.wrap(frame), true).get(SECONDS, TimeUnit.SECONDS);
        assertThat(page.next()).startsWith("binary MESSAGE").endsWith("\n\u00ff\0");
    }

    @Test
    @DisplayName("R2, W2: after the ERROR comes the close frame")
    void closing() throws Exception {
        Page page = new Page();
        WebSocket socket = page.open(server.address, "v12.stomp");
        send(socket, "SEND\ndestination:a\n\nx\0");
        assertThat(page.next()).startsWith("text ERROR\n").contains("code:WXW-1301");
        assertThat(page.next()).isEqualTo("closed 1000");
    }

    @Test
    @DisplayName("W3: heart-beats are messages of one byte")
    void heartBeats() throws Exception {
        Page page = new Page();
        WebSocket socket = page.open(server.address, "v12.stomp");
        send(socket, "CONNECT\naccept-version:1.2\nheart-beat:0,500\n\n\0");
        assertThat(page.next()).startsWith("text CONNECTED");
        assertThat(page.next()).isEqualTo("text \n");
    }

    @ParameterizedTest
    @CsvSource({
        "/stomp, , 101",
        "/stomp, https://console.example, 101",
        "/stomp, http://127.0.0.1:9, 101",
        "/stomp, https://evil.example, 403",
        "/stomp, null, 403",
        "/elsewhere, , 404"
    })
    @DisplayName("W2: pages of the node's own host and those that are named may connect; another path is not found")
    void origins(String path, String origin, int status) throws Exception {
        try (Socket socket = new Socket(server.address.getAddress(), server.address.getPort())) {
            socket.setSoTimeout(10_000);
            String request =
                    "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                            + (origin == null ? "" : "Origin: " + origin + "\r\n") + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = new byte[12];
            assertThat(socket.getInputStream().readNBytes(answer, 0, 12)).isEqualTo(12);
            assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 " + status);
        }
    }

    @Test
    @DisplayName("W2: a frame without a mask ends the connection, and it is counted")
    void unmasked() throws Exception {
        try (Socket socket = new Socket(server.address.getAddress(), server.address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("GET /stomp HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            socket.getOutputStream().write(new byte[] {(byte) 0x81, 1, 'x'});
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .contains("\u0088"); // The close frame.
        }
        TestServer.eventually("it is counted", () -> server.count("waxwing.connections.transport.faults") == 1);
    }
}
