package io.waxwing.mqtt.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.testkit.fake.ScriptedDoor;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The node's own topics below $SYS (mqtt.md section 5, rule 5). */
class SystemTopicsTest {
    private static TestServer server(long intervalMillis) {
        return new TestServer(settings -> settings.withSystem(new SystemSettings("1.2", intervalMillis)));
    }

    private static ScriptedPeer subscribed(TestServer server, String connect, String filter) throws Exception {
        ScriptedPeer peer = ScriptedPeer.connected(server.address, connect);
        peer.send("SUBSCRIBE id=1 filter=" + filter + ":q1");
        assertThat(peer.receive()).startsWith("SUBACK id=1 [GRANTED_QOS_1]");
        return peer;
    }

    @Test
    @DisplayName("A subscription gets the last values as retained ones, then what has changed")
    void figuresComeAtOnceAndWhenTheyChange() throws Exception {
        try (TestServer server = server(50);
                ScriptedPeer peer = subscribed(server, "CONNECT v5 clean client=a", "$SYS/broker/version")) {
            assertThat(peer.receive())
                    .isEqualTo("PUBLISH q0 retain topic=$SYS/broker/version payload=waxwing%20version%201.2"
                            .replace("%20", " "));
            peer.send("SUBSCRIBE id=2 SUBSCRIPTION_IDENTIFIER=7 filter=$SYS/broker/publish/messages/received:q0:rh2");
            assertThat(peer.receive()).startsWith("SUBACK id=2");
            peer.send("PUBLISH q1 id=3 topic=t payload=x");
            assertThat(List.of(peer.receive(), peer.receive()))
                    .contains("PUBLISH q0 topic=$SYS/broker/publish/messages/received payload=1"
                            + " SUBSCRIPTION_IDENTIFIER=7")
                    .anyMatch(packet -> packet.startsWith("PUBACK id=3"));
            peer.send(
                    "UNSUBSCRIBE id=4 filter=$SYS/broker/publish/messages/received",
                    "PUBLISH q1 id=5 topic=t payload=x");
            assertThat(peer.receive()).startsWith("UNSUBACK id=4");
            assertThat(peer.receive()).startsWith("PUBACK id=5");
            peer.send("PINGREQ");
            assertThat(peer.receive()).isEqualTo("PINGRESP");
        }
    }

    @Test
    @DisplayName(
            "No wildcard at the beginning stands for them, nobody publishes to them, a group has none, and 0 switches them off")
    void theyAreApart() throws Exception {
        try (TestServer server = server(1);
                ScriptedPeer peer = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=a")) {
            peer.send("SUBSCRIBE id=1 filter=#:q0 filter=+/broker/version:q0 filter=$share/g/$SYS/#:q0");
            assertThat(peer.receive()).startsWith("SUBACK id=1");
            peer.send("PUBLISH q1 id=2 topic=$SYS/broker/version payload=x");
            assertThat(peer.receive()).startsWith("PUBACK id=2 TOPIC_NAME_INVALID");
            peer.send("PINGREQ");
            assertThat(peer.receive()).isEqualTo("PINGRESP");
        }
        try (TestServer off = server(0);
                ScriptedPeer peer = subscribed(off, "CONNECT v5 clean client=a", "$SYS/#")) {
            peer.send("PINGREQ");
            assertThat(peer.receive()).isEqualTo("PINGRESP");
        }
    }

    @Test
    @DisplayName("A grant of its own is needed to read them, and without it nothing comes any more")
    void theyNeedAGrant() throws Exception {
        ScriptedDoor door = new ScriptedDoor()
                .user("ops", "allow subscribe $SYS/broker/#")
                .user("dev", "allow subscribe #", "allow publish #");
        try (TestServer server =
                new TestServer(settings -> settings.withSystem(new SystemSettings("1", 20)), new FakeBus(), door)) {
            try (ScriptedPeer dev =
                    ScriptedPeer.connected(server.address, "CONNECT v5 clean client=d user=dev password=ved")) {
                dev.send("SUBSCRIBE id=1 filter=$SYS/#:q0 filter=$SYS/broker/uptime:q0 filter=#:q0");
                assertThat(dev.receive()).isEqualTo("SUBACK id=1 [NOT_AUTHORIZED, NOT_AUTHORIZED, SUCCESS]");
            }
            try (ScriptedPeer ops = subscribed(
                    server, "CONNECT v5 clean client=o user=ops password=spo", "$SYS/broker/messages/received")) {
                assertThat(ops.receive()).startsWith("PUBLISH q0 retain topic=$SYS/broker/messages/received");
                ops.send("PINGREQ"); // One more to count.
                assertThat(List.of(ops.receive(), ops.receive()))
                        .contains("PINGRESP")
                        .anyMatch(packet -> packet.startsWith("PUBLISH q0 topic=$SYS/broker/messages/received"));
                door.user("ops");
                ops.send("PINGREQ");
                String next = ops.receive();
                for (int i = 0; i < 10 && !next.equals("PINGRESP"); i++) {
                    next = ops.receive();
                }
                assertThat(next).isEqualTo("PINGRESP");
                ops.send("PINGREQ");
                assertThat(ops.receive()).as("nothing between").isEqualTo("PINGRESP");
            }
        }
    }

    @Test
    @DisplayName(
            "A durable session goes on reading them after a reconnect and after a restart; none is kept for it meanwhile")
    void aDurableSessionGoesOn() throws Exception {
        String durable = "CONNECT v5 client=a SESSION_EXPIRY_INTERVAL=100";
        TestServer server = server(20);
        try (ScriptedPeer peer = subscribed(server, durable, "$SYS/broker/bytes/received")) {
            assertThat(peer.receive()).startsWith("PUBLISH q0 retain topic=$SYS/broker/bytes/received");
        }
        TestServer.eventually("the session is parked", () -> server.adapter.connections() == 0);
        resumed(server, durable);
        TestServer.eventually("the session is parked", () -> server.adapter.connections() == 0);
        server.stop();
        try (TestServer next =
                new TestServer(settings -> settings.withSystem(new SystemSettings("1", 20)), server.bus)) {
            resumed(next, durable);
        }
    }

    private static void resumed(TestServer server, String durable) throws Exception {
        try (ScriptedPeer peer = new ScriptedPeer(server.address, MqttVersion.V5)) {
            peer.send(durable);
            assertThat(peer.receive()).startsWith("CONNACK present SUCCESS");
            peer.send("PINGREQ");
            String next = peer.receive();
            assertThat(next.equals("PINGRESP") ? peer.receive() : next)
                    .startsWith("PUBLISH q0 topic=$SYS/broker/bytes/received");
        }
    }

    @Test
    @DisplayName("Loads are counts a minute: a steady rate is seen as it is, and decays by its time")
    void loadsAreAveraged() {
        MqttMetrics metrics = new MqttMetrics(new SimpleMeterRegistry());
        SystemFigures figures = new SystemFigures(metrics, "1", 0);
        Map<String, String> at = new TreeMap<>();
        long now = 0;
        for (int second = 1; second <= 600; second++) {
            metrics.packetIn(100);
            now += TimeUnit.SECONDS.toNanos(1);
            at.putAll(figures.at(now));
        }
        assertThat(at.get("$SYS/broker/load/messages/received/1min")).isEqualTo("60.00");
        assertThat(Double.parseDouble(at.get("$SYS/broker/load/bytes/received/15min")))
                .isBetween(2_900.0, 3_000.0);
        at.putAll(figures.at(now + TimeUnit.SECONDS.toNanos(60)));
        assertThat(Double.parseDouble(at.get("$SYS/broker/load/messages/received/1min")))
                .isBetween(22.0, 22.2);
        assertThat(at)
                .containsEntry("$SYS/broker/uptime", "660 seconds")
                .containsEntry("$SYS/broker/messages/received", "600")
                .containsEntry("$SYS/broker/bytes/received", "60000")
                .containsEntry("$SYS/broker/subscriptions/count", "0")
                .hasSize(44);
    }
}
