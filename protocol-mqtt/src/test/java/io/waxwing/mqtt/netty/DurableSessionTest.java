package io.waxwing.mqtt.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.mqtt.packet.MqttVersion;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Sessions that outlive their connections and their process, through real sockets. */
class DurableSessionTest {
    private static final String CONNECT = "CONNECT v5 client=a SESSION_EXPIRY_INTERVAL=100";

    private TestServer server = new TestServer();

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private void publish(String... packets) throws Exception {
        try (ScriptedPeer publisher = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=p")) {
            publisher.send(packets);
            for (String packet : packets) {
                if (packet.contains(" q1")) {
                    assertThat(publisher.receive()).startsWith("PUBACK");
                }
            }
        }
    }

    private void restart() {
        server.stop();
        server = new TestServer(UnaryOperator.identity(), server.bus);
    }

    @Test
    @DisplayName("S-1, S-7: what comes while the client is away waits for it, QoS 0 does not")
    void eventsWaitForAClientThatIsAway() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.connected(server.address, CONNECT)) {
            peer.send("SUBSCRIBE id=1 filter=t:q1 SUBSCRIPTION_IDENTIFIER=9");
            assertThat(peer.receive()).startsWith("SUBACK");
        }
        TestServer.eventually("the session is parked", () -> parked() == 1);
        publish("PUBLISH q0 topic=t payload=lost", "PUBLISH q1 id=1 topic=t payload=one");
        restart();
        assertThat(parked()).isEqualTo(1);
        publish("PUBLISH q1 id=1 topic=t payload=two");
        try (ScriptedPeer peer = new ScriptedPeer(server.address, MqttVersion.V5)) {
            peer.send(CONNECT);
            assertThat(peer.receive()).startsWith("CONNACK present SUCCESS");
            assertThat(peer.receive()).isEqualTo("PUBLISH q1 id=1 topic=t payload=one SUBSCRIPTION_IDENTIFIER=9");
            assertThat(peer.receive()).isEqualTo("PUBLISH q1 id=2 topic=t payload=two SUBSCRIPTION_IDENTIFIER=9");
            publish("PUBLISH q0 topic=t payload=live");
            assertThat(peer.receive()).isEqualTo("PUBLISH q0 topic=t payload=live SUBSCRIPTION_IDENTIFIER=9");
        }
        try (ScriptedPeer peer = new ScriptedPeer(server.address, MqttVersion.V5)) {
            peer.send(CONNECT);
            assertThat(peer.receive()).startsWith("CONNACK present SUCCESS");
            assertThat(peer.receive()).startsWith("PUBLISH q1 id=1 dup topic=t payload=one");
            assertThat(peer.receive()).startsWith("PUBLISH q1 id=2 dup topic=t payload=two");
        }
    }

    @Test
    @DisplayName("P-4: a QoS 2 identifier survives the process; its repeat is answered and makes no second event")
    void aRepeatedQos2PublishMakesNoSecondEvent() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.connected(server.address, CONNECT)) {
            peer.send("PUBLISH q2 id=7 topic=t payload=once");
            assertThat(peer.receive()).isEqualTo("PUBREC id=7");
        }
        restart();
        try (ScriptedPeer peer = new ScriptedPeer(server.address, MqttVersion.V5)) {
            peer.send(CONNECT, "PUBLISH q2 id=7 dup topic=t payload=once");
            assertThat(peer.receive()).startsWith("CONNACK present");
            assertThat(peer.receive()).startsWith("PUBREC id=7");
            peer.send("PUBREL id=7");
            assertThat(peer.receive()).isEqualTo("PUBCOMP id=7");
            peer.send("PUBLISH q2 id=7 topic=t payload=again");
            assertThat(peer.receive()).isEqualTo("PUBREC id=7");
        }
        assertThat(server.bus.taken).hasSize(2);
    }

    @Test
    @DisplayName("T-4: taken over before the bus has answered; the repeat is no second event")
    void takeoverBeforeTheAcknowledgement() throws Exception {
        server.bus.withholdAcks();
        try (ScriptedPeer first = ScriptedPeer.connected(server.address, CONNECT);
                ScriptedPeer second = new ScriptedPeer(server.address, MqttVersion.V5)) {
            first.send("PUBLISH q2 id=7 topic=t payload=once");
            TestServer.eventually("taken", () -> server.bus.taken.size() == 1);
            second.send(CONNECT, "PUBLISH q2 id=7 dup topic=t payload=once");
            assertThat(first.receive()).startsWith("DISCONNECT SESSION_TAKEN_OVER");
            assertThat(second.receive()).startsWith("CONNACK present");
            assertThat(second.receive()).isEqualTo("PUBREC id=7 user:dup=1");
            server.bus.releaseAcks();
        }
        assertThat(server.bus.taken).hasSize(1);
    }

    @Test
    @DisplayName("W-3, W-6: a will with a delay is published when it is due, by the next process if need be")
    void aWillWithADelayOutlivesTheProcess() throws Exception {
        String will = " will=w will-payload=bye will-properties=WILL_DELAY_INTERVAL=1";
        try (ScriptedPeer peer = ScriptedPeer.connected(server.address, CONNECT + will)) {
            peer.send("PINGREQ");
            assertThat(peer.receive()).isEqualTo("PINGRESP");
        }
        TestServer.eventually("the session is parked", () -> parked() == 1);
        restart();
        TestServer.eventually("the will is published", () -> server.bus.taken.size() == 1);
        assertThat(server.bus.taken.get(0).topic()).isEqualTo("w");
    }

    @Test
    @DisplayName("W-1: a will that was published is not published again by the next process")
    void aWillIsPublishedOnce() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.connected(server.address, CONNECT + " will=w will-payload=bye")) {
            peer.send("PINGREQ");
            assertThat(peer.receive()).isEqualTo("PINGRESP");
        }
        TestServer.eventually("the will is published", () -> server.bus.taken.size() == 1);
        restart();
        try (ScriptedPeer peer = new ScriptedPeer(server.address, MqttVersion.V5)) {
            peer.send(CONNECT);
            assertThat(peer.receive()).startsWith("CONNACK present");
        }
        publish("PUBLISH q1 id=1 topic=t payload=last");
        assertThat(server.bus.taken).extracting(draft -> draft.topic()).containsExactly("w", "t");
    }

    @Test
    @DisplayName("W-6: a will that the bus did not take before the process ended is published by the next")
    void aWillThatWasNotTakenIsPublishedByTheNextProcess() throws Exception {
        try (ScriptedPeer peer = ScriptedPeer.connected(server.address, CONNECT + " will=w will-payload=bye")) {
            server.bus.fill();
            peer.send("PINGREQ");
            assertThat(peer.receive()).isEqualTo("PINGRESP");
        }
        TestServer.eventually("the session is parked", () -> parked() == 1);
        server.bus.forgetWaiting();
        restart();
        TestServer.eventually("the will is published", () -> server.bus.taken.size() == 1);
    }

    @Test
    @DisplayName("P-4: an event that found no room is not offered for a connection that is gone; its repeat is")
    void anEventThatFoundNoRoomIsLeftToItsRepeat() throws Exception {
        try (ScriptedPeer first = ScriptedPeer.connected(server.address, CONNECT);
                ScriptedPeer second = new ScriptedPeer(server.address, MqttVersion.V5)) {
            first.send("PINGREQ");
            assertThat(first.receive()).isEqualTo("PINGRESP");
            server.bus.fill();
            first.send("PUBLISH q2 id=7 topic=t payload=once");
            TestServer.eventually("it came", () -> server.count("waxwing.events.received", "protocol", "mqtt") == 1);
            second.send(CONNECT);
            assertThat(second.receive()).startsWith("CONNACK present");
            server.bus.makeRoom();
            publish("PUBLISH q1 id=1 topic=other payload=x");
            assertThat(server.bus.taken).hasSize(1);
            second.send("PUBLISH q2 id=7 dup topic=t payload=once");
            assertThat(second.receive()).isEqualTo("PUBREC id=7");
        }
        assertThat(server.bus.taken).hasSize(2);
    }

    @Test
    @DisplayName("S-4: an expired session is gone, from the store as well")
    void anExpiredSessionIsGone() throws Exception {
        try (ScriptedPeer peer =
                ScriptedPeer.connected(server.address, "CONNECT v5 client=a SESSION_EXPIRY_INTERVAL=1")) {
            assertThat(server.bus.sessions.size()).isEqualTo(1);
            peer.send("DISCONNECT");
            assertThat(peer.receive()).isEqualTo("closed");
        }
        TestServer.eventually("the session has expired", () -> server.bus.sessions.size() == 0 && parked() == 0);
        assertThat(server.count("waxwing.mqtt.sessions.expired", "protocol", "mqtt"))
                .isEqualTo(1);
        try (ScriptedPeer peer = ScriptedPeer.connected(server.address, CONNECT)) {
            assertThat(server.bus.sessions.size()).isEqualTo(1);
            peer.send("DISCONNECT");
            assertThat(peer.receive()).isEqualTo("closed");
        }
    }

    @Test
    @DisplayName("T-2: many sockets race with one identifier; one stays, with the session")
    void oneOfManyStays() throws Exception {
        ScriptedPeer[] peers = new ScriptedPeer[20];
        for (int i = 0; i < peers.length; i++) {
            peers[i] = new ScriptedPeer(server.address, MqttVersion.V5);
            peers[i].send(CONNECT);
        }
        TestServer.eventually("one connection is left", () -> server.adapter.connections() == 1);
        int alive = 0;
        for (ScriptedPeer peer : peers) {
            String last = "";
            String next = peer.receive();
            if (next.startsWith("CONNACK")) {
                peer.sendQuietly("PINGREQ");
                last = peer.receive();
            }
            alive += last.equals("PINGRESP") ? 1 : 0;
            peer.close();
        }
        assertThat(alive).isEqualTo(1);
        assertThat(server.bus.sessions.size()).isEqualTo(1);
    }

    private double parked() {
        return server.metrics.get("waxwing.mqtt.sessions.away").gauge().value();
    }
}
