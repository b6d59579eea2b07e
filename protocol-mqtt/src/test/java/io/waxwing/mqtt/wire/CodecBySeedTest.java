package io.waxwing.mqtt.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.PacketSize;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Properties of the codec over generated packets. A failure names its seed; {@code -Dseed=} replays it. */
class CodecBySeedTest {
    private static final int PACKETS = 2_000;
    private static final int MUTANTS = 8_000;

    private final long seed = RandomPackets.seed();
    private final Random random = new Random(seed);
    private final RandomPackets packets = new RandomPackets(random);

    @Test
    void whatIsWrittenIsReadBackEqualHoweverItIsSegmented() {
        for (int i = 0; i < PACKETS; i++) {
            MqttVersion version = version();
            MqttPacket connect = packets.connect(version);
            MqttPacket packet = packets.next(version);
            byte[] first = Codec.write(connect, version);
            byte[] second = Codec.write(packet, version);
            assertThat((long) second.length).isEqualTo(PacketSize.of(packet, version));
            byte[] stream = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, stream, first.length, second.length);
            int cut = random.nextInt(stream.length + 1);
            Codec.Outcome outcome = Codec.decode(
                    CodecLimits.DEFAULT, Arrays.copyOf(stream, cut), Arrays.copyOfRange(stream, cut, stream.length));
            assertThat(outcome.fault()).as("seed %s packet %s", seed, i).isNull();
            assertThat(outcome.packets()).as("seed %s packet %s", seed, i).isEqualTo(List.of(connect, packet));
        }
    }

    @Test
    void mutatedPacketsGiveNothingButMalformed() {
        int faults = 0;
        for (int i = 0; i < MUTANTS; i++) {
            MqttVersion version = version();
            boolean first = random.nextInt(4) == 0;
            byte[] bytes = Codec.write(first ? packets.connect(version) : packets.next(version), version);
            byte[] mutant = Mutations.mutate(bytes, random);
            byte[] before = first ? new byte[0] : Codec.connect(version);
            try {
                faults += Codec.decode(CodecLimits.DEFAULT, before, mutant).fault() == null ? 0 : 1;
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + " mutant " + i + " " + Hex.text(mutant), e);
            }
        }
        // Mutations that are still legal exist (payload bytes), and so do others, or this test shows nothing.
        assertThat(faults).as("seed %s", seed).isBetween(MUTANTS / 10, MUTANTS - MUTANTS / 20);
    }

    @Test
    void randomBytesGiveNothingButMalformed() {
        for (int i = 0; i < MUTANTS; i++) {
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            byte[] before = random.nextBoolean() ? Codec.connect(version()) : new byte[0];
            try {
                Codec.decode(CodecLimits.DEFAULT, before, noise);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + " noise " + i + " " + Hex.text(noise), e);
            }
        }
    }

    private MqttVersion version() {
        return random.nextBoolean() ? MqttVersion.V5 : MqttVersion.V3_1_1;
    }
}
