package io.waxwing.mqtt.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.mqtt.packet.MqttVersion;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A scripted peer against the real listener: bytes, order, endings. */
class RawSocketTest {
    private final TestServer server = new TestServer();

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    @DisplayName("P-7: acknowledgements leave in the order of their PUBLISH packets, however the bus answers")
    void acksLeaveInOrder() throws Exception {
        server.bus.withholdAcks();
        try (ScriptedPeer peer = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=a")) {
            peer.send("PUBLISH q1 id=3 topic=t payload=1", "PUBLISH q2 id=2 topic=t payload=2");
            peer.send("PUBLISH q1 id=1 topic=t payload=3 user:wait=ordered", "PINGREQ");
            assertThat(peer.receive()).isEqualTo("PINGRESP"); // K-4
            TestServer.eventually("three events taken", () -> server.bus.taken.size() == 3);
            server.bus.releaseAcks();
            assertThat(peer.receive()).isEqualTo("PUBACK id=3");
            assertThat(peer.receive()).isEqualTo("PUBREC id=2");
            assertThat(peer.receive()).startsWith("PUBACK id=1 user:wxweventid=");
            peer.send("PUBREL id=2");
            assertThat(peer.receive()).isEqualTo("PUBCOMP id=2");
        }
        assertThat(server.count("waxwing.events.received", "protocol", "mqtt")).isEqualTo(3);
        assertThat(server.count("waxwing.events.received.bytes", "protocol", "mqtt"))
                .isEqualTo(3);
    }

    @Test
    @DisplayName(
            "E-5, E-12: binary data and payloads are bytes: not UTF-8 is no fault, whatever the payload format says")
    void binaryDataIsNotText() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(server.address, MqttVersion.V5)) {
            // Will payload ff00, password fffe; then correlation data ff00, payload format 1, payload c328.
            peer.sendHex("10 1d 0004 4d515454 05 c6 003c 00 0001 61 00 0001 77 0002 ff00 0001 75 0002 fffe");
            peer.sendHex("32 0f 0001 74 0001 07 0101 090002ff00 c328");
            assertThat(peer.receive()).startsWith("CONNACK SUCCESS");
            assertThat(peer.receive()).startsWith("PUBACK id=1");
        }
        TestServer.eventually("event and will", () -> server.bus.taken.size() == 2);
        assertThat(server.bus.taken.get(0).payload().bytes()).containsExactly(0xc3, 0x28);
        assertThat(server.bus.taken.get(1).payload().bytes()).containsExactly(0xff, 0x00);
    }

    @Test
    @DisplayName("C-9: packets in the same segment as CONNECT are processed after CONNACK")
    void packetsBehindConnectWait() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(server.address, MqttVersion.V3_1_1)) {
            peer.send("CONNECT clean client=a", "SUBSCRIBE id=1 filter=t:q1", "PINGREQ");
            assertThat(peer.receive()).isEqualTo("CONNACK SUCCESS");
            assertThat(peer.receive()).isEqualTo("PINGRESP");
            assertThat(peer.receive()).isEqualTo("SUBACK id=1 [GRANTED_QOS_1]");
        }
    }

    @Test
    @DisplayName(
            "E-10: a malformed packet ends its connection with the reason, and no other; nothing after it has effect")
    void oneBadPacketCostsOneConnection() throws Exception {
        try (ScriptedPeer good = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=good");
                ScriptedPeer bad = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=bad will=w")) {
            // A PINGREQ with a body that is itself a PUBLISH, then a good PUBLISH (section 6, request smuggling).
            bad.sendHex("c0 06 30 04 0001 74 00" + "30 04 0001 74 00");
            assertThat(bad.receive()).isEqualTo("DISCONNECT MALFORMED_PACKET REASON_STRING=remaining length");
            assertThat(bad.receive()).isEqualTo("closed");
            good.send("PINGREQ");
            assertThat(good.receive()).isEqualTo("PINGRESP");
            TestServer.eventually("the will is published", () -> server.bus.taken.size() == 1);
            assertThat(server.bus.taken.get(0).topic()).isEqualTo("w");
        }
        assertThat(server.count("waxwing.connections.closed", "reason", "malformed"))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("X-1: after DISCONNECT nothing of the same segment has effect")
    void nothingAfterDisconnectHasEffect() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=a will=w")) {
            peer.send("PUBLISH q0 topic=before", "DISCONNECT", "PUBLISH q0 topic=after", "PINGREQ");
            assertThat(peer.receive()).isEqualTo("closed");
        }
        TestServer.eventually("gone", () -> server.adapter.connections() == 0);
        TestServer.eventually("one event", () -> server.bus.taken.size() == 1);
        assertThat(server.bus.taken.get(0).topic()).isEqualTo("before");
        assertThat(server.count("waxwing.connections.closed", "reason", "client_disconnect"))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("K-1, W-2: keep alive on the wall clock, never early, at most a second late")
    void silentClientIsDisconnected() throws Exception {
        try (ScriptedPeer peer =
                ScriptedPeer.connected(server.address, "CONNECT v5 clean client=a keepalive=1 will=w")) {
            long start = System.nanoTime();
            assertThat(peer.receive()).startsWith("DISCONNECT KEEP_ALIVE_TIMEOUT");
            assertThat(System.nanoTime() - start).isBetween(1_400_000_000L, 2_500_000_000L);
            TestServer.eventually("the will", () -> server.bus.taken.size() == 1);
        }
    }

    @Test
    @DisplayName("C-1: a first packet that is not CONNECT is answered by nothing")
    void firstPacketMustBeConnect() throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(server.address, MqttVersion.V5)) {
            peer.send("PINGREQ");
            assertThat(peer.receive()).isEqualTo("closed");
        }
    }

    @Test
    @DisplayName("C-2: an unknown protocol level and MQIsdp get CONNACK 20 02 00 01")
    void unknownLevelsAreAnsweredInTheOldForm() throws Exception {
        String[] connects = {"10 0d 0004 4d515454 06 02 003c 0001 61", "10 0f 0006 4d5149736470 03 02 003c 0001 61"};
        for (String connect : connects) {
            try (ScriptedPeer peer = new ScriptedPeer(server.address, MqttVersion.V3_1_1)) {
                peer.sendHex(connect);
                assertThat(peer.receive()).isEqualTo("CONNACK UNSUPPORTED_PROTOCOL_VERSION");
                assertThat(peer.receive()).isEqualTo("closed");
            }
        }
    }

    @Test
    @DisplayName("P-11: a packet above the announced size ends the connection with 0x95 before its body is sent")
    void oversizePacketIsRefusedByItsHeader() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=a")) {
            peer.sendHex("30 ff ff ff 7f");
            assertThat(peer.receive()).startsWith("DISCONNECT PACKET_TOO_LARGE");
            assertThat(peer.receive()).isEqualTo("closed");
        }
    }

    @Test
    @DisplayName(
            "Section 6: the peer that goes on sending after its fault still reads the reason, and is cut at 64 KiB")
    void peerThatKeepsSendingReadsTheReason() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=a")) {
            peer.sendHex("00 00");
            peer.sendBytes(new byte[8 << 10]);
            assertThat(peer.receive()).startsWith("DISCONNECT MALFORMED_PACKET");
            assertThat(peer.receive()).isEqualTo("closed");
        }
        TestServer.eventually("closed", () -> server.adapter.connections() == 0);
    }

    @Test
    @DisplayName("T-1: a new connection with the id ends the old one, which is told so first")
    void takeoverEndsTheOldConnection() throws Exception {
        try (ScriptedPeer old = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=a will=w");
                ScriptedPeer other = ScriptedPeer.connected(server.address, "CONNECT clean client=a")) {
            assertThat(old.receive()).startsWith("DISCONNECT SESSION_TAKEN_OVER");
            assertThat(old.receive()).isEqualTo("closed");
            // T-4: the old connection's close does not remove the newcomer; a third takes over from the second.
            try (ScriptedPeer third = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=a")) {
                assertThat(other.receive()).isEqualTo("closed");
                third.send("PINGREQ");
                assertThat(third.receive()).isEqualTo("PINGRESP");
            }
            TestServer.eventually("the will", () -> server.bus.taken.size() == 1);
        }
        assertThat(server.count("waxwing.connections.closed", "reason", "taken_over"))
                .isEqualTo(2);
    }

    @Test
    @DisplayName("P-15: a full bus stops reading, loses nothing, and goes on when there is room")
    void fullBusPausesReading() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=a")) {
            server.bus.fill();
            peer.send("PUBLISH q1 id=1 topic=t payload=1", "PUBLISH q1 id=2 topic=t payload=2", "PINGREQ");
            server.bus.makeRoom();
            assertThat(new String[] {peer.receive(), peer.receive(), peer.receive()})
                    .containsExactlyInAnyOrder("PUBACK id=1", "PUBACK id=2", "PINGRESP");
            assertThat(server.bus.taken).hasSize(2);
        }
    }

    @Test
    @DisplayName("X-3: an event the bus had no room for is still taken when its connection has ended, before the will")
    void heldEventSurvivesItsConnection() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=a will=w")) {
            server.bus.fill();
            peer.send("PUBLISH q1 id=1 topic=t payload=1");
            TestServer.eventually("received", () -> server.count("waxwing.events.received", "protocol", "mqtt") == 1);
            try (ScriptedPeer other = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=a")) {
                assertThat(peer.receive()).startsWith("DISCONNECT SESSION_TAKEN_OVER");
                server.bus.makeRoom();
                TestServer.eventually("both taken", () -> server.bus.taken.size() == 2);
                assertThat(server.bus.taken.get(0).topic()).isEqualTo("t");
                assertThat(server.bus.taken.get(1).topic()).isEqualTo("w");
                other.send("PINGREQ");
                assertThat(other.receive()).isEqualTo("PINGRESP");
            }
        }
        TestServer.eventually("late ack counted", () -> server.count("waxwing.acks.late", "protocol", "mqtt") == 1);
    }

    @Test
    @DisplayName("P-14, P-15: MQTT 5 is told why an event was not taken; 3.1.1 is disconnected")
    void refusalsReachThePublisher() throws Exception {
        server.bus.refuseWith(new Refusal(FailureCode.STORAGE, "disk is full"));
        try (ScriptedPeer peer = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=a");
                ScriptedPeer old = ScriptedPeer.connected(server.address, "CONNECT clean client=b")) {
            peer.send("PUBLISH q1 id=1 topic=t payload=1");
            assertThat(peer.receive())
                    .isEqualTo("PUBACK id=1 IMPLEMENTATION_SPECIFIC_ERROR"
                            + " REASON_STRING=WXW-2101 storage failed: disk is full");
            old.send("PUBLISH q1 id=1 topic=t payload=1");
            assertThat(old.receive()).isEqualTo("closed");
        }
        assertThat(server.count("waxwing.events.rejected", "reason", "storage")).isEqualTo(2);
    }

    @Test
    @DisplayName("X-4: stopping tells MQTT 5 clients why, publishes wills, and leaves no connection")
    void stopIsGraceful() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=a will=w");
                ScriptedPeer old = ScriptedPeer.connected(server.address, "CONNECT clean client=b")) {
            server.adapter.stop(5_000);
            assertThat(peer.receive()).startsWith("DISCONNECT SERVER_SHUTTING_DOWN");
            assertThat(peer.receive()).isEqualTo("closed");
            assertThat(old.receive()).isEqualTo("closed");
            assertThat(server.adapter.connections()).isZero();
            TestServer.eventually("the will", () -> server.bus.taken.size() == 1);
        }
    }
}
