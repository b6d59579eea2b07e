package io.waxwing.stomp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.event.Payload;
import io.waxwing.stomp.frame.Command;
import io.waxwing.stomp.frame.Frame;
import io.waxwing.stomp.frame.StompVersion;
import io.waxwing.testkit.peer.NaiveParser;
import io.waxwing.testkit.sim.Seeds;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The decoder and a second, naive parser say the same of everything. A failure names its seed. */
class CodecBySeedTest {
    private static final int SEEDS = 20_000;
    private static final String[] PIECES = {
        "SEND",
        "CONNECT",
        "ACK",
        "MESSAGE",
        "send",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "\0",
        ":",
        "a:b",
        "a: b ",
        "\\n",
        "\\c",
        "\\r",
        "\\\\",
        "\\t",
        "\\",
        "content-length:3",
        "content-length:0",
        "content-length:-1",
        "content-length:x",
        "destination:/topic/a",
        "é😀",
        "abc",
        "x"
    };

    @Test
    @DisplayName("F1-F8, H1-H6: any bytes, cut anywhere, give what a naive parser of the whole gives")
    void agreesWithTheNaiveParserHoweverTheBytesAreCut() {
        int[] seen = new int[3];
        Seeds.forEach(SEEDS, seed -> {
            Random random = new Random(seed);
            StompVersion version = StompVersion.values()[random.nextInt(3)];
            byte[] stream = stream(random);
            NaiveParser.Outcome wanted = NaiveParser.ofClient(stream, version.text());
            Decoding got = new Decoding(version);
            for (int at = 0; at < stream.length; ) {
                int end = Math.min(stream.length, at + 1 + random.nextInt(random.nextBoolean() ? 1 : 40));
                got.read(Arrays.copyOfRange(stream, at, end));
                at = end;
            }
            assertThat(got.frames).isEqualTo(wanted.frames());
            // What is not whole may be known to be wrong already by one of the two.
            if (!wanted.rest()) {
                assertThat(got.fault != null).as("%s", got.fault).isEqualTo(wanted.faulty());
            }
            seen[got.fault != null ? 0 : wanted.rest() ? 1 : 2]++;
        });
        if (Long.getLong("seed") == null) {
            assertThat(Arrays.stream(seen).min().orElseThrow())
                    .as("of each kind enough")
                    .isGreaterThan(SEEDS / 50);
        }
    }

    private static byte[] stream(Random random) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int frames = 1 + random.nextInt(3); frames > 0; frames--) {
            byte[] frame = random.nextInt(4) == 0 ? soup(random) : legal(random);
            if (random.nextInt(6) == 0 && frame.length > 0) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt(256);
            }
            out.writeBytes(frame);
        }
        return out.toByteArray();
    }

    private static byte[] soup(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] legal(Random random) {
        String eol = random.nextInt(4) == 0 ? "\r\n" : "\n";
        StringBuilder text =
                new StringBuilder("\n".repeat(random.nextInt(3))).append("SEND").append(eol);
        for (int i = random.nextInt(5); i > 0; i--) {
            text.append(random.nextBoolean() ? "a" : "é" + i)
                    .append(':')
                    .append(random.nextBoolean() ? "\\n\\c\\\\" : "x:y")
                    .append(eol);
        }
        byte[] body = new byte[random.nextInt(30)];
        random.nextBytes(body);
        boolean sized = random.nextBoolean();
        text.append(sized ? "content-length:" + body.length + eol : "").append(eol);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(text.toString().getBytes(StandardCharsets.UTF_8));
        out.writeBytes(body);
        out.write(0);
        return out.toByteArray();
    }

    @Test
    @DisplayName("H1, H7: what the encoder writes is read back as it was, or with spaces where a version has no escape")
    void whatIsWrittenIsReadBack() {
        Seeds.forEach(SEEDS / 4, seed -> {
            Random random = new Random(seed);
            StompVersion version = StompVersion.values()[random.nextInt(3)];
            String name = "n" + awkward(random).strip();
            String value = "v" + awkward(random) + "v";
            byte[] body = awkward(random).getBytes(StandardCharsets.UTF_8);
            byte[] bytes = FrameEncoder.encode(
                    Frame.of(Command.MESSAGE)
                            .with("message-id", "1")
                            .with(name, value)
                            .body(Payload.of(body)),
                    version);
            NaiveParser.Outcome read = NaiveParser.ofServer(bytes, version.text());
            assertThat(read.faulty() || read.rest()).isFalse();
            assertThat(read.frames()).hasSize(1);
            NaiveParser.Plain frame = read.frames().get(0);
            assertThat(frame.headers()).hasSize(3).containsEntry(read(name, version), lossy(value, version, false));
            assertThat(frame.body()).isEqualTo(new String(body, StandardCharsets.ISO_8859_1));
        });
    }

    private static String awkward(Random random) {
        int[] letters = "ab:\\\n\r\0é😀 ".codePoints().toArray();
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(8); i > 0; i--) {
            text.appendCodePoint(letters[random.nextInt(letters.length)]);
        }
        return text.toString();
    }

    private static String read(String name, StompVersion version) {
        String lossy = lossy(name, version, true);
        return version == StompVersion.V1_0 ? lossy.strip() : lossy;
    }

    private static String lossy(String text, StompVersion version, boolean name) {
        String safe = text.replace('\0', ' ');
        return switch (version) {
            case V1_0 -> {
                String lines = safe.replace('\n', ' ').replace('\r', ' ');
                yield name ? lines.replace(':', ' ') : lines;
            }
            case V1_1 -> safe.replace('\r', ' ');
            case V1_2 -> safe;
        };
    }
}
