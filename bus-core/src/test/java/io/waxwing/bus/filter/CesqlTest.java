package io.waxwing.bus.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.DeliveryClass;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CesqlTest {
    private static final Map<String, String> EVENT = Map.of(
            "id",
            "7",
            "source",
            "//bank-a/meter",
            "type",
            "io.example.reading",
            "subject",
            "50%",
            "hop",
            "3",
            "ttl",
            "12",
            "urgent",
            "TRUE");

    private static boolean matches(String expression) {
        return Cesql.parse(expression).matches(EVENT::get);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type = 'io.example.reading'",
                "type <> 'x' or true",
                "hop < ttl",
                "hop + 1 = 4 and ttl / 5 = 2 and ttl % 5 = 2 and -hop < 0",
                "2 + 3 * 4 = 14",
                "(2 + 3) * 4 = 20",
                "type LIKE 'io.%.reading'",
                "type like '%_eading' and type not like 'o%'",
                "subject LIKE '50\\%'",
                "NOT (subject LIKE '50\\%x')",
                "EXISTS subject and not exists nothing",
                "hop IN (1, 2, 3) and hop not in ('4', '5')",
                "urgent = true",
                "bool(urgent) XOR false",
                "LENGTH(id) = 1",
                "concat('a', 1, true) = 'a1true'",
                "concat_ws('-', 'a', 'b') = 'a-b'",
                "upper(lower('aB')) = 'AB' and trim(' x ') = 'x'",
                "left('abc', 2) = 'ab' and right('abc', 2) = 'bc' and left('abc', 9) = 'abc'",
                "substring('abc', 2) = 'bc' and substring('abc', -2, 1) = 'b' and substring('abc', 0) = ''",
                "abs(-7) = 7 and is_int('7') and not is_int('x') and is_bool('false')",
                "-2147483648 < 2147483647",
                "\"it's\" = 'it\\'s'",
                "true or nothing = 1",
                "not (false and 1 / 0 = 1)",
                "not (false and true or true)",
            })
    void passes(String expression) {
        assertThat(matches(expression)).as(expression).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nothing = 'x'",
                "nothing != 'x'",
                "nothing = 1 or true",
                "type < 3",
                "1 / 0 = 0",
                "2147483647 + 1 > 0",
                "left('abc', -1) = 'abc'",
                "substring('abc', 4) = ''",
                "abs(-2147483648) > 0",
                "id",
                "hop + 1",
                "'yes' = true",
            })
    void doesNotPassForFalseOrAnErrorOrWhatIsNoBoolean(String expression) {
        assertThat(matches(expression)).as(expression).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "|want a value and not the end, at character 1",
                "type =|want a value and not the end, at character 7",
                "type = 'x|this text does not end, at character 8",
                "type = 'x' 'y'|want the end, or an operator and not 'y', at character 12",
                "(type = 'x'|want ) and not the end, at character 12",
                "Type = 'x'|want an attribute, in lower case letters and digits, and not 'Type', at character 1",
                "like(1)|no function has the name like, at character 1",
                "sleep(1) = 1|no function has the name sleep, at character 1",
                "length() = 1|LENGTH does not take 0 arguments, at character 1",
                "id LIKE subject|want a text and not 'subject', at character 9",
                "id IN ()|want a value and not ')', at character 8",
                "hop = 2147483648|numbers have 32 bits, at character 7",
                "id = 1;|unexpected character, at character 7",
            })
    void whatIsNoExpressionIsRefusedWithItsPlace(String expression, String why) {
        assertThatThrownBy(() -> Cesql.parse(expression == null ? "" : expression))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("WXW-1015")
                .hasMessageContaining(why);
    }

    @Test
    void boundsHold() {
        assertThatThrownBy(() -> Cesql.parse("(".repeat(40) + "true" + ")".repeat(40)))
                .hasMessageContaining("nested deeper than 32");
        assertThatThrownBy(() -> Cesql.parse("not ".repeat(40) + "true")).hasMessageContaining("nested deeper than 32");
        assertThatThrownBy(() -> Cesql.parse("1" + "+1".repeat(300))).hasMessageContaining("more than 256 parts");
        assertThatThrownBy(() -> Cesql.parse(" ".repeat(3_000))).hasMessageContaining("longer than 2048");
        String longest = "x".repeat(Cesql.MAX_VALUE_CHARS);
        assertThat(Cesql.parse("length(a) = 4096").matches(name -> longest)).isTrue();
        assertThat(Cesql.parse("length(concat(a, a)) > 0").matches(name -> longest))
                .isFalse();
        assertThat(Cesql.parse("length(a) > 0").matches(name -> longest + "x")).isFalse();
    }

    @Test
    void aLongRowOfAlternativesIsNoNesting() {
        String row = "id = 0" + " or id = 0".repeat(60);
        assertThat(matches(row)).isFalse();
        assertThat(matches(row + " or id = 7")).isTrue();
    }

    @Test
    void aPatternMadeToBeSlowIsNot() {
        // A regular expression would go back more often than there are atoms.
        String pattern = "%a".repeat(30) + "%b";
        assertThat(new LikePattern(pattern).matches("a".repeat(Cesql.MAX_VALUE_CHARS)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type = 'reading' AND wxwtopic = 'home/a' AND specversion = '1.0'",
                "wxweventid = 'ba8f2af3-3-9' AND NOT EXISTS wxwreplay",
                "NOT EXISTS data AND NOT EXISTS nothing"
            })
    void anEventIsSeenWithItsAttributesAndWhatTheBusAdds(String expression) {
        assertThat(Cesql.parse(expression).passes(event(), false)).isTrue();
        assertThat(Cesql.parse("wxwreplay = true").passes(event(), true)).isTrue();
    }

    private static Event event() {
        return new Event(
                "home/a",
                Attributes.of(Map.of("type", "reading")),
                Payload.utf8("21"),
                1,
                DeliveryClass.ORDERED,
                EventId.parse("ba8f2af3-3-9"),
                5_000,
                1,
                "");
    }
}
