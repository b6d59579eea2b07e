package io.waxwing.mqtt.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("E-4 [MQTT5-1.5.4-1] [MQTT5-1.5.4-2] [MQTT5-1.5.4-3]")
class Utf8Test {
    @Test
    void everyCodePointButSurrogatesAndZeroIsAccepted() {
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            byte[] bytes = encode(point);
            boolean legal = point != 0 && (point < 0xD800 || point > 0xDFFF);
            if (Utf8.firstFault(bytes) < 0 != legal) {
                throw new AssertionError(String.format("U+%04X", point));
            }
        }
    }

    @Test
    void everySequenceOfTwoBytesIsJudgedAsTheJdkDoes() {
        for (int pair = 0; pair < 0x10000; pair++) {
            byte[] bytes = {(byte) (pair >> 8), (byte) pair};
            requireSameAsJdk(bytes, "");
        }
    }

    @Test
    void randomSequencesAreJudgedAsTheJdkDoes() {
        long seed = RandomPackets.seed();
        Random random = new Random(seed);
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[3 + random.nextInt(4)];
            for (int at = 0; at < bytes.length; at++) {
                // Lead and trail bytes far more often than chance has it.
                bytes[at] = (byte) (random.nextInt(4) == 0 ? random.nextInt(128) : 0x80 + random.nextInt(128));
            }
            requireSameAsJdk(bytes, "seed " + seed);
        }
    }

    @Test
    void faultIsNamedByItsOffset() {
        assertThat(Utf8.firstFault(Hex.bytes("61 62 ff"))).isEqualTo(2);
        assertThat(Utf8.firstFault(Hex.bytes("61 e2 82"))).isEqualTo(3);
        assertThat(Utf8.firstFault(new byte[0])).isEqualTo(-1);
    }

    private static void requireSameAsJdk(byte[] bytes, String hint) {
        if (Utf8.firstFault(bytes) < 0 != jdkAccepts(bytes)) {
            throw new AssertionError(hint + " " + Hex.text(bytes));
        }
    }

    private static boolean jdkAccepts(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                return false;
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException illFormed) {
            return false;
        }
    }

    /** By the definition's arithmetic, surrogates too. */
    private static byte[] encode(int point) {
        if (point < 0x80) {
            return new byte[] {(byte) point};
        }
        if (point < 0x800) {
            return new byte[] {(byte) (0xC0 | (point >> 6)), trail(point)};
        }
        if (point < 0x10000) {
            return new byte[] {(byte) (0xE0 | (point >> 12)), trail(point >> 6), trail(point)};
        }
        return new byte[] {(byte) (0xF0 | (point >> 18)), trail(point >> 12), trail(point >> 6), trail(point)};
    }

    private static byte trail(int bits) {
        return (byte) (0x80 | (bits & 0x3F));
    }
}
