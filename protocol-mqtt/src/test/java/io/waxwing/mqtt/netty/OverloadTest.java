package io.waxwing.mqtt.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.session.ClientLimits;
import io.waxwing.mqtt.session.SessionSettings;
import io.waxwing.testkit.fake.ScriptedDoor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Bounds of all clients together, by sockets (mqtt.md C-10). */
class OverloadTest {
    private static TestServer server(int connections, int rate, int sessions) {
        return new TestServer(settings -> settings.withLimits(new ListenerLimits(connections, rate, sessions)));
    }

    private static ScriptedPeer peer(TestServer server, String connect) throws Exception {
        MqttVersion version = connect.contains(" v5") ? MqttVersion.V5 : MqttVersion.V3_1_1;
        ScriptedPeer peer = new ScriptedPeer(server.address, version);
        peer.send(connect);
        return peer;
    }

    @Test
    @DisplayName("C-10: one connection too many is told 0x97 or return code 3, and those that are here live on")
    void oneConnectionTooManyIsTurnedAway() throws Exception {
        try (TestServer server = server(1, 0, 10);
                ScriptedPeer first = peer(server, "CONNECT v5 clean client=a")) {
            assertThat(first.receive()).startsWith("CONNACK SUCCESS");
            try (ScriptedPeer second = peer(server, "CONNECT v5 clean client=b")) {
                assertThat(second.receive()).isEqualTo("CONNACK QUOTA_EXCEEDED");
                assertThat(second.receive()).isEqualTo("closed");
            }
            try (ScriptedPeer third = peer(server, "CONNECT clean client=c")) {
                assertThat(third.receive()).isEqualTo("CONNACK SERVER_UNAVAILABLE");
            }
            first.send("PINGREQ");
            assertThat(first.receive()).isEqualTo("PINGRESP");
            assertThat(server.count("waxwing.connections.refused", "reason", "connection_limit"))
                    .isEqualTo(2);
        }
    }

    @Test
    @DisplayName("C-10: connections that come too fast are told 0x9F")
    void connectionsThatComeTooFastAreTurnedAway() throws Exception {
        try (TestServer server = server(100, 1, 10);
                ScriptedPeer first = peer(server, "CONNECT v5 clean client=a")) {
            assertThat(first.receive()).startsWith("CONNACK SUCCESS");
            List<String> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                try (ScriptedPeer next = peer(server, "CONNECT v5 clean client=b" + i)) {
                    answers.add(next.receive());
                }
            }
            assertThat(answers).contains("CONNACK CONNECTION_RATE_EXCEEDED");
            assertThat(server.count("waxwing.connections.refused", "reason", "connection_rate"))
                    .isPositive();
        }
    }

    @Test
    @DisplayName("C-10: one durable session too many is refused; one that is there is resumed, and others come in")
    void oneDurableSessionTooManyIsRefused() throws Exception {
        String durable = "CONNECT v5 client=a SESSION_EXPIRY_INTERVAL=100";
        try (TestServer server = server(100, 0, 1)) {
            try (ScriptedPeer first = peer(server, durable)) {
                assertThat(first.receive()).startsWith("CONNACK SUCCESS");
            }
            try (ScriptedPeer second = peer(server, durable.replace("=a", "=b"))) {
                assertThat(second.receive()).isEqualTo("CONNACK QUOTA_EXCEEDED");
            }
            try (ScriptedPeer guest = peer(server, "CONNECT v5 clean client=c")) {
                assertThat(guest.receive()).startsWith("CONNACK SUCCESS");
                try (ScriptedPeer grown = peer(server, durable.replace("=a", "=c"))) {
                    assertThat(grown.receive())
                            .as("it is here, but not durable")
                            .isEqualTo("CONNACK QUOTA_EXCEEDED");
                }
            }
            try (ScriptedPeer again = peer(server, durable)) {
                assertThat(again.receive()).startsWith("CONNACK present SUCCESS");
                again.send("DISCONNECT SESSION_EXPIRY_INTERVAL=0");
                assertThat(again.receive()).isEqualTo("closed");
            }
            TestServer.eventually("the place is free", () -> {
                try (ScriptedPeer second = peer(server, durable.replace("=a", "=b"))) {
                    return second.receive().startsWith("CONNACK SUCCESS");
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
        }
    }

    @Test
    @DisplayName("C-10: those that come while the last place is being taken are refused too")
    void sessionsThatAreBeingMadeCount() throws Exception {
        FakeBus bus = new FakeBus();
        bus.sessions.withhold();
        try (TestServer server = new TestServer(settings -> settings.withLimits(new ListenerLimits(100, 0, 1)), bus);
                ScriptedPeer first = peer(server, "CONNECT v5 client=a SESSION_EXPIRY_INTERVAL=100")) {
            TestServer.eventually("the first is on its way", bus.sessions::holdsBack);
            try (ScriptedPeer second = peer(server, "CONNECT v5 client=b SESSION_EXPIRY_INTERVAL=100")) {
                assertThat(second.receive()).isEqualTo("CONNACK QUOTA_EXCEEDED");
            }
            bus.sessions.release();
            assertThat(first.receive()).startsWith("CONNACK SUCCESS");
        }
    }

    @Test
    @DisplayName("C-10: it is refused after its login, so that a stranger does not learn what sessions there are")
    void theNumberOfSessionsIsJudgedAfterTheLogin() throws Exception {
        ScriptedDoor door = new ScriptedDoor().user("alice");
        String durable = "CONNECT v5 SESSION_EXPIRY_INTERVAL=100 client=";
        try (TestServer server =
                new TestServer(settings -> settings.withLimits(new ListenerLimits(10, 0, 1)), new FakeBus(), door)) {
            try (ScriptedPeer first = peer(server, durable + "a user=alice password=ecila")) {
                assertThat(first.receive()).startsWith("CONNACK SUCCESS");
            }
            for (String client : new String[] {"a", "b"}) {
                try (ScriptedPeer stranger = peer(server, durable + client + " user=alice password=x")) {
                    assertThat(stranger.receive()).isEqualTo("CONNACK BAD_USER_NAME_OR_PASSWORD");
                }
            }
            try (ScriptedPeer second = peer(server, durable + "b user=alice password=ecila")) {
                assertThat(second.receive()).isEqualTo("CONNACK QUOTA_EXCEEDED");
            }
            assertThat(server.count("waxwing.connections.refused", "reason", "session_limit"))
                    .isEqualTo(1);
        }
    }

    @Test
    @DisplayName("C-10: a login that nobody judges in time is told 0x88 or return code 3")
    void aLoginThatTakesTooLongIsAnswered() throws Exception {
        ScriptedDoor door = new ScriptedDoor().user("alice");
        door.silent = true;
        try (TestServer server = new TestServer(
                settings -> settings.withSession(settings.session().withEntry(30, 1)), new FakeBus(), door)) {
            try (ScriptedPeer five = peer(server, "CONNECT v5 clean client=a user=alice password=ecila");
                    ScriptedPeer three = peer(server, "CONNECT clean client=b user=alice password=ecila")) {
                assertThat(five.receive()).isEqualTo("CONNACK SERVER_UNAVAILABLE");
                assertThat(three.receive()).isEqualTo("CONNACK SERVER_UNAVAILABLE");
                assertThat(five.receive()).isEqualTo("closed");
            }
        }
    }

    @Test
    @DisplayName("P-14: a client that is slowed down is read from again, and nothing is lost")
    void aClientThatIsSlowedDownLosesNothing() throws Exception {
        SessionSettings limited = SessionSettings.of("bank-a.example").withLimits(new ClientLimits(0, 16, 64, 1, 0));
        try (TestServer server = new TestServer(settings -> settings.withSession(limited));
                ScriptedPeer peer = ScriptedPeer.connected(server.address, "CONNECT clean client=a")) {
            peer.send("PUBLISH topic=t payload=1", "PUBLISH topic=t payload=2", "PUBLISH topic=t payload=3");
            TestServer.eventually("all came", () -> server.bus.taken.size() == 3);
            assertThat(server.count("waxwing.mqtt.throttled", "protocol", "mqtt"))
                    .isPositive();
        }
    }

    @Test
    @DisplayName("P-14: a user's quota is one for all connections; MQTT 5 is told 0x97 and when to come again")
    void aUsersQuotaIsOneForAllConnections() throws Exception {
        ScriptedDoor door = new ScriptedDoor().user("alice", "allow publish #").quota("alice", 2);
        String login = "CONNECT v5 clean user=alice password=ecila client=";
        try (TestServer server = new TestServer(settings -> settings, new FakeBus(), door);
                ScriptedPeer first = ScriptedPeer.connected(server.address, login + "a");
                ScriptedPeer second = ScriptedPeer.connected(server.address, login + "b")) {
            first.send("PUBLISH topic=t payload=1", "PUBLISH topic=t payload=2");
            TestServer.eventually("both came", () -> server.bus.taken.size() == 2);
            second.send("PUBLISH q1 id=1 topic=t payload=3");
            assertThat(second.receive())
                    .startsWith("PUBACK id=1 QUOTA_EXCEEDED")
                    .contains("WXW-1107")
                    .contains("retry-after");
            assertThat(server.bus.taken).hasSize(2);
        }
    }

    @Test
    @DisplayName("P-14: 3.1.1 has no word for a quota: its user is read from more slowly, and nothing is lost")
    void aUsersQuotaSlowsTheOldProtocolDown() throws Exception {
        ScriptedDoor door = new ScriptedDoor().user("alice", "allow publish #").quota("alice", 2);
        try (TestServer server = new TestServer(settings -> settings, new FakeBus(), door);
                ScriptedPeer peer =
                        ScriptedPeer.connected(server.address, "CONNECT clean user=alice password=ecila client=a")) {
            peer.send(
                    "PUBLISH topic=t payload=1",
                    "PUBLISH topic=t payload=2",
                    "PUBLISH topic=t payload=3",
                    "PUBLISH topic=t payload=4");
            TestServer.eventually("all came", () -> server.bus.taken.size() == 4);
            assertThat(server.count("waxwing.mqtt.throttled", "protocol", "mqtt"))
                    .isPositive();
        }
    }
}
