package io.waxwing.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.Payload;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** tck-id-conformance-mqtt-aware-ndeath-timestamp. */
class SparkplugDeathTest {
    private static final String DEATH = "spBv1.0/g/NDEATH/e";
    private static final long NOW = 1_700_000_000_000L;

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    private static String dated(String hex) {
        return HexFormat.of().formatHex(SparkplugDeath.dated(bytes(hex), NOW));
    }

    private static EventDraft draft(String topic, String type, String hex) {
        Attributes attributes = new Attributes.Builder()
                .put(Attributes.SPECVERSION, "1.0")
                .put(Attributes.ID, "1")
                .put(Attributes.SOURCE, "//x")
                .put(Attributes.TYPE, type)
                .build();
        return new EventDraft(topic, attributes, Payload.of(bytes(hex)), 1, false, true, null, "p", 7);
    }

    @Test
    @DisplayName("the timestamp is replaced wherever it stands, once or more often, and put there if there is none")
    void theTimestampIsReplaced() {
        String now = dated("");
        assertThat(readTimestamp(bytes(now))).isEqualTo(NOW);
        assertThat(dated("0801")).isEqualTo(now);
        assertThat(dated("0801" + "1800")).isEqualTo(now + "1800");
        assertThat(dated("1800" + "08ffff03" + "1203500701" + "0802")).isEqualTo(now + "1800" + "1203500701");
        assertThat(dated("2202aabb" + "0d01020304" + "2901020304050607 08".replace(" ", "")))
                .isEqualTo(now + "2202aabb" + "0d01020304" + "290102030405060708");
    }

    @Test
    @DisplayName("what is no protobuf message stays as it is, however it is cut")
    void whatIsNoMessageStays() {
        for (String none : new String[] {
            "08", "0880", "12", "1205ff", "0d010203", "29", "0b", "ffffffffffffffffffffff01", "12ffffffff0f00"
        }) {
            assertThat(dated(none)).as(none).isEqualTo(none);
        }
    }

    @Test
    @DisplayName("no bytes are read beyond the end, by seed")
    void anyBytesAreHandled() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] message = new byte[random.nextInt(24)];
            random.nextBytes(message);
            byte[] dated = SparkplugDeath.dated(message, NOW);
            assertThat(Arrays.equals(dated, message) || readTimestamp(dated) == NOW)
                    .as("seed %d, round %d", seed, i)
                    .isTrue();
        }
    }

    @Test
    @DisplayName("only an NDEATH of Sparkplug's own form is touched, and all else of it stays")
    void onlyDeathsAreTouched() {
        EventDraft death = draft(DEATH, Attributes.RAW_TYPE, "08011800");
        EventDraft dated = SparkplugDeath.at(death, () -> NOW);
        assertThat(dated.payload().bytes()).isEqualTo(bytes(dated("08011800")));
        assertThat(dated.topic()).isEqualTo(DEATH);
        assertThat(dated.attributes()).isEqualTo(death.attributes());
        assertThat(dated.identified()).isTrue();
        for (String other : new String[] {"spBv1.0/g/NDEATH", DEATH + "/d", "spBv1.0/g/DDEATH/e", "x/g/NDEATH/e"}) {
            EventDraft draft = draft(other, Attributes.RAW_TYPE, "0801");
            assertThat(SparkplugDeath.at(draft, () -> NOW)).isSameAs(draft);
        }
        EventDraft signed = draft(DEATH, "a.publishers.own", "0801");
        assertThat(SparkplugDeath.at(signed, () -> NOW)).isSameAs(signed);
    }

    private static long readTimestamp(byte[] message) {
        assertThat(message[0]).isEqualTo((byte) 0x08);
        long value = 0;
        for (int i = 1; ; i++) {
            value |= (long) (message[i] & 0x7F) << (7 * (i - 1));
            if (message[i] >= 0) {
                return value;
            }
        }
    }
}
