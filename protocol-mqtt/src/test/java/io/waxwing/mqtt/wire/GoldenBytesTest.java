package io.waxwing.mqtt.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.PacketSize;
import io.waxwing.mqtt.packet.PacketType;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every packet type of both versions, byte for byte (MQTT5-2.1, MQTT311-2.2 and the packets' own sections). */
class GoldenBytesTest {
    static Stream<Goldens.Golden> all() {
        return Goldens.all().stream();
    }

    static Stream<Goldens.Golden> fromClient() {
        return Goldens.fromClient().stream();
    }

    @ParameterizedTest
    @MethodSource("all")
    void packetIsWrittenAsTheseBytes(Goldens.Golden golden) {
        assertThat(Hex.text(Codec.write(golden.packet(), golden.version()))).isEqualTo(Hex.text(golden.bytes()));
        assertThat(PacketSize.of(golden.packet(), golden.version())).isEqualTo(golden.bytes().length);
    }

    @ParameterizedTest
    @MethodSource("all")
    void bytesAreReadAsThisPacket(Goldens.Golden golden) throws Malformed {
        MqttPacket read = Codec.read(golden.bytes(), golden.version(), PacketReader.Side.CLIENT);
        assertThat(read).isEqualTo(golden.packet());
    }

    @ParameterizedTest
    @MethodSource("fromClient")
    void packetCutAnywhereIsReadWhenItIsWhole(Goldens.Golden golden) {
        byte[] bytes = golden.bytes();
        boolean connect = golden.packet().type() == PacketType.CONNECT;
        byte[] before = connect ? new byte[0] : Codec.connect(golden.version());
        for (int cut = 0; cut <= bytes.length; cut++) {
            byte[] head = java.util.Arrays.copyOfRange(bytes, 0, cut);
            byte[] tail = java.util.Arrays.copyOfRange(bytes, cut, bytes.length);
            Codec.Outcome outcome = Codec.decode(CodecLimits.DEFAULT, before, head, tail);
            assertThat(outcome.fault()).as("cut at %s", cut).isNull();
            List<MqttPacket> packets = outcome.packets();
            assertThat(packets.get(packets.size() - 1)).as("cut at %s", cut).isEqualTo(golden.packet());
            assertThat(packets).hasSize(connect ? 1 : 2);
        }
    }

    @ParameterizedTest
    @MethodSource("fromClient")
    void packetCutShortInItsOwnLengthIsMalformed(Goldens.Golden golden) {
        // The remaining length says less than the fields need, and the next packet's bytes follow at once (E-3).
        byte[] bytes = golden.bytes();
        if (bytes[1] < 3 || golden.packet().type() == PacketType.PUBLISH) {
            return; // A shorter body can be legal there: no payload, no properties.
        }
        byte[] shorter = bytes.clone();
        shorter[1]--;
        boolean connect = golden.packet().type() == PacketType.CONNECT;
        byte[] before = connect ? new byte[0] : Codec.connect(golden.version());
        Codec.Outcome outcome = Codec.decode(CodecLimits.DEFAULT, before, shorter);
        boolean optionalTail = golden.packet().type().code() >= 4 && bytes[1] == 3;
        assertThat(outcome.fault() != null || optionalTail).isTrue();
    }

    @Test
    void everyPacketTypeHasAGolden() {
        Set<PacketType> seen = EnumSet.of(PacketType.WILL);
        Goldens.all().forEach(golden -> seen.add(golden.packet().type()));
        assertThat(seen).isEqualTo(EnumSet.allOf(PacketType.class));
    }
}
