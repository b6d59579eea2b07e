package io.waxwing.broker.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.broker.sim.MemoryColumns;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.http.rules.Rules.SignerWish;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures that openssl made, see src/test/resources/signatures. */
class SignaturesTest {
    private static final Path FOLDER = Path.of("src/test/resources/signatures");
    private static final String DATA = "{\"kWh\": 12}";
    private static final String TOPIC = "meters/7";

    private final EventRules rules = new EventRules(
            new MemoryColumns(), new RuleLimits(2, 3, 1_024, 10_000), () -> 1_000, new SimpleMeterRegistry());
    private final Map<String, String> event = new HashMap<>(Map.of(
            "specversion", "1.0",
            "id", "reading-1",
            "source", "//home-17/meter",
            "type", "org.example.reading",
            "datacontenttype", "application/json",
            "subject", "kitchen",
            "time", "2026-03-01T09:00:06.25+01:00",
            "phase", "L1",
            "signedextattrs", "phase"));

    @BeforeEach
    void registered() throws IOException {
        assertThat(rules.putSigner("ed25519", wish("//home-17/*", true, "ed25519"), "alice"))
                .isTrue();
        assertThat(rules.putSigner("p256", wish("//home-17/meter", true, "p256"), "alice"))
                .isTrue();
    }

    private static String read(String name) throws IOException {
        return Files.readString(FOLDER.resolve(name)).strip();
    }

    private static SignerWish wish(String source, boolean required, String key) throws IOException {
        return new SignerWish(TopicFilter.parse("meters/+"), source, required, read(key + ".pem"));
    }

    private Refusal check(String topic, String data) {
        return rules.check(
                new EventDraft(topic, Attributes.of(event), Payload.utf8(data), 1, false, true, null, "", 0));
    }

    private void refused(String why) {
        Refusal refusal = check(TOPIC, DATA);
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(FailureCode.SIGNATURE);
        assertThat(refusal.detail()).contains(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ed25519", "p256"})
    void whatItsPublisherSignedIsTaken(String key) throws IOException {
        event.put("dssematerial", read(key + ".material"));
        assertThat(check(TOPIC, DATA)).isNull();
        event.put("time", "2026-03-01T08:00:06Z");
        assertThat(check(TOPIC, DATA)).as("the same second elsewhere").isNull();
        event.put("unsigned", "may be anything");
        assertThat(check(TOPIC, DATA)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "id, reading-2",
        "source, //home-17/other",
        "type, org.example.other",
        "subject, cellar",
        "time, 2026-03-01T09:00:07.25+01:00",
        "phase, L2",
        "datacontenttype, application/other+json",
        "dataschema, https://example.org/",
        "signedextattrs, ''",
    })
    void whatIsChangedIsRefused(String name, String value) throws IOException {
        event.put("dssematerial", read("ed25519.material"));
        event.put(name, value);
        refused("another event");
    }

    @Test
    void changedDataAreRefused() throws IOException {
        event.put("dssematerial", read("ed25519.material"));
        assertThat(check(TOPIC, "{\"kWh\":12}"))
                .as("other spaces are other bytes")
                .isNotNull();
    }

    @Test
    void aSignatureOfAnotherKeyUnderThisNameIsRefused() throws IOException {
        String material = new String(Base64.getDecoder().decode(read("p256.material")), StandardCharsets.UTF_8);
        event.put("dssematerial", base64(material.replace("\"p256\"", "\"ed25519\"")));
        refused("the signature is wrong");
        event.put("dssematerial", base64(material.replace("\"p256\"", "\"nobody\"")));
        refused("no signature is of a key");
        byte[] bytes = Base64.getDecoder().decode(read("ed25519.material"));
        String broken = new String(bytes, StandardCharsets.UTF_8).replaceFirst("(\"sig\": \")(.)", "$1/");
        event.put("dssematerial", base64(broken));
        refused("the signature is wrong");
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whereSignaturesAreRequiredNothingElseIsTaken() {
        refused("only if they are signed");
        event.put("dssematerial", "");
        refused("only if they are signed");
        event.remove("dssematerial");
        assertThat(check("other/7", DATA)).as("another topic").isNull();
        event.put("source", "//home-18/meter");
        assertThat(check(TOPIC, DATA)).as("another source").isNull();
    }

    @Test
    void aKeySignsForItsSourcesOnly() throws IOException {
        assertThat(rules.removeSigner("ed25519")).isTrue();
        assertThat(rules.removeSigner("ed25519")).isFalse();
        event.put("dssematerial", read("ed25519.material"));
        refused("no signature is of a key");
        assertThat(rules.removeSigner("p256")).isTrue();
        assertThat(check(TOPIC, DATA)).as("nobody's key counts here").isNull();
        assertThat(check(TOPIC, "{}")).as("but it is of another event").isNotNull();
    }

    @Test
    void keysThatAreReplacedCountNoMore() throws IOException {
        event.put("dssematerial", read("ed25519.material"));
        assertThat(rules.putSigner("ed25519", wish("//home-17/*", true, "p256"), "alice"))
                .isFalse();
        refused("the signature is wrong");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "%%%",
                "bm8=",
                "e30=",
                "W10=",
                "eyJwYXlsb2FkVHlwZSI6Imh0dHBzOi8vY2xvdWRldmVudHMuaW8vdmVyaWZpYWJpbGl0eS9kc3NlL3YwLjEiLCJwYXlsb2FkIjoiYWE9PSIsInNpZ25hdHVyZXMiOltdfQ=="
            })
    void materialThatIsNoneIsRefused(String material) {
        event.put("dssematerial", material);
        assertThat(check(TOPIC, DATA)).isNotNull();
    }

    @Test
    void materialMadeToBeExpensiveIsRefused() {
        String many = "{\"keyid\":\"ed25519\",\"sig\":\"AA==\"},".repeat(100);
        String digest = Base64.getEncoder().encodeToString(new byte[32]);
        event.put(
                "dssematerial",
                base64("{\"payloadType\":\"https://cloudevents.io/verifiability/dsse/v0.1\",\"payload\":\"" + digest
                        + "\",\"signatures\":[" + many + "{}]}"));
        refused("1 to 8 signatures");
        event.put("dssematerial", base64("[".repeat(6_000)));
        refused("no DSSE envelope");
        event.put("dssematerial", "A".repeat(9_000));
        refused("more than 8192");
    }

    @ParameterizedTest
    @ValueSource(strings = {"phase,phase", "id", "dssematerial", "signedextattrs", "phase,", " phase", "none", "a.b"})
    void listsOfExtensionsThatAreNoneAreRefused(String names) throws IOException {
        event.put("dssematerial", read("ed25519.material"));
        event.put("signedextattrs", names);
        refused("signedextattrs");
    }

    @Test
    void keysThatAreNoneAreRefusedAndNotRepeated() throws IOException {
        for (String key : new String[] {
            "",
            "nonsense",
            read("p384.pem"),
            "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA\n-----END PRIVATE KEY-----"
        }) {
            SignerWish wish = new SignerWish(TopicFilter.parse("#"), "*", false, key);
            assertThatThrownBy(() -> rules.putSigner("x", wish, ""))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("WXW-1016")
                    .hasMessageNotContaining("MC4C");
        }
        assertThat(rules.signer("x")).isNull();
    }

    /** With such a key there are signatures that fit every event: nobody would have signed anything. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000080",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            })
    void keysWhoseSignaturesSayNothingAreRefused(String point) {
        for (String sign : new String[] {"", "with the other sign"}) {
            byte[] encoded = HexFormat.of().parseHex("302a300506032b6570032100" + point);
            encoded[encoded.length - 1] ^= (byte) (sign.isEmpty() ? 0 : 0x80);
            SignerWish wish = new SignerWish(
                    TopicFilter.parse("#"), "*", false, Base64.getEncoder().encodeToString(encoded));
            assertThatThrownBy(() -> rules.putSigner("x", wish, ""))
                    .as(sign)
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("WXW-1016");
        }
    }

    @Test
    void whereEverySourceIsAskedToSignAnEventWithoutOneIsRefusedToo() throws IOException {
        rules.putSigner("all", wish("*", true, "p256"), "");
        event.remove("source");
        refused("only if they are signed");
    }

    @Test
    void thereAreNoMoreThanTheNodeKeeps() throws IOException {
        assertThat(rules.putSigner("third", wish("*", false, "p256"), "")).isTrue();
        assertThatThrownBy(() -> rules.putSigner("fourth", wish("*", false, "p256"), ""))
                .hasMessageContaining("WXW-1017");
        assertThat(rules.putSigner("third", wish("*", true, "p256"), "")).isFalse();
        rules.putSchema("a", "{}", "");
        rules.putSchema("b", "{}", "");
        assertThatThrownBy(() -> rules.putSchema("c", "{}", "")).hasMessageContaining("WXW-1017");
        assertThat(rules.removeSchema("a")).isTrue();
        assertThat(rules.removeSchema("a")).isFalse();
        assertThat(rules.putSchema("c", "{}", "")).isTrue();
    }

    @Test
    void aRetainedValueIsForgottenWithoutDataThatFit() {
        rules.putSchema("plain/a", "{\"type\":\"object\"}", "");
        EventDraft forget = new EventDraft("plain/a", Attributes.NONE, Payload.EMPTY, 1, true, false, null, "", 0);
        assertThat(rules.check(forget)).isNull();
        EventDraft empty = new EventDraft("plain/a", Attributes.NONE, Payload.EMPTY, 1, false, false, null, "", 0);
        assertThat(rules.check(empty)).isNotNull();
    }
}
