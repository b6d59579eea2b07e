package io.waxwing.broker.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.waxwing.bus.audit.Act;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One line: members in a fixed order without spaces, everything but printable ASCII escaped, so that one act has one
 * text. The hash of a line is SHA-256 over its bytes without the line feed, in hexadecimal.
 *
 * @param number 1, 2, 3 ... gapless
 * @param at when it was written, to the millisecond, by the node's clock
 * @param act what was done
 * @param before hash of the line before; of the first, 64 zeros
 */
record AuditLine(long number, Instant at, Act act, String before) {
    static final String NOTHING_BEFORE = "0".repeat(64);
    static final int BYTES_MAX = 16 << 10;

    private static final int SHORT = 128;
    private static final int LONG = 2_048;
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();
    // Instant.toString leaves out what is zero; one act has one text.
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    AuditLine {
        act = new Act(
                cut(act.who(), SHORT),
                cut(act.from(), SHORT),
                cut(act.act(), SHORT),
                cut(act.what(), LONG),
                cut(act.result(), SHORT),
                act.refused());
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 3) + "...";
    }

    /** Without the line feed. */
    String text() {
        return "{\"n\":" + number + ",\"at\":\"" + TIME.format(at) + "\",\"who\":" + quoted(act.who()) + ",\"from\":"
                + quoted(act.from()) + ",\"act\":" + quoted(act.act()) + ",\"what\":" + quoted(act.what())
                + ",\"result\":" + quoted(act.result()) + ",\"done\":" + !act.refused() + ",\"before\":\"" + before
                + "\"}";
    }

    /** What {@link #text} gave, or null if it is nothing that it gives. */
    static @Nullable AuditLine parse(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            Act act = new Act(
                    json.path("who").asText(),
                    json.path("from").asText(),
                    json.path("act").asText(),
                    json.path("what").asText(),
                    json.path("result").asText(),
                    !json.path("done").asBoolean());
            AuditLine line = new AuditLine(
                    json.path("n").asLong(),
                    Instant.parse(json.path("at").asText()),
                    act,
                    json.path("before").asText());
            return line.text().equals(text) ? line : null;
        } catch (JsonProcessingException | java.time.DateTimeException noLine) {
            return null;
        }
    }

    /** The text with quotes, in printable ASCII. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c >= 0x20 && c < 0x7f) {
                out.append(c);
            } else {
                out.append("\\u").append(HexFormat.of().toHexDigits(c));
            }
        }
        return out.append('"').toString();
    }

    static String hash(byte[] line) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(line));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
