package io.waxwing.broker.processing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.http.exchange.ProblemException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a rule may say, and who the events are that it makes. */
class RuleReadingTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Rule rule(String members) throws Exception {
        return RuleReading.rule(
                JSON.readTree("{\"filter\":\"m/#\",\"target\":{\"topic\":\"out\"}" + members + "}"), "");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{}|/filter",
                "{\"filter\":\"a/#/b\"}|/filter",
                "{\"filter\":\"$share/g/a\"}|/filter",
                "{\"filter\":\"a\"}|/target",
                "{\"filter\":\"a\",\"target\":{}}|/target",
                "{\"filter\":\"a\",\"target\":{\"topic\":\"a/+\"}}|/target/topic",
                "{\"filter\":\"a\",\"target\":{\"topic\":\"$SYS/x\"}}|/target/topic",
                "{\"filter\":\"a\",\"target\":{\"jdbc\":\"x\"}}|/target/jdbc",
                "{\"filter\":\"a\",\"target\":{\"topic\":\"x\",\"webhook\":{\"url\":\"y\"}}}|/target",
                "{\"filter\":\"a\",\"target\":{\"webhook\":{}}}|/target/webhook/url",
                "{\"filter\":\"a\",\"where\":\"b >\"}|/where",
                "{\"filter\":\"a\",\"bind\":7}|/bind",
                "{\"filter\":\"a\",\"bind\":{\"Temp\":\"/t\"}}|/bind/Temp",
                "{\"filter\":\"a\",\"bind\":{\"type\":\"/t\"}}|/bind/type",
                "{\"filter\":\"a\",\"bind\":{\"data\":\"/t\"}}|/bind/data",
                "{\"filter\":\"a\",\"bind\":{\"t\":\"t\"}}|/bind/t",
                "{\"filter\":\"a\",\"bind\":{\"t\":{\"at\":\"/t\",\"scale\":10}}}|/bind/t/scale",
                "{\"filter\":\"a\",\"bind\":{\"t\":{\"scale\":1}}}|/bind/t/at",
                "{\"filter\":\"a\",\"project\":{\"x/y\":[\"${\"]}}|/project/x~1y/0",
                "{\"filter\":\"a\",\"project\":\"${T}\"}|/project",
                "{\"filter\":\"a\",\"project\":\"${}\"}|/project",
                "{\"filter\":\"a\",\"type\":\"\"}|/type",
                "{\"filter\":\"a\",\"target\":{\"topic\":\"b\"},\"maxDeliver\":0}|/maxDeliver",
                "{\"filter\":\"a\",\"target\":{\"topic\":\"b\"},\"deadLetterTopic\":\"#\"}|/deadLetterTopic",
                "{\"filter\":\"a\",\"script\":\"x\"}|/script",
                "[]|''"
            })
    void whatIsWrongIsToldWithItsPlace(String json, String pointer) {
        assertThatThrownBy(() -> RuleReading.rule(JSON.readTree(json), ""))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        problem -> assertThat(problem.problem().pointer()).isEqualTo(pointer.replace("''", "")));
    }

    @ParameterizedTest
    @CsvSource({
        "12,0,12",
        "12.0,0,12",
        "12.5,0,12.5",
        "1E+3,0,1000",
        "12.345,2,1234",
        "-0.05,2,-5",
        "true,0,true",
        "'\"x\"',0,x",
        "null,0,",
        "'[1]',0,[1]",
        "1E+999999999,9,1E+999999999",
        "1E-999999999,9,1E-999999999"
    })
    void aConditionSeesAValueInTheDataAsText(String value, int scale, @Nullable String seen) throws Exception {
        Rule rule = rule(",\"bind\":{\"v\":{\"at\":\"/v\",\"scale\":" + scale + "}}");
        Event event = event("{\"v\":" + value + "}", DeliveryClass.LOCAL, 1, null);
        assertThat(new SourceEvent(event, rule.bindings()).text("v")).isEqualTo(seen);
    }

    private static Event event(String data, DeliveryClass of, long position, @Nullable EventId id) {
        return new Event(
                "m/1",
                Attributes.of(Map.of(
                        "specversion",
                        "1.0",
                        "id",
                        "1",
                        "source",
                        "//x",
                        "type",
                        "t",
                        "partitionkey",
                        "p",
                        "unit",
                        "c",
                        "dssematerial",
                        "x",
                        "mqtt.retain",
                        "1")),
                Payload.utf8(data),
                1,
                of,
                id,
                0,
                position,
                "");
    }

    private static Derivation derivation(String members, String secret) throws Exception {
        return new Derivation(rule(members), "r", "//bank-a/rules/r", secret, 1 << 20);
    }

    private static String identity(Derivation derivation, Event of) throws Exception {
        return String.valueOf(derivation.draft(of, "out").attributes().get("id"));
    }

    @Test
    void aSecondTryOfAnEventIsADuplicateOfTheFirst() throws Exception {
        Derivation rule = derivation("", "s1");
        Event ordered = event("1", DeliveryClass.ORDERED, 5, new EventId(1, 2, 3));
        assertThat(rule.draft(ordered, "out").identified()).isTrue();
        assertThat(identity(rule, ordered)).isEqualTo(identity(rule, ordered));
        assertThat(identity(rule, ordered))
                .as("wherever it stands on this node")
                .isEqualTo(identity(rule, event("1", DeliveryClass.ORDERED, 6, new EventId(1, 2, 3))))
                .isNotEqualTo(identity(rule, event("1", DeliveryClass.ORDERED, 5, new EventId(1, 3, 3))));
        assertThat(identity(rule, event("1", DeliveryClass.SEALED, 5, null)))
                .as("its eventId comes later")
                .isEqualTo(identity(rule, event("1", DeliveryClass.SEALED, 5, new EventId(1, 2, 3))))
                .isNotEqualTo(identity(rule, event("1", DeliveryClass.SEALED, 6, null)));
    }

    @Test
    void nobodyCanTakeAnIdentityAwayBeforeItIsUsed() throws Exception {
        Event of = event("1", DeliveryClass.ORDERED, 5, new EventId(1, 2, 3));
        assertThat(identity(derivation("", "s1"), of))
                .as("it is told by what only the rule knows")
                .isNotEqualTo(identity(derivation("", "s2"), of))
                .hasSize(32);
        ObjectNode given = (ObjectNode) JSON.readTree("{\"filter\":\"m\",\"target\":{\"topic\":\"o\"}}");
        Rule rule = RuleReading.rule(given, "");
        assertThat(Note.fresh(rule, "").secret())
                .hasSize(32)
                .isNotEqualTo(Note.fresh(rule, "").secret());
    }

    @Test
    void aCopyKeepsWhatIsTrueOfItAndAProjectionOnlyWhatItIsAbout() throws Exception {
        Event of = event("{\"a\":1}", DeliveryClass.LOCAL, 5, null);
        EventDraft copy = derivation("", "s").draft(of, "out");
        assertThat(copy.attributes().toString())
                .contains("unit", "partitionkey")
                .doesNotContain("dsse", "mqtt.");
        assertThat(copy.payload()).isEqualTo(of.payload());
        EventDraft made = derivation(",\"project\":7", "s").draft(of, "out");
        assertThat(made.attributes().toString()).contains("partitionkey").doesNotContain("unit");
        assertThat(made.payload()).isEqualTo(Payload.utf8("7"));
        EventDraft dead = derivation("", "s").deadLetter(of, "dead", "why\n" + "x".repeat(600));
        assertThat(dead.attributes().get("wxwerror")).startsWith("why?x").hasSize(512);
        assertThat(dead.attributes().get("id")).startsWith("dead-");
    }

    @Test
    void whatIsKeptIsReadAgainAndWhatIsDamagedIsSaid() throws Exception {
        Note note = Note.fresh(rule(",\"project\":{\"x\":1.50}"), "");
        Note read = Note.of(note.text());
        assertThat(read.secret()).isEqualTo(note.secret());
        assertThat(read.rule().json().toString()).contains("1.5");
        for (String damaged : new String[] {"{", "{}", "{\"secret\":\"x\",\"rule\":{\"filter\":7}}"}) {
            assertThatThrownBy(() -> Note.of(damaged))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("WXW-2104");
        }
    }

    @Test
    void dataNestedTooDeeplyAreADeadLetterAndNoAccident() throws Exception {
        Derivation rule = derivation(",\"project\":[[[[\"${data}\"]]]]", "s");
        String deep = "[".repeat(998) + "]".repeat(998);
        assertThatThrownBy(() -> rule.draft(event(deep, DeliveryClass.LOCAL, 1, null), "out"))
                .hasMessage("the result is nested too deeply");
        String deeper = "[".repeat(1_001) + "]".repeat(1_001);
        assertThatThrownBy(() -> rule.draft(event(deeper, DeliveryClass.LOCAL, 1, null), "out"))
                .hasMessageContaining("no JSON");
    }
}
