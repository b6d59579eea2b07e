package io.waxwing.mqtt.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.identity.Credentials;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.testkit.fake.ScriptedDoor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logins, grants and the owners of sessions, through real sockets (mqtt.md section 5, C-4, C-10, P-14, B-10). */
class AccessTest {
    private static final String ALICE = " user=alice password=ecila";
    private static final String BOB = " user=bob password=bob";

    private final ScriptedDoor door = new ScriptedDoor()
            .user("alice", "allow publish home/#", "allow subscribe home/#", "deny subscribe home/secret")
            .user("bob", "allow subscribe home/%c/#");
    private TestServer server = new TestServer(door);

    @AfterEach
    void stop() {
        server.close();
    }

    private ScriptedPeer connected(String connect) throws Exception {
        return ScriptedPeer.connected(server.address, connect);
    }

    /** The server's first words, and its last. */
    private String answered(String connect) throws Exception {
        MqttVersion version = connect.contains(" v5") ? MqttVersion.V5 : MqttVersion.V3_1_1;
        try (ScriptedPeer peer = new ScriptedPeer(server.address, version)) {
            peer.send(connect);
            String answer = peer.receive();
            if (!answer.startsWith("CONNACK SUCCESS")) {
                assertThat(peer.receive()).as("nothing follows").isIn("closed", "reset");
            }
            return answer;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CONNECT v5 clean client=a, CONNACK NOT_AUTHORIZED",
        "CONNECT v5 clean client=a user=alice, CONNACK NOT_AUTHORIZED",
        "CONNECT v5 clean client=a user=alice password=alice, CONNACK BAD_USER_NAME_OR_PASSWORD",
        "CONNECT v5 clean client=a user=carol password=lorac, CONNACK BAD_USER_NAME_OR_PASSWORD",
        "CONNECT v5 clean client=a password=token-carol, CONNACK BAD_USER_NAME_OR_PASSWORD",
        "CONNECT v3 clean client=a, CONNACK NOT_AUTHORIZED",
        "CONNECT v3 clean client=a user=alice password=x, CONNACK BAD_USER_NAME_OR_PASSWORD"
    })
    @DisplayName("C-10: without good credentials there is no connection")
    void badCredentialsAreRefused(String connect, String answer) throws Exception {
        assertThat(answered(connect)).isEqualTo(answer);
    }

    @ParameterizedTest
    @CsvSource({
        "LOGIN_LIMIT, v5, QUOTA_EXCEEDED",
        "LOGIN_BUSY, v5, SERVER_BUSY",
        "LOGIN_LIMIT, v3, SERVER_UNAVAILABLE",
        "LOGIN_BUSY, v3, SERVER_UNAVAILABLE"
    })
    @DisplayName("C-10: too many failed logins, or too many at once, have words of their own")
    void limitsAreTold(FailureCode code, String version, String answer) throws Exception {
        door.refuseAll = code;
        assertThat(answered("CONNECT " + version + " clean client=a" + ALICE)).isEqualTo("CONNACK " + answer);
    }

    @Test
    @DisplayName("MQTT 5: a password without a user name is a token")
    void aTokenLetsIn() throws Exception {
        connected("CONNECT v5 clean client=a password=token-alice").close();
        assertThat(door.asked.get(0).credentials()).isInstanceOf(Credentials.Bearer.class);
        assertThat(door.asked.get(0).clientId()).isEqualTo("a");
        assertThat(door.asked.get(0).address()).isEqualTo("127.0.0.1");
    }

    @Test
    @DisplayName("P-14: what no grant allows is refused with 0x87 and the connection stays; QoS 0 is dropped")
    void publicationsAreJudged() throws Exception {
        try (ScriptedPeer peer = connected("CONNECT v5 clean client=a" + ALICE)) {
            peer.send("PUBLISH q0 topic=other payload=x", "PUBLISH q1 id=1 topic=other payload=x");
            assertThat(peer.receive()).startsWith("PUBACK id=1 NOT_AUTHORIZED").contains("WXW-1405");
            peer.send("PUBLISH q2 id=2 topic=homes payload=x");
            assertThat(peer.receive()).startsWith("PUBREC id=2 NOT_AUTHORIZED");
            peer.send("PUBLISH q1 id=3 topic=home/x payload=x");
            assertThat(peer.receive()).isEqualTo("PUBACK id=3");
        }
    }

    @Test
    @DisplayName("P-14: 3.1.1 has no word for it, so the connection ends rather than tell a lie")
    void aRefusedPublicationEndsAnOldConnection() throws Exception {
        try (ScriptedPeer peer = connected("CONNECT v3 clean client=a" + ALICE)) {
            peer.send("PUBLISH q1 id=1 topic=other payload=x");
            assertThat(peer.receive()).isIn("closed", "reset");
        }
    }

    @Test
    @DisplayName("B-10: each entry is judged, and a filter wider than the grant is refused, not narrowed")
    void subscriptionsAreJudged() throws Exception {
        try (ScriptedPeer peer = connected("CONNECT v5 clean client=a" + ALICE)) {
            peer.send("SUBSCRIBE id=1 filter=#:q1 filter=home/x/#:q1 filter=home/#:q0 filter=+:q0 filter=$SYS/#:q0");
            assertThat(peer.receive())
                    .isEqualTo("SUBACK id=1 [NOT_AUTHORIZED, GRANTED_QOS_1, NOT_AUTHORIZED, NOT_AUTHORIZED,"
                            + " NOT_AUTHORIZED]");
        }
        try (ScriptedPeer peer = connected("CONNECT v3 clean client=a" + ALICE)) {
            peer.send("SUBSCRIBE id=1 filter=#:q1 filter=home/x:q1");
            assertThat(peer.receive()).isEqualTo("SUBACK id=1 [UNSPECIFIED_ERROR, GRANTED_QOS_1]");
        }
    }

    @Test
    @DisplayName("Section 5, 3: a client identifier with wildcards opens nothing")
    void aClientIdentifierCannotBeAFilter() throws Exception {
        try (ScriptedPeer peer = connected("CONNECT v5 clean client=+" + BOB)) {
            peer.send("SUBSCRIBE id=1 filter=home/+/#:q1 filter=home/a/#:q1");
            assertThat(peer.receive()).isEqualTo("SUBACK id=1 [NOT_AUTHORIZED, NOT_AUTHORIZED]");
        }
        try (ScriptedPeer peer = connected("CONNECT v5 clean client=lamp" + BOB)) {
            peer.send("SUBSCRIBE id=1 filter=home/lamp/#:q1 filter=home/lamp2/x:q0");
            assertThat(peer.receive()).isEqualTo("SUBACK id=1 [GRANTED_QOS_1, NOT_AUTHORIZED]");
        }
    }

    @Test
    @DisplayName("C-4: a will that may not be published is refused at CONNECT")
    void aWillIsJudgedAtConnect() throws Exception {
        String will = " will=other will-payload=x";
        assertThat(answered("CONNECT v5 clean client=a" + will + ALICE)).isEqualTo("CONNACK NOT_AUTHORIZED");
        assertThat(answered("CONNECT v3 clean client=a" + will + ALICE)).isEqualTo("CONNACK NOT_AUTHORIZED");
    }

    @Test
    @DisplayName("Section 5, 4: and once more when it is published")
    void aWillIsJudgedWhenItIsPublished() throws Exception {
        try (ScriptedPeer watcher = connected("CONNECT v5 clean client=w" + ALICE)) {
            watcher.send("SUBSCRIBE id=1 filter=home/x:q1");
            assertThat(watcher.receive()).startsWith("SUBACK");
            ScriptedPeer dying = connected("CONNECT v5 clean client=d will=home/x will-payload=dead" + ALICE);
            door.user("alice", "allow subscribe home/#", "allow publish home/y");
            dying.close();
            TestServer.eventually("it is gone", () -> server.adapter.connections() == 1);
            door.user("alice", "allow subscribe home/#", "allow publish home/#");
            watcher.send("PUBLISH q1 id=5 topic=home/x payload=alive");
            assertThat(watcher.receive() + watcher.receive()).contains("alive").doesNotContain("dead");
        }
    }

    @Test
    @DisplayName("B-10: delivery ends when the grant is taken back, while the connection stays")
    void deliveryEndsWithTheGrant() throws Exception {
        try (ScriptedPeer reader = connected("CONNECT v5 clean client=r" + ALICE);
                ScriptedPeer writer = connected("CONNECT v5 clean client=w" + ALICE)) {
            reader.send("SUBSCRIBE id=1 filter=home/x:q1 filter=home/y:q1");
            assertThat(reader.receive()).startsWith("SUBACK");
            door.user("alice", "allow publish home/#", "allow subscribe home/y");
            writer.send("PUBLISH q1 id=1 topic=home/x payload=hidden", "PUBLISH q1 id=2 topic=home/y payload=seen");
            assertThat(reader.receive()).contains("seen");
        }
    }

    @Test
    @DisplayName("A user who is gone is gone: the connection ends with 0x87 at the next look")
    void aConnectionEndsWithItsUser() throws Exception {
        try (ScriptedPeer alice = connected("CONNECT v5 clean client=r" + ALICE);
                ScriptedPeer bob = connected("CONNECT v5 clean client=b" + BOB)) {
            door.remove("alice");
            door.recheck();
            assertThat(alice.receive()).startsWith("DISCONNECT NOT_AUTHORIZED");
            bob.send("PINGREQ");
            assertThat(bob.receive()).isEqualTo("PINGRESP");
        }
    }

    @Test
    @DisplayName("T-3, section 5, 3: nobody takes over, resumes or ends another principal's session")
    void sessionsBelongToAPrincipal() throws Exception {
        String durable = "CONNECT v5 client=lamp SESSION_EXPIRY_INTERVAL=100";
        try (ScriptedPeer alice = connected(durable + ALICE)) {
            alice.send("SUBSCRIBE id=1 filter=home/x:q1");
            assertThat(alice.receive()).startsWith("SUBACK");
            assertThat(answered("CONNECT v5 clean client=lamp" + BOB)).isEqualTo("CONNACK NOT_AUTHORIZED");
            assertThat(answered("CONNECT v3 clean client=lamp" + BOB)).isEqualTo("CONNACK NOT_AUTHORIZED");
            alice.send("PINGREQ");
            assertThat(alice.receive()).as("still connected").isEqualTo("PINGRESP");
        }
        TestServer.eventually("the session is parked", () -> server.adapter.connections() == 0);
        assertThat(answered(durable + BOB)).as("while away").isEqualTo("CONNACK NOT_AUTHORIZED");
        restart();
        assertThat(answered(durable + BOB)).as("after a restart").isEqualTo("CONNACK NOT_AUTHORIZED");
        try (ScriptedPeer alice = new ScriptedPeer(server.address, MqttVersion.V5)) {
            alice.send(durable + ALICE);
            assertThat(alice.receive()).startsWith("CONNACK present SUCCESS");
        }
    }

    @Test
    @DisplayName("What waited for a session is not delivered any more when the grant is gone")
    void whatWaitedIsNotDeliveredWithoutTheGrant() throws Exception {
        String durable = "CONNECT v5 client=lamp SESSION_EXPIRY_INTERVAL=100";
        try (ScriptedPeer alice = connected(durable + ALICE)) {
            alice.send("SUBSCRIBE id=1 filter=home/x:q1 filter=home/y:q1");
            assertThat(alice.receive()).startsWith("SUBACK");
        }
        TestServer.eventually("the session is parked", () -> server.adapter.connections() == 0);
        try (ScriptedPeer writer = connected("CONNECT v5 clean client=w" + ALICE)) {
            writer.send("PUBLISH q1 id=1 topic=home/x payload=hidden", "PUBLISH q1 id=2 topic=home/y payload=seen");
            writer.receive();
            writer.receive();
        }
        door.user("alice", "allow subscribe home/y");
        try (ScriptedPeer alice = new ScriptedPeer(server.address, MqttVersion.V5)) {
            alice.send(durable + ALICE);
            assertThat(alice.receive()).startsWith("CONNACK present SUCCESS");
            assertThat(alice.receive()).contains("seen");
        }
    }

    @Test
    @DisplayName("A session that was stored without an owner is nobody's once clients are asked")
    void sessionsOfNobodyAreNotInherited() throws Exception {
        server.close();
        FakeBus bus = new FakeBus();
        String durable = "CONNECT v5 client=lamp SESSION_EXPIRY_INTERVAL=100";
        server = new TestServer(settings -> settings, bus);
        ScriptedPeer.connected(server.address, durable).close();
        TestServer.eventually("the session is parked", () -> server.adapter.connections() == 0);
        server.stop();
        server = new TestServer(settings -> settings, bus, door);
        assertThat(answered(durable + ALICE)).startsWith("CONNACK SUCCESS");
    }

    private void restart() {
        server.stop();
        server = new TestServer(settings -> settings, server.bus, door);
    }
}
