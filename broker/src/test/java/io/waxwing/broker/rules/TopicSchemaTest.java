package io.waxwing.broker.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class TopicSchemaTest {
    private static final RuleLimits LIMITS = new RuleLimits(10, 10, 64 << 10, 100_000);
    private static final String METER = """
            {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","required":["kWh"],
             "properties":{"kWh":{"type":"number","minimum":0},"at":{"type":"string","pattern":"^[0-9]{4}$"},
                           "tags":{"type":"array","prefixItems":[{"type":"string"}],"items":false,"uniqueItems":true}},
             "additionalProperties":false}""";

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Refusal check(String schema, String data) {
        return TopicSchema.of(schema, LIMITS).check(bytes(data));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"kWh\":12}",
                "{\"kWh\":0.5,\"at\":\"2026\",\"tags\":[\"a\"]}",
            })
    void dataThatFitAreTaken(String data) {
        assertThat(check(METER, data)).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"kWh\":\"12\"}; /kWh",
                "{\"kWh\":-1}; /kWh",
                "{}; ''",
                "{\"kWh\":1,\"kwh\":1}; ''",
                "{\"kWh\":1,\"at\":\"26\"}; /at",
                "{\"kWh\":1,\"tags\":[\"a\",1]}; /tags",
                "[]; ''",
                "12; ''",
            })
    void dataThatDoNotFitAreRefusedWithThePlaceAndWithoutTheirText(String data, String pointer) {
        Refusal refusal = Objects.requireNonNull(check(METER, data));
        assertThat(refusal.code()).isEqualTo(FailureCode.SCHEMA_MISMATCH);
        assertThat(refusal.pointer()).as(refusal.detail()).isEqualTo(pointer);
        assertThat(refusal.detail()).doesNotContain("12");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "''",
                "{\"kWh\":1",
                "{\"kWh\":1}{}",
                "{\"kWh\":1,\"kWh\":2}",
                "hello",
                "{\"kWh\":1e999999999}",
                "{\"kWh\":99999999999999999999999999999999999999999999999999999999999999999999999999999999}",
            })
    void whatIsNoJsonOrReadDifferentlyByOthersIsRefused(String data) {
        assertThat(check(METER, data)).isNotNull();
    }

    @Test
    void bytesThatAreNoUtf8AreRefusedWhateverTheyWouldSayOtherwise() {
        TopicSchema schema = TopicSchema.of(METER, LIMITS);
        String fits = "{\"kWh\":1}";
        assertThat(schema.check(bytes(fits))).isNull();
        for (Charset other : List.of(
                StandardCharsets.UTF_16LE,
                StandardCharsets.UTF_16BE,
                Charset.forName("UTF-32LE"),
                Charset.forName("UTF-32BE"))) {
            assertThat(schema.check(fits.getBytes(other))).as("%s", other).isNotNull();
        }
        assertThat(schema.check(bytes("\ufeff" + fits))).as("a byte order mark").isNotNull();
        // 'W' in more bytes than they need, half a surrogate pair.
        for (String hidden : List.of("{\"k\u00c1\u0097h\":1}", "{\"kWh\":1,\"\u00ed\u00a0\u0080\":1}")) {
            assertThat(schema.check(hidden.getBytes(StandardCharsets.ISO_8859_1)))
                    .as(hidden)
                    .isNotNull();
        }
    }

    @Test
    void deepDataAreRefused() {
        assertThat(check("{}", "[".repeat(100) + "]".repeat(100))).isNotNull();
        assertThat(check("{}", "[".repeat(50) + "]".repeat(50))).isNull();
    }

    static Stream<Arguments> bombs() {
        StringBuilder doubling = new StringBuilder("{\"$ref\":\"#/$defs/a0\",\"$defs\":{");
        for (int i = 0; i < 40; i++) {
            String next = "{\"$ref\":\"#/$defs/a" + (i + 1) + "\"}";
            doubling.append("\"a" + i + "\":{\"allOf\":[" + next + "," + next + "]},");
        }
        doubling.append("\"a40\":{\"type\":\"object\"}}}");
        return Stream.of(
                Arguments.of("itself", "{\"$ref\":\"#\"}"),
                Arguments.of(
                        "circle",
                        "{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},\"b\":{\"$ref\":\"#/$defs/a\"}}}"),
                Arguments.of("dynamic circle", "{\"$dynamicAnchor\":\"x\",\"$dynamicRef\":\"#x\"}"),
                Arguments.of("doubling", doubling.toString()),
                Arguments.of("deep", "{\"not\":".repeat(5_000) + "{}" + "}".repeat(5_000)),
                Arguments.of("deep list", "{\"allOf\":[".repeat(5_000) + "{}" + "]}".repeat(5_000)),
                Arguments.of("long", "{\"enum\":[\"" + "a".repeat(70_000) + "\"]}"),
                Arguments.of("number", "{\"minimum\":" + "9".repeat(10_000) + "}"),
                Arguments.of("no JSON", "{"),
                Arguments.of("twice", "{\"type\":\"string\",\"type\":\"object\"}"),
                Arguments.of("text", "\"string\""),
                Arguments.of("unknown type", "{\"type\":\"strnig\"}"),
                Arguments.of("wrong keyword", "{\"properties\":[]}"),
                Arguments.of("no pattern", "{\"pattern\":\"(\"}"),
                Arguments.of("other dialect", "{\"$schema\":\"http://json-schema.org/draft-07/schema#\"}"),
                Arguments.of(
                        "inner dialect",
                        "{\"properties\":{\"a\":{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\"}}}"),
                Arguments.of("file", "{\"$ref\":\"file:///etc/passwd\"}"),
                Arguments.of("class path", "{\"$ref\":\"classpath:logback-test.xml\"}"),
                Arguments.of("jar", "{\"$dynamicRef\":\"jar:file:///x.jar!/y\"}"),
                Arguments.of("inner id", "{\"properties\":{\"a\":{\"$id\":\"http://127.0.0.1/\"}}}"),
                Arguments.of("nowhere", "{\"$ref\":\"#/$defs/none\"}"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("bombs")
    void aSchemaThatIsABombOrNoneIsRefusedSoon(String name, String schema) {
        Assertions.assertTimeout(
                Duration.ofSeconds(20),
                () -> assertThatThrownBy(() -> TopicSchema.of(schema, LIMITS))
                        .isInstanceOf(RefusedException.class)
                        .hasMessageContaining("WXW-1013"));
    }

    @Test
    void nothingIsFetched() throws Exception {
        try (ServerSocket trap = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            trap.setSoTimeout(1);
            String url = "http://127.0.0.1:" + trap.getLocalPort() + "/schema";
            for (String schema : new String[] {
                "{\"$ref\":\"" + url + "\"}",
                "{\"$id\":\"" + url + "\",\"$ref\":\"#/$defs/x\"}",
                "{\"$id\":\"" + url + "\",\"properties\":{\"a\":{\"$ref\":\"other\"}}}",
                "{\"$schema\":\"" + url + "\"}"
            }) {
                assertThatThrownBy(() -> TopicSchema.of(schema, LIMITS)).isInstanceOf(RefusedException.class);
            }
            assertThatThrownBy(trap::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"pattern\":\"^(a|a)*(b?)\\\\2c$\"}; aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
                "{\"pattern\":\"^(a+)+(b?)\\\\2c$\"}; aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!",
            })
    void aPatternMadeToBeSlowIsCutOff(String schema, String data) {
        TopicSchema slow = TopicSchema.of(schema, LIMITS);
        Assertions.assertTimeout(
                Duration.ofSeconds(10),
                () -> assertThat(Objects.requireNonNull(slow.check(bytes("\"" + data + "\"")))
                                .detail())
                        .contains("schemas.steps"));
    }

    @Test
    void whatCountsUpWithTheDataIsCutOff() {
        String tree = "{\"anyOf\":[{\"type\":\"array\",\"items\":{\"$ref\":\"#\"},\"minItems\":2},"
                + "{\"type\":\"array\",\"items\":{\"$ref\":\"#\"},\"maxItems\":1}]}";
        TopicSchema schema = TopicSchema.of(tree, LIMITS);
        assertThat(schema.check(bytes("[[],[[]]]"))).isNull();
        String deep = "[".repeat(40) + "1" + "]".repeat(40);
        Assertions.assertTimeout(
                Duration.ofSeconds(10),
                () -> assertThat(schema.check(bytes(deep))).isNotNull());
        String wide = "[" + "1,".repeat(200_000) + "1]";
        Assertions.assertTimeout(
                Duration.ofSeconds(10),
                () -> assertThat(schema.check(bytes(wide))).isNotNull());
    }

    @Test
    void itemsMadeToLookAlikeAreNotComparedForEver() {
        TopicSchema schema = TopicSchema.of("{\"properties\":{\"a\":{\"uniqueItems\":true}}}", LIMITS);
        StringBuilder equalHashes = new StringBuilder("{\"a\":[");
        for (int i = 0; i < 8_000; i++) {
            equalHashes.append(i == 0 ? "\"" : ",\"");
            for (int bit = 0; bit < 14; bit++) {
                equalHashes.append(((i >> bit) & 1) == 0 ? "Aa" : "BB");
            }
            equalHashes.append('"');
        }
        Refusal refusal = schema.check(bytes(equalHashes.append("]}").toString()));
        assertThat(Objects.requireNonNull(refusal).detail()).contains("schemas.steps");
        assertThat(schema.check(bytes("{\"a\":[1,2,3]}"))).isNull();
        assertThat(schema.check(bytes("{\"a\":[1,2,1]}"))).isNotNull();
    }

    @Test
    void aLongTextForARecursivePatternIsRefusedAndTheThreadGoesOn() {
        TopicSchema schema = TopicSchema.of("{\"pattern\":\"^(x|y)*$\"}", new RuleLimits(1, 1, 1_024, 10_000_000));
        assertThat(schema.check(bytes("\"" + "xy".repeat(200_000) + "\""))).isNotNull();
        assertThat(schema.check(bytes("\"xyxy\""))).isNull();
    }
}
