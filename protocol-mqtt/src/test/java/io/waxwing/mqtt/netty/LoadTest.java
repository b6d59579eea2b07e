package io.waxwing.mqtt.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.mqtt.packet.MqttVersion;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Many, large and slow: bounds that are reached. */
class LoadTest {
    @Test
    @DisplayName("D-8: a subscriber that does not read bounds its queue, loses no QoS 1, and delays nobody")
    void slowSubscriberLosesNothingOfQos1() throws Exception {
        int events = 250;
        try (TestServer server = new TestServer(settings -> settings.withQueue(16, 256 << 10));
                ScriptedPeer slow = ScriptedPeer.connected(server.address, "CONNECT clean client=slow");
                ScriptedPeer quick = ScriptedPeer.connected(server.address, "CONNECT clean client=quick");
                ScriptedPeer publisher = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=p")) {
            slow.send("SUBSCRIBE id=1 filter=t:q1");
            assertThat(slow.receive()).startsWith("SUBACK");
            quick.send("SUBSCRIBE id=1 filter=t:q1");
            assertThat(quick.receive()).startsWith("SUBACK");
            String payload = "x".repeat(20_000);
            for (int i = 0; i < events; i++) {
                publisher.send("PUBLISH q1 id=" + (i + 1) + " topic=t payload=" + i + "-" + payload);
                assertThat(publisher.receive()).isEqualTo("PUBACK id=" + (i + 1));
                expectEvent(quick, i);
            }
            assertThat(server.bus.holds.get(0).refusedOffers.get()).isPositive();
            for (int i = 0; i < events; i++) {
                expectEvent(slow, i);
            }
        }
    }

    @Test
    @DisplayName("D-8: QoS 0 for a subscriber that does not read is dropped and counted, in order with what is sent")
    void slowSubscriberDropsQos0() throws Exception {
        try (TestServer server = new TestServer(settings -> settings.withQueue(16, 256 << 10));
                ScriptedPeer slow = ScriptedPeer.connected(server.address, "CONNECT clean client=slow");
                ScriptedPeer publisher = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=p")) {
            slow.send("SUBSCRIBE id=1 filter=t:q0");
            assertThat(slow.receive()).startsWith("SUBACK");
            String payload = "x".repeat(50_000);
            int sent = 0;
            while (server.count("waxwing.events.dropped", "reason", "queue_full") < 5) {
                publisher.send("PUBLISH q1 id=1 topic=t payload=" + sent++ + "-" + payload);
                assertThat(publisher.receive()).isEqualTo("PUBACK id=1");
                assertThat(sent).isLessThan(5_000);
            }
            int last = -1;
            for (int i = 0; i < 16; i++) {
                int number = number(slow.receive());
                assertThat(number).isGreaterThan(last);
                last = number;
            }
        }
    }

    @Test
    @DisplayName(
            "T-2: of many sockets racing for one identifier exactly one stays; losers see CONNACK first or only an end")
    void takeoverStormLeavesOneConnection() throws Exception {
        int peers = 40;
        try (TestServer server = new TestServer()) {
            List<ScriptedPeer> all = new ArrayList<>();
            for (int i = 0; i < peers; i++) {
                all.add(new ScriptedPeer(server.address, MqttVersion.V5));
            }
            for (ScriptedPeer peer : all) {
                peer.send("CONNECT v5 clean client=same");
            }
            TestServer.eventually("one is left", () -> server.adapter.connections() == 1);
            int alive = 0;
            for (ScriptedPeer peer : all) {
                List<String> heard = hear(peer);
                assertThat(heard.toString())
                        .matches("\\[(CONNACK SUCCESS.*?, )?((DISCONNECT SESSION_TAKEN_OVER.*?, )?closed|PINGRESP)\\]");
                alive += heard.contains("PINGRESP") ? 1 : 0;
                peer.close();
            }
            assertThat(alive).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("Events of the largest size pass in both directions")
    void largestEventPasses() throws Exception {
        try (TestServer server = new TestServer();
                ScriptedPeer peer = ScriptedPeer.connected(server.address, "CONNECT clean client=a")) {
            peer.send("SUBSCRIBE id=1 filter=t:q2");
            assertThat(peer.receive()).startsWith("SUBACK");
            String payload = "y".repeat((1 << 20) - 10);
            peer.send("PUBLISH q0 topic=t payload=" + payload);
            assertThat(peer.receive()).isEqualTo("PUBLISH q0 topic=t payload=" + payload);
        }
    }

    @Test
    @DisplayName("Connections that come, speak, err and go leave no buffer behind")
    void noBufferIsLost() throws Exception {
        String[] endings = {"30 04 0001 74 00 78", "00 00", "30 ff ff ff 7f", "32 10 0001", ""};
        try (TestServer server = new TestServer()) {
            for (int i = 0; i < 60; i++) {
                try (ScriptedPeer peer = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=c" + i % 7)) {
                    peer.send("SUBSCRIBE id=1 filter=t:q1", "PUBLISH q1 id=2 topic=t payload=x");
                    assertThat(peer.receive()).isNotEqualTo("closed");
                    peer.sendHex(endings[i % endings.length]);
                }
            }
            TestServer.eventually("all gone", () -> server.adapter.connections() == 0);
        }
        assertThat(BufferLeaks.found()).isEmpty();
    }

    @Test
    @DisplayName("Law 8: a client that asks and does not read what it is answered is not read from either")
    void clientThatDoesNotReadIsNotReadFrom() throws Exception {
        try (TestServer server = new TestServer();
                SocketChannel flood = SocketChannel.open(server.address)) {
            flood.write(ByteBuffer.wrap(HexFormat.of().parseHex("100d00044d515454040200000001" + "61")));
            flood.configureBlocking(false);
            byte[] pings = HexFormat.of().parseHex("c000".repeat(32 << 10));
            long written = 0;
            for (long stuckSince = System.nanoTime(); System.nanoTime() - stuckSince < 500_000_000L; ) {
                int now = flood.write(ByteBuffer.wrap(pings));
                written += now;
                stuckSince = now > 0 ? System.nanoTime() : stuckSince;
                // Kernel buffers of both directions together are smaller than this.
                assertThat(written).isLessThan(64L << 20);
            }
            try (ScriptedPeer other = ScriptedPeer.connected(server.address, "CONNECT clean client=other")) {
                other.send("PINGREQ");
                assertThat(other.receive()).isEqualTo("PINGRESP");
            }
        }
    }

    @Test
    @DisplayName("D-8: a subscriber that reads loses no QoS 0, even in bursts far larger than its queue")
    void readingSubscriberLosesNothing() throws Exception {
        int events = 2_000;
        try (TestServer server = new TestServer(settings -> settings.withQueue(16, 256 << 10));
                ScriptedPeer subscriber = ScriptedPeer.connected(server.address, "CONNECT clean client=s");
                ScriptedPeer publisher = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=p")) {
            subscriber.send("SUBSCRIBE id=1 filter=t:q0");
            assertThat(subscriber.receive()).startsWith("SUBACK");
            String[] burst = new String[events];
            for (int i = 0; i < events; i++) {
                burst[i] = "PUBLISH q0 topic=t payload=" + i + "-x";
            }
            publisher.send(burst);
            for (int i = 0; i < events; i++) {
                assertThat(number(subscriber.receive())).isEqualTo(i);
            }
            assertThat(server.count("waxwing.events.dropped", "reason", "queue_full"))
                    .isZero();
        }
    }

    private static void expectEvent(ScriptedPeer peer, int number) throws Exception {
        String packet = peer.receive();
        assertThat(number(packet)).isEqualTo(number);
        String id = packet.replaceFirst("^PUBLISH q1 id=(\\d+) .*$", "$1");
        peer.send("PUBACK id=" + id);
    }

    private static int number(String publish) {
        return Integer.parseInt(publish.replaceFirst("^PUBLISH .*payload=(\\d+)-x+$", "$1"));
    }

    /** All that a peer hears until its end, or until it has seen that it is alive. */
    private static List<String> hear(ScriptedPeer peer) throws Exception {
        List<String> heard = new ArrayList<>();
        peer.sendQuietly("PINGREQ");
        while (!heard.contains("closed") && !heard.contains("PINGRESP")) {
            String next = peer.receive();
            heard.add(next.equals("reset") ? "closed" : next);
        }
        return heard;
    }
}
