package io.waxwing.bus.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.bus.failure.RefusedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventIdTest {
    @Test
    void beginsWithEightHexDigitsOfTheTopicsSha256() {
        // printf 'home/boiler' | sha256sum
        EventId eventId = new EventId(EventId.hashOf("home/boiler"), 42, 1842);
        assertThat(eventId).hasToString(sha256Prefix("home/boiler") + "-42-1842");
        assertThat(EventId.parse(eventId.toString())).isEqualTo(eventId);
    }

    private static String sha256Prefix(String text) {
        try {
            byte[] digest = java.security.MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return java.util.HexFormat.of().formatHex(digest, 0, 4);
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void keepsLeadingZeros() {
        assertThat(new EventId(0x0000_00ab, 1, 2)).hasToString("000000ab-1-2");
        assertThat(EventId.parse("000000ab-1-2").topicHash()).isEqualTo(0xab);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "29073c0d-0-1",
                "29073C0D-1-1",
                "29073c0d-1",
                "29073c0d-1-1-1",
                "29073c0d-01-1",
                "29073c0d-9999999999999999999-1",
                "29073c0d--1-1",
                "29073c0d-1-1 "
            })
    void refusesWhatIsNotOne(String text) {
        assertThatThrownBy(() -> EventId.parse(text))
                .isInstanceOf(RefusedException.class)
                .hasMessageStartingWith("WXW-1008");
    }
}
