package io.waxwing.stomp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.stomp.frame.StompVersion;
import io.waxwing.testkit.peer.NaiveParser;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of reading, one by one, under the numbers of the requirements. */
class FrameRulesTest {
    private static final int MANY = 2_000_000;

    private static Decoding read(StompVersion version, String text) {
        return new Decoding(version).read(text);
    }

    @Test
    @DisplayName("F1: CR LF ends lines in 1.2 and before the version is known; in 1.1 a CR belongs to the value")
    void carriageReturns() {
        String frame = "SEND\r\ndestination:a\r\n\r\nx\0";
        assertThat(read(StompVersion.V1_2, frame).frames.get(0).headers()).containsEntry("destination", "a");
        assertThat(new Decoding(null)
                        .read("CONNECT\r\nhost:h\r\n\r\n\0")
                        .frames
                        .get(0)
                        .headers())
                .containsEntry("host", "h");
        assertThat(read(StompVersion.V1_1, frame).code()).isEqualTo(FailureCode.PROTOCOL);
        assertThat(read(StompVersion.V1_1, "SEND\na:b\r\n\nx\0").frames.get(0).headers())
                .containsEntry("a", "b\r");
        assertThat(read(StompVersion.V1_2, "SEND\na:b\rc\n\nx\0").code()).isEqualTo(FailureCode.PROTOCOL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"send", " SEND", "UNKNOWN", "MESSAGE", "CONNECTED", "SEND ", ""})
    @DisplayName("F2: commands are those of clients, to the letter")
    void commands(String command) {
        Decoding got = read(StompVersion.V1_2, "x".repeat(command.isEmpty() ? 1 : 0) + command + "\n\n\0");
        assertThat(got.code()).isEqualTo(FailureCode.PROTOCOL);
    }

    @Test
    @DisplayName("F3: text is UTF-8, of any length of character; anything else is a fault")
    void utf8() {
        assertThat(read(StompVersion.V1_1, "SEND\nä:😀\n\n\0").frames.get(0).headers())
                .containsEntry("ä", "😀");
        byte[] bytes = Decoding.bytes("SEND\na:x\n\n\0");
        bytes[7] = (byte) 0xc0;
        assertThat(new Decoding(StompVersion.V1_1).read(bytes).code()).isEqualTo(FailureCode.PROTOCOL);
    }

    @Test
    @DisplayName("F4: content-length counts octets whatever they are, and a NUL must follow")
    void contentLength() {
        assertThat(read(StompVersion.V1_2, "SEND\ncontent-length:3\n\na\0b\0")
                        .frames
                        .get(0)
                        .body())
                .isEqualTo("a\0b");
        assertThat(read(StompVersion.V1_2, "SEND\ncontent-length:3\n\na\0bc\0").code())
                .isEqualTo(FailureCode.PROTOCOL);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, PROTOCOL",
        "abc, PROTOCOL",
        "' 2', PROTOCOL",
        "'', PROTOCOL",
        "+3, PROTOCOL",
        "0x3, PROTOCOL",
        "99999999999, PROTOCOL",
        "4294967297, REQUEST_TOO_LARGE",
        "1048577, REQUEST_TOO_LARGE"
    })
    @DisplayName("F4, R4: a wrong content-length is a fault before a byte of the body has come")
    void wrongContentLength(String length, FailureCode code) {
        Decoding got = read(StompVersion.V1_2, "SEND\nreceipt:r\ncontent-length:" + length + "\n\n");
        assertThat(got.code()).isEqualTo(code);
        assertThat(got.fault.receiptId()).isEqualTo("r");
    }

    @Test
    @DisplayName("F5: only SEND has a body")
    void bodies() {
        assertThat(read(StompVersion.V1_2, "SUBSCRIBE\nid:1\n\nx").code()).isEqualTo(FailureCode.PROTOCOL);
        assertThat(read(StompVersion.V1_2, "BEGIN\ncontent-length:1\n\n").code())
                .isEqualTo(FailureCode.PROTOCOL);
        assertThat(read(StompVersion.V1_2, "BEGIN\ncontent-length:0\n\n\0").frames)
                .hasSize(1);
    }

    @Test
    @DisplayName("F6: any number of line ends between frames is nothing, in time that grows with their number alone")
    void lineEndsBetweenFrames() {
        Decoding got = new Decoding(StompVersion.V1_2);
        byte[] beats = Decoding.bytes("\n".repeat(1 << 16));
        for (int i = 0; i < MANY / beats.length; i++) {
            got.read(beats);
        }
        assertThat(got.read("\n\r\nSEND\n\n\0\n").frames).hasSize(1);
    }

    @Test
    @DisplayName("F7: without content-length a body ends at the first NUL")
    void bodiesToTheNul() {
        Decoding got = read(StompVersion.V1_0, "SEND\n\nab\0\nSEND\n\ncd\0");
        assertThat(got.frames).extracting(NaiveParser.Plain::body).containsExactly("ab", "cd");
    }

    @ParameterizedTest
    @CsvSource({
        "V1_2, true, true",
        "V1_1, true, false",
        "V1_0, false, false",
    })
    @DisplayName("H1: 1.2 has four escapes, 1.1 three, 1.0 none; CONNECT has none in any version")
    void escapes(StompVersion version, boolean escapes, boolean carriageReturn) {
        Map<String, String> headers =
                read(version, "SEND\nk\\c:\\n\\\\\\c\n\n\0").frames.get(0).headers();
        assertThat(headers).containsEntry(escapes ? "k:" : "k\\c", escapes ? "\n\\:" : "\\n\\\\\\c");
        assertThat(read(version, "SEND\nk:\\r\n\n\0").fault == null).isEqualTo(carriageReturn || !escapes);
        assertThat(new Decoding(null)
                        .read("CONNECT\npasscode:a:b\\c\\t\n\n\0")
                        .frames
                        .get(0)
                        .headers())
                .containsEntry("passcode", "a:b\\c\\t");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\t", "\\", "\\N", "x\\\\\\"})
    @DisplayName("H2: an escape that there is not is a fault, not a letter that gets lost")
    void undefinedEscapes(String value) {
        assertThat(read(StompVersion.V1_2, "SEND\nk:" + value + "\n\n\0").code())
                .isEqualTo(FailureCode.PROTOCOL);
        assertThat(read(StompVersion.V1_1, "SEND\nk" + value + ":v\n\n\0").code())
                .isEqualTo(FailureCode.PROTOCOL);
    }

    @ParameterizedTest
    @EnumSource(StompVersion.class)
    @DisplayName("H3: spaces around names and values belong to them, but in 1.0")
    void trimming(StompVersion version) {
        boolean trims = version == StompVersion.V1_0;
        assertThat(read(version, "SEND\n destination : /queue/a \n\n\0")
                        .frames
                        .get(0)
                        .headers())
                .containsEntry(trims ? "destination" : " destination ", trims ? "/queue/a" : " /queue/a ");
    }

    @Test
    @DisplayName("H4: of a repeated header the first counts, content-length included")
    void repeatedHeaders() {
        NaiveParser.Plain frame = read(StompVersion.V1_2, "SEND\na:1\na:2\ncontent-length:1\ncontent-length:7\n\nx\0")
                .frames
                .get(0);
        assertThat(frame.headers()).containsEntry("a", "1");
        assertThat(frame.body()).isEqualTo("x");
    }

    @Test
    @DisplayName("H6: a header has a name and a colon; further colons are part of the value")
    void colons() {
        assertThat(read(StompVersion.V1_2, "SEND\nurl:http://h:1/\n\n\0")
                        .frames
                        .get(0)
                        .headers())
                .containsEntry("url", "http://h:1/");
        assertThat(read(StompVersion.V1_2, "SEND\nnocolon\n").code()).isEqualTo(FailureCode.PROTOCOL);
        assertThat(read(StompVersion.V1_2, "SEND\n:x\n").code()).isEqualTo(FailureCode.PROTOCOL);
        assertThat(read(StompVersion.V1_2, "SEND\nx:\n\n\0").frames.get(0).headers())
                .containsEntry("x", "");
        assertThat(read(StompVersion.V1_2, "SEND\n\0").code()).isEqualTo(FailureCode.PROTOCOL);
    }

    @Test
    @DisplayName("R4: each limit holds to the byte, and what is beyond is refused before it is kept")
    void limits() {
        WireLimits limits = new WireLimits(8, 3, 10, 40, 5, 1_000);
        assertThat(limited(limits, "SEND\nabcd:fghij\n\n12345\0").frames).hasSize(1);
        assertThat(limited(limits, "SEND\r\nabcd:fghij\r\n\r\n12345\0").frames).hasSize(1);
        assertThat(limited(limits, "SEND\nabcd:fghijk").code()).isEqualTo(FailureCode.REQUEST_TOO_LARGE);
        assertThat(limited(limits, "SEND\n\n123456").code()).isEqualTo(FailureCode.REQUEST_TOO_LARGE);
        assertThat(limited(limits, "SENDSENDS").code()).isEqualTo(FailureCode.REQUEST_TOO_LARGE);
        assertThat(limited(limits, "SEND\na:\nb:\nc:\n\n\0").frames).hasSize(1);
        assertThat(limited(limits, "SEND\na:\na:\na:\na:\n").code()).isEqualTo(FailureCode.REQUEST_TOO_LARGE);
        WireLimits block = new WireLimits(8, 30, 10, 20, 5, 1_000);
        assertThat(limited(block, "SEND\na:345678\nb:\n\n\0").frames).hasSize(1);
        assertThat(limited(block, "SEND\na:345678\nb:345678\n").code()).isEqualTo(FailureCode.REQUEST_TOO_LARGE);
    }

    private static Decoding limited(WireLimits limits, String text) {
        Decoding got = new Decoding(limits, StompVersion.V1_2);
        for (byte b : Decoding.bytes(text)) {
            got.read(new byte[] {b});
        }
        return got;
    }

    @Test
    @DisplayName("C6: before the connection is accepted a frame has 64 KiB at most, whatever content-length says")
    void theFirstFrame() {
        String header = "k:" + "v".repeat(8_000) + "\n";
        assertThat(new Decoding(null).read("CONNECT\n" + header.repeat(8)).fault)
                .isNull();
        assertThat(new Decoding(null).read("SEND\n\n" + "x".repeat(70_000)).code())
                .isEqualTo(FailureCode.REQUEST_TOO_LARGE);
        assertThat(new Decoding(StompVersion.V1_0).read("SEND\n\n" + "x".repeat(70_000)).fault)
                .isNull();
    }
}
