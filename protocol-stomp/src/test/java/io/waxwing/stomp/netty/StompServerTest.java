package io.waxwing.stomp.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.testkit.peer.NaiveParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** STOMP on real sockets. */
class StompServerTest {
    private static final List<String> LOST = new CopyOnWriteArrayList<>();

    private final TestServer server = new TestServer();

    @BeforeAll
    static void watchBuffers() {
        ByteBufUtil.setLeakListener((type, records) -> LOST.add(type + records));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** A lost buffer is noticed when it is collected and another one is made. */
    @AfterAll
    static void noBufferIsLost() {
        for (int i = 0; i < 3; i++) {
            System.gc();
            for (int n = 0; n < 16; n++) {
                ByteBuf buffer = PooledByteBufAllocator.DEFAULT.buffer(64);
                buffer.release();
            }
        }
        assertThat(LOST).isEmpty();
    }

    private SocketClient client() throws IOException {
        return new SocketClient(server.address);
    }

    @Test
    @DisplayName("F8: frames that come in one piece, and byte by byte, are carried out in order")
    void anySegmentation() throws IOException {
        String all = "CONNECT\naccept-version:1.2\n\n^SUBSCRIBE\nid:1\ndestination:a\nreceipt:s\n\n^"
                + "SEND\ndestination:a\nreceipt:1\n\nx^\n\nSEND\ndestination:a\nreceipt:2\n\ny^";
        try (SocketClient whole = client();
                SocketClient bytes = client()) {
            whole.send(all);
            // On a topic of its own: it would be given what the other one sends just then.
            String other = all.replace("destination:a", "destination:b");
            for (int i = 0; i < other.length(); i++) {
                bytes.send(other.substring(i, i + 1));
            }
            for (SocketClient each : new SocketClient[] {whole, bytes}) {
                each.frame("CONNECTED");
                each.frame("RECEIPT");
                NaiveParser.Plain next = each.frame("MESSAGE");
                assertThat(next.body()).isEqualTo("x");
            }
        }
    }

    @Test
    @DisplayName("R2: a client that goes on sending still reads the ERROR, and then the end")
    void errorsAreRead() throws IOException {
        try (SocketClient client = client().connect()) {
            client.send("NONSENSE\n\n^" + "x".repeat(20_000));
            client.send("SEND\ndestination:a\n\nx^".repeat(100));
            assertThat(client.frame("ERROR").headers()).containsEntry("code", "WXW-1301");
            assertThat(client.read()).isEqualTo(-1);
        }
        assertThat(server.bus.taken).isEmpty();
        TestServer.eventually(
                "it is counted",
                () -> server.count("waxwing.connections.closed", "reason", "malformed", "protocol", "stomp") == 1);
    }

    @Test
    @DisplayName("R2, R3: a connection that ends with its first bytes is told all the same")
    void endsAtOnce() throws IOException {
        try (SocketClient client = client()) {
            client.send("SEND\ndestination:a\n\nx^");
            assertThat(client.frame("ERROR").headers()).containsEntry("code", "WXW-1301");
            assertThat(client.read()).isEqualTo(-1);
        }
        try (SocketClient client = client()) {
            client.send("CONNECT\naccept-version:1.2\n\n^DISCONNECT\nreceipt:bye\n\n^");
            client.frame("CONNECTED");
            client.frame("RECEIPT");
            assertThat(client.read()).isEqualTo(-1);
        }
    }

    @Test
    @DisplayName("R2: an event that is refused ends the connection with the bus' reason")
    void refused() throws IOException {
        try (SocketClient client = client().connect()) {
            client.send("SEND\ndestination:refused/a\nreceipt:r\n\nx^");
            assertThat(client.frame("ERROR").headers())
                    .containsEntry("code", "WXW-1101")
                    .containsEntry("receipt-id", "r");
        }
        try (SocketClient client = client().connect()) {
            client.send("SUBSCRIBE\nid:1\ndestination:a\nx-stream-offset:event-id=ba8f2af3-1-1\n\n^");
            assertThat(client.frame("ERROR").headers()).containsEntry("code", "WXW-1203");
        }
        assertThat(server.count("waxwing.events.rejected", "reason", "event_too_large", "protocol", "stomp"))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("R4: while the bus is full nothing more is read; then everything comes, once and in order")
    void fullBus() throws IOException {
        try (SocketClient client = client().connect()) {
            server.bus.fill();
            StringBuilder frames = new StringBuilder();
            for (int i = 0; i < 1_000; i++) {
                frames.append("SEND\ndestination:a\n\n").append(i).append("^");
            }
            client.send(frames + "BEGIN\ntransaction:t\n\n^SEND\ntransaction:t\ndestination:a\n\nlast^"
                    + "COMMIT\ntransaction:t\nreceipt:end\n\n^");
            server.bus.makeRoom();
            client.frame("RECEIPT");
            assertThat(server.bus.taken).hasSize(1_001);
            for (int i = 0; i < 1_000; i++) {
                assertThat(new String(server.bus.taken.get(i).payload().bytes(), StandardCharsets.UTF_8))
                        .isEqualTo(Integer.toString(i));
            }
        }
    }

    @Test
    @DisplayName("R4: a subscriber that does not read costs the bus a place and no memory, and misses nothing")
    void slowSubscriber() throws IOException {
        String body = "x".repeat(20_000);
        try (SocketClient slow = client().connect();
                SocketClient publisher = client().connect()) {
            slow.send("SUBSCRIBE\nid:1\ndestination:a\nreceipt:s\n\n^");
            slow.frame("RECEIPT");
            for (int i = 0; i < 1_000; i++) {
                publisher.send("SEND\ndestination:a\nnumber:" + i + (i % 100 == 99 ? "\nreceipt:r" : "") + "\n\n" + body
                        + "^");
                if (i % 100 == 99) {
                    publisher.frame("RECEIPT");
                }
            }
            assertThat(server.bus.refusedOffers.get()).isPositive();
            for (int i = 0; i < 1_000; i++) {
                assertThat(slow.frame("MESSAGE").headers()).containsEntry("number", Integer.toString(i));
            }
        }
        assertThat(server.count("waxwing.events.delivered", "protocol", "stomp"))
                .isEqualTo(1_000);
    }

    @Test
    @DisplayName(
            "1.4: with prefetch-count 2 the third event comes after an ACK; a later subscription has its own window")
    void prefetch() throws IOException {
        try (SocketClient client = client().connect()) {
            client.send("SEND\ndestination:a\nreceipt:r\n\nx^".repeat(5));
            for (int i = 0; i < 5; i++) {
                client.frame("RECEIPT");
            }
            client.send("SUBSCRIBE\nid:1\ndestination:a\nack:client\nprefetch-count:2\nx-stream-offset:first\n\n^");
            client.frame("MESSAGE");
            String second = client.frame("MESSAGE").headers().get("ack");
            client.send("SUBSCRIBE\nid:2\ndestination:a\nx-stream-offset:first\n\n^");
            for (int i = 0; i < 5; i++) {
                assertThat(client.frame("MESSAGE").headers()).containsEntry("subscription", "2");
            }
            client.send("ACK\nid:" + second + "\n\n^");
            assertThat(client.frame("MESSAGE").headers()).containsEntry("subscription", "1");
            client.send("UNSUBSCRIBE\nid:1\nreceipt:u\n\n^");
            client.frame("MESSAGE");
            client.frame("RECEIPT");
        }
        TestServer.eventually("nothing is left of it", () -> server.bus.attachments.get() == 0);
    }

    @Test
    @DisplayName("B3: a client that asks for heart-beats gets line ends while nothing else is said")
    void heartBeats() throws IOException {
        try (SocketClient client = client()) {
            client.send("CONNECT\naccept-version:1.2\nheart-beat:0,500\n\n^");
            client.frame("CONNECTED");
            assertThat(client.read()).isEqualTo('\n');
            assertThat(client.read()).isEqualTo('\n');
        }
    }

    @Test
    @DisplayName("R2: a node that stops tells its clients; an address that is taken is refused")
    void stopping() throws IOException {
        assertThatThrownBy(() -> server.server.listen(StompEndpoint.tcp("127.0.0.1", server.address.getPort())))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("WXW-2005");
        try (SocketClient client = client().connect()) {
            Thread stops = new Thread(() -> server.server.stop(5_000));
            stops.start();
            assertThat(client.frame("ERROR").headers()).containsEntry("code", "WXW-2105");
            assertThat(client.read()).isEqualTo(-1);
        }
    }
}
