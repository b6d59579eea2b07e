package io.waxwing.bus.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttributesTest {
    @Test
    void encodesAsSortedLines() {
        Attributes attributes = Attributes.of(Map.of("type", "t", "id", "1", "mqtt.response-topic", "a: b"));
        assertThat(new String(attributes.encoded(), StandardCharsets.UTF_8))
                .isEqualTo("id: 1\nmqtt.response-topic: a: b\ntype: t\n");
    }

    @Test
    void decodingGivesBackWhatWasEncoded() {
        Attributes attributes = Attributes.of(Map.of("a", "", "b", "grün \uD83D\uDE00", "c", "x: y"));
        Attributes decoded = Attributes.decode(attributes.encoded());
        assertThat(decoded).isEqualTo(attributes);
        assertThat(decoded.get("a")).isEmpty();
        assertThat(decoded.get("b")).isEqualTo("grün \uD83D\uDE00");
        assertThat(decoded.get("c")).isEqualTo("x: y");
        assertThat(decoded.get("d")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a_b", "-a", ".a", "a b", "ä"})
    void refusesIllegalNames(String name) {
        assertRefused(() -> Attributes.of(Map.of(name, "x")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u0000", "\u007f", "\u0085", "\ud800", "\udc00x", "x\ud800"})
    void refusesValuesThatCouldForgeAnotherHeader(String value) {
        assertRefused(() -> Attributes.of(Map.of("a", value)));
    }

    @Test
    void refusesBytesThatAreNotLines() {
        assertRefused(() -> Attributes.decode("a b\n".getBytes(StandardCharsets.UTF_8)));
        assertRefused(() -> Attributes.decode("a: b".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void cloudEventsNamesHaveNoDotAndNoDash() {
        assertThat(Attributes.isCloudEvents("datacontenttype")).isTrue();
        assertThat(Attributes.isCloudEvents("mqtt.x")).isFalse();
        assertThat(Attributes.isCloudEvents("a-b")).isFalse();
    }

    @Test
    void aSeriesIsWhatEachOfItsEventsWouldBeAlone() {
        for (Map<String, String> others : java.util.List.of(
                Map.<String, String>of(),
                Map.of("type", "t", "source", "s"),
                Map.of("a", "grün \uD83D\uDE00", "type", "t"),
                Map.of("a", "", "b.c", "id: 7"))) {
            Map<String, String> all = new java.util.HashMap<>(others);
            all.put("id", "other");
            Attributes.Series series = new Attributes.Series(Attributes.of(all));
            for (String id : new String[] {"", "1", "grün \uD83D\uDE00", "a longer one: with lines"}) {
                all.put("id", id);
                Attributes expected = Attributes.of(all);
                assertThat(series.with(id).encoded()).isEqualTo(expected.encoded());
                all.forEach(
                        (name, value) -> assertThat(series.with(id).get(name)).isEqualTo(value));
            }
            assertRefused(() -> series.with("a\nb"));
        }
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        e -> assertThat(e.refusal().code()).isEqualTo(FailureCode.ATTRIBUTE));
    }
}
