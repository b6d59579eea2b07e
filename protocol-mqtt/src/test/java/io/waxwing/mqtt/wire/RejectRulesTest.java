package io.waxwing.mqtt.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.mqtt.packet.ReasonCode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One line of {@code wire/reject.txt} per rule: bytes, and the one reason and field they are refused for. */
class RejectRulesTest {
    private static final byte[] PING = Hex.bytes("c0 00");

    record Rule(String id, String version, String hex, ReasonCode reason, String field) {
        @Override
        public String toString() {
            return id + " v" + version + " " + hex;
        }
    }

    static Stream<Rule> rules() throws IOException {
        List<Rule> rules = new ArrayList<>();
        InputStream file = Objects.requireNonNull(RejectRulesTest.class.getResourceAsStream("/wire/reject.txt"));
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                String[] part = line.split("\\|", -1);
                for (String version : part[1].strip().split(",", -1)) {
                    ReasonCode reason = Objects.requireNonNull(ReasonCode.of(Integer.decode(part[3].strip())));
                    rules.add(new Rule(part[0].strip(), version, part[2].strip(), reason, part[4].strip()));
                }
            }
        }
        return rules.stream();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void bytesAreRefusedForThisReason(Rule rule) {
        byte[] connect = switch (rule.version()) {
            case "3" -> Codec.CONNECT_3;
            case "5" -> Codec.CONNECT_5;
            default -> new byte[0];
        };
        Codec.Outcome outcome = Codec.decode(CodecLimits.DEFAULT, connect, Hex.bytes(rule.hex()), PING);
        Malformed fault = outcome.fault();
        assertThat(fault).isNotNull();
        assertThat(Objects.requireNonNull(fault).reason())
                .as(fault.getMessage())
                .isEqualTo(rule.reason());
        assertThat(fault.field()).isEqualTo(rule.field());
        // E-10: nothing after the fault has effect.
        assertThat(outcome.packets()).hasSize(connect.length == 0 ? 0 : 1);
    }

    @Test
    void sizeLimitIsJudgedFromTheFixedHeaderAlone() {
        // P-11: a packet one byte above the limit is refused before its body arrives; at the limit it is awaited.
        CodecLimits limits = new CodecLimits(64, 64, 4, 64);
        assertThat(Codec.decode(limits, Codec.CONNECT_3, Hex.bytes("30 3f")).fault())
                .matches(fault -> fault.reason() == ReasonCode.PACKET_TOO_LARGE);
        assertThat(Codec.decode(limits, Codec.CONNECT_3, Hex.bytes("30 3e")).fault())
                .isNull();
    }

    @Test
    void connectIsBoundedBySixtyFourKibibytesWhateverComesAfter() {
        assertThat(Codec.decode(CodecLimits.DEFAULT, Hex.bytes("10 fe ff 03")).fault())
                .matches(fault -> fault.reason() == ReasonCode.PACKET_TOO_LARGE);
        assertThat(Codec.decode(CodecLimits.DEFAULT, Hex.bytes("10 fc ff 03")).fault())
                .isNull();
    }

    @Test
    void userPropertiesAreBoundedInNumber() {
        StringBuilder properties = new StringBuilder();
        properties.append("2600016b000176".repeat(65));
        String hex = "30 " + "cc03" + "0001 74 " + "c703" + properties;
        Codec.Outcome outcome = Codec.decode(CodecLimits.DEFAULT, Codec.CONNECT_5, Hex.bytes(hex));
        assertThat(outcome.fault()).matches(fault -> fault.reason() == ReasonCode.QUOTA_EXCEEDED);
    }
}
