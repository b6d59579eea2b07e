package io.waxwing.http.cloudevents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.waxwing.bus.event.Attributes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the specification refuses and the SDK takes, and what binary mode wants (HTTP binding 1.0.2 section 3.1.3.2).
 */
class StrictnessTest {
    private static final String CORE = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"";

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"/s\",\"type\":\"t\"}; WXW-1005; /id",
                "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"\",\"type\":\"t\"}; WXW-1005; /source",
                "{\"specversion\":\"1.1\",\"id\":\"1\",\"source\":\"/s\",\"type\":\"t\"}; WXW-1006; /specversion",
                "{CORE,\"ext\":{\"a\":1}}; WXW-1005; /ext",
                "{CORE,\"ext\":[1]}; WXW-1005; /ext",
                "{CORE,\"ext\":1.5}; WXW-1005; /ext",
                "{CORE,\"ext\":2147483648}; WXW-1005; /ext",
                "{CORE,\"ext\":\"a\\u0007b\"}; WXW-1004; /ext",
                "{CORE,\"ext\":\"\\ud800\"}; WXW-1004; /ext",
                "{CORE,\"wxweventid\":\"x\"}; WXW-1004; /wxweventid",
                "{CORE,\"wxwtopic\":\"x\"}; WXW-1004; /wxwtopic",
                "{CORE,\"a-b\":\"x\"}; WXW-1005; /a-b",
                "{CORE,\"datacontenttype\":\"nonsense\"}; WXW-1005; /datacontenttype",
                "{CORE,\"dataschema\":\"/relative\"}; WXW-1005; /dataschema",
                "{CORE,\"time\":\"2018-04-05T17:31Z\"}; WXW-1005; /time",
                "{CORE,\"time\":\"2018-02-30T17:31:00Z\"}; WXW-1005; /time",
                "{CORE,\"data_base64\":\"!\"}; WXW-1005; /data_base64",
                "{CORE,\"data_base64\":7}; WXW-1005; /data_base64",
                "{CORE,\"data\":{},\"datacontenttype\":\"text/plain\"}; WXW-1005; /data",
                "{CORE,\"data\":\"\\ud800\",\"datacontenttype\":\"text/plain\"}; WXW-1005; /data",
                "{CORE} {}; WXW-1007; ",
                "{CORE,\"id\":\"2\"}; WXW-1007; ",
            })
    void isRefusedWithItsPlace(String text, String code, String pointer) {
        byte[] body = text.replace("CORE", CORE).getBytes(StandardCharsets.UTF_8);
        assertThatExceptionOfType(NotACloudEvent.class)
                .isThrownBy(() -> StructuredMode.read(body))
                .satisfies(wrong -> {
                    assertThat(wrong.refusal().code().text()).isEqualTo(code);
                    assertThat(wrong.pointer()).isEqualTo(pointer);
                });
    }

    @Test
    void nullIsAbsent() {
        byte[] body = ("{" + CORE + ",\"unset\":null,\"data\":null}").getBytes(StandardCharsets.UTF_8);
        CloudEvent event = StructuredMode.read(body);
        assertThat(event.attributes().size()).isEqualTo(4);
        assertThat(event.payload().size()).isZero();
    }

    @Test
    void bytesThatAreNotUtf8AreRefused() {
        byte[] body = ("{" + CORE + ",\"ext\":\"\u00e9\"}").getBytes(StandardCharsets.ISO_8859_1);
        assertThatExceptionOfType(NotACloudEvent.class)
                .isThrownBy(() -> StructuredMode.read(body))
                .satisfies(wrong -> assertThat(wrong.refusal().code().text()).isEqualTo("WXW-1007"));
    }

    private static CloudEvent binary(String... more) {
        List<Map.Entry<String, String>> headers = new ArrayList<>(List.of(
                Map.entry("ce-specversion", "1.0"),
                Map.entry("ce-id", "1"),
                Map.entry("ce-source", "/s"),
                Map.entry("ce-type", "t")));
        for (int i = 0; i < more.length; i += 2) {
            headers.add(Map.entry(more[i], more[i + 1]));
        }
        return BinaryMode.read(headers, "text/plain", new byte[] {1});
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "Euro%20%E2%82%AC%20%F0%9F%98%80,Euro € 😀",
                "%e2%82%ac,€",
                "%41,A",
                "plain,plain",
                "\"quoted\",quoted",
                "\"a\\\"b\",a\"b",
                "\"%41\",A",
                "%2541,%41",
            })
    void headerValuesAreUnquotedThenDecodedOnce(String header, String value) {
        assertThat(binary("ce-ext", header).attributes().get("ext")).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "ce-ext,%C0%A0,WXW-1005",
        "ce-ext,%ED%A0%80,WXW-1005",
        "ce-ext,%4,WXW-1005",
        "ce-ext,%zz,WXW-1005",
        "ce-ext,é,WXW-1005",
        "ce-ext,%07,WXW-1004",
        "ce-datacontenttype,text/plain,WXW-1005",
        "ce-id,2,WXW-1005",
        "ce-wxwreplay,true,WXW-1004",
        "ce-data,x,WXW-1005",
        "ce-,x,WXW-1004",
    })
    void wrongHeadersAreRefused(String name, String value, String code) {
        assertThatExceptionOfType(NotACloudEvent.class)
                .isThrownBy(() -> binary(name, value))
                .satisfies(wrong -> assertThat(wrong.refusal().code().text()).isEqualTo(code));
    }

    @Test
    void whatIsEncodedForAHeaderIsReadBack() {
        String value = "a b\"c%d\u00e9\ud83d\ude00\\";
        assertThat(BinaryMode.encode(value)).isEqualTo("a%20b%22c%25d%C3%A9%F0%9F%98%80\\");
        assertThat(binary("ce-ext", BinaryMode.encode(value)).attributes().get("ext"))
                .isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "application/cloudevents+json,STRUCTURED",
        "Application/CloudEvents+JSON; charset=UTF-8,STRUCTURED",
        "application/cloudevents-batch+json,BATCHED",
        "application/json,BINARY",
        ",BINARY",
        "application/cloudevents+avro,415",
        "application/cloudevents,415",
        "application/cloudevents-batch+protobuf,415",
        "application/cloudevents+json; charset=latin1,415",
    })
    void theModeFollowsFromTheMediaType(String contentType, String expected) {
        String got;
        try {
            got = ContentMode.of(contentType).name();
        } catch (NotACloudEvent unknown) {
            got = unknown.refusal().code().text().equals("WXW-1305") ? "415" : "?";
        }
        assertThat(got).isEqualTo(expected);
    }

    @Test
    void aPlainBodyHasNoAttributesButTheRequiredOnes() {
        CloudEvent event = PlainBody.wrap("bank-a", "", "7", null, new byte[] {1});
        assertThat(event.source()).isEqualTo("//bank-a/http");
        assertThat(event.attributes().get(Attributes.TYPE)).isEqualTo("io.waxwing.raw");
        assertThat(event.attributes().size()).isEqualTo(4);
    }
}
