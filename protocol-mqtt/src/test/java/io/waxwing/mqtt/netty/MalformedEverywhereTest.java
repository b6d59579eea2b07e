package io.waxwing.mqtt.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.PacketType;
import io.waxwing.mqtt.packet.ReasonCode;
import io.waxwing.mqtt.wire.Mutants;
import io.waxwing.mqtt.wire.Mutants.Mutant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every packet type with every field broken, by sockets: first on a connection, and after CONNECT. */
class MalformedEverywhereTest {
    /** Of the protocol level in a CONNECT with one byte of length. */
    private static final int LEVEL_AT = 8;

    @Test
    @DisplayName(
            "E-10, C-1 to C-3, X-2: after CONNECT, MQTT 5 is told the reason and 3.1.1 nothing; then the connection ends,"
                    + " and no other")
    void brokenPacketsAfterConnectAreAnswered() throws Exception {
        Set<PacketType> broken = EnumSet.noneOf(PacketType.class);
        try (TestServer server = new TestServer();
                ScriptedPeer neighbour = ScriptedPeer.connected(server.address, "CONNECT v5 clean client=neighbour")) {
            for (Mutant mutant : Mutants.all()) {
                byte[] bytes = HexFormat.of().parseHex(mutant.hex());
                ReasonCode reason = Mutants.fault(Mutants.connect(mutant.version()), bytes);
                List<String> answers = answers(server, mutant.version(), Mutants.connect(mutant.version()), bytes);
                assertThat(answers.get(0)).as(mutant.toString()).startsWith("CONNACK SUCCESS");
                assertThat(answers).as(mutant.toString()).last().isIn("closed", "reset");
                if (reason == null) {
                    continue;
                }
                PacketType type = PacketType.ofFirstByte(bytes[0] & 0xFF);
                if (type != null) {
                    broken.add(type);
                }
                // Before the fault there may have been a whole packet by itself; what is said of the fault is the last
                // word.
                List<String> told = answers.subList(1, answers.size() - 1);
                long last = told.stream()
                        .filter(text -> text.startsWith("DISCONNECT"))
                        .count();
                boolean five = mutant.version() == MqttVersion.V5;
                assertThat(last).as(mutant + " " + answers).isEqualTo(five ? 1 : 0);
                if (five) {
                    assertThat(told).as(mutant.toString()).last().asString().startsWith("DISCONNECT " + reason);
                }
            }
            neighbour.send("PINGREQ");
            assertThat(neighbour.receive()).isEqualTo("PINGRESP");
            TestServer.eventually("only the neighbour is left", () -> server.adapter.connections() == 1);
        }
        assertThat(broken).isEqualTo(EnumSet.complementOf(EnumSet.of(PacketType.WILL))); // A part of CONNECT.
        assertThat(BufferLeaks.found()).isEmpty();
    }

    @Test
    @DisplayName("E-10, C-1: as the first packet they get a CONNACK that says no, or nothing; never more")
    void brokenPacketsInPlaceOfConnectAreAnswered() throws Exception {
        try (TestServer server = new TestServer()) {
            for (Mutant mutant : Mutants.all()) {
                byte[] bytes = HexFormat.of().parseHex(mutant.hex());
                boolean connect = (bytes[0] & 0xF0) == 0x10;
                // What is no CONNECT is refused by its first byte: one mutant of each is as good as all.
                if (!connect && mutant.hex().hashCode() % 8 != 0) {
                    continue;
                }
                ReasonCode reason = Mutants.fault(bytes);
                List<String> answers = answers(server, spokenBy(bytes), bytes);
                assertThat(answers).as(mutant.toString()).last().isIn("closed", "reset");
                if (reason != null) {
                    assertThat(answers.size()).as(mutant + " " + answers).isLessThanOrEqualTo(2);
                    assertThat(answers.get(0)).as(mutant.toString()).doesNotStartWith("CONNACK SUCCESS");
                    assertThat(connect || answers.size() == 1)
                            .as(mutant.toString())
                            .isTrue();
                }
            }
            TestServer.eventually("nobody is left", () -> server.adapter.connections() == 0);
        }
        assertThat(BufferLeaks.found()).isEmpty();
    }

    /** A server that does not know the version answers in the old form. */
    private static MqttVersion spokenBy(byte[] connect) {
        boolean five = connect.length > LEVEL_AT && connect[LEVEL_AT] == MqttVersion.V5.level();
        return five ? MqttVersion.V5 : MqttVersion.V3_1_1;
    }

    /** Sends these, and no more; every answer, strictly read, and how it ended. */
    private static List<String> answers(TestServer server, MqttVersion version, byte[]... segments) throws Exception {
        List<String> answers = new ArrayList<>();
        try (ScriptedPeer peer = new ScriptedPeer(server.address, version)) {
            for (byte[] segment : segments) {
                peer.sendBytes(segment);
                if (segments.length > 1 && answers.isEmpty()) {
                    answers.add(peer.receive());
                }
            }
            peer.endOutput();
            do {
                answers.add(peer.receive());
            } while (!answers.get(answers.size() - 1).matches("closed|reset"));
        }
        return answers;
    }
}
