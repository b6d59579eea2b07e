package io.waxwing.bus.topic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicFilterTest {
    @ParameterizedTest
    @DisplayName("B-3 [MQTT-4.7.1-1] [MQTT-4.7.1-2] [MQTT-4.7.2-1] matching as the specification's examples say")
    @CsvSource({
        "a/#, a, true",
        "a/#, a/b/c, true",
        "#, a/b, true",
        "#, $SYS/x, false",
        "+/x, $SYS/x, false",
        "$SYS/#, $SYS/x, true",
        "$SYS/+, $SYS/x, true",
        "+, a, true",
        "+, a/b, false",
        "+, /a, false",
        "+/+, /a, true",
        "/+, /a, true",
        "a/+, a/, true",
        "a/+, a, false",
        "a/b, a/b, true",
        "a/b, A/b, false",
        "a/+/c, a/b/c, true",
        "a/+/c, a/b/d, false",
        "a/+/#, a/b, true",
        "a/+/#, a, false"
    })
    void matches(String filter, String topic, boolean expected) {
        assertThat(TopicFilter.parse(filter).matches(topic)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/#/b", "a#", "#a", "a+/b", "++", "a/b+"})
    void refusesMisplacedWildcards(String filter) {
        assertThatThrownBy(() -> TopicFilter.parse(filter))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().code()).isEqualTo(FailureCode.TOPIC_FILTER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a+", "#", "a/../b", ".", "a\0b"})
    void refusesTopicNamesThatSomeProtocolCouldNotSay(String name) {
        Refusal refusal = Objects.requireNonNull(Topic.check(name));
        assertThat(refusal.code()).isEqualTo(FailureCode.TOPIC_NAME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "/", "a//b", "/a", "a b", "Ä/ö", "a/$x", "..."})
    void takesEveryOtherName(String name) {
        assertThat(Topic.check(name)).isNull();
    }

    @org.junit.jupiter.api.Test
    void namesThatBeginWithADollarBelongToTheBroker() {
        assertThat(Objects.requireNonNull(Topic.check("$SYS/x")).code()).isEqualTo(FailureCode.TOPIC_RESERVED);
    }

    @org.junit.jupiter.api.Test
    void limitsAreOnBytesAndLevels() {
        assertThat(Topic.check("ä".repeat(512))).isNull();
        assertThat(Topic.check("ä".repeat(512) + "a")).isNotNull();
        assertThat(Topic.check("/".repeat(63))).isNull();
        assertThat(Topic.check("/".repeat(64))).isNotNull();
    }
}
