package io.waxwing.testkit.peer;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A second reader of STOMP, as plain as can be: all bytes at once, one frame after the other, no limits. Written from
 * the specification and not from the decoder of the product, so that both being wrong in one way would be a
 * coincidence.
 */
public final class NaiveParser {
    private static final Set<String> CLIENT = Set.of(
            "CONNECT",
            "STOMP",
            "SEND",
            "SUBSCRIBE",
            "UNSUBSCRIBE",
            "BEGIN",
            "COMMIT",
            "ABORT",
            "ACK",
            "NACK",
            "DISCONNECT");
    private static final Set<String> SERVER = Set.of("CONNECTED", "MESSAGE", "RECEIPT", "ERROR");
    private static final Set<String> RAW = Set.of("CONNECT", "STOMP", "CONNECTED");
    private static final Set<String> WITH_BODY = Set.of("SEND", "MESSAGE", "ERROR");

    /** One frame; the body as Latin-1, so that it shows and compares as text. */
    public record Plain(String command, Map<String, String> headers, String body) {}

    /** Frames up to the end or to the first fault. {@code rest}: a frame that is not whole. */
    public record Outcome(List<Plain> frames, boolean faulty, boolean rest) {}

    private final byte[] in;
    private final String version;
    private final Set<String> commands;
    private int at;

    private NaiveParser(byte[] in, String version, Set<String> commands) {
        this.in = in;
        this.version = version;
        this.commands = commands;
    }

    /** What a client sent. */
    public static Outcome ofClient(byte[] in, String version) {
        return new NaiveParser(in, version, CLIENT).all();
    }

    /** What a server sent. */
    public static Outcome ofServer(byte[] in, String version) {
        return new NaiveParser(in, version, SERVER).all();
    }

    private static final class Fault extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private static final class NotWhole extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private Outcome all() {
        List<Plain> frames = new ArrayList<>();
        try {
            while (true) {
                skipEols();
                if (at == in.length) {
                    return new Outcome(frames, false, false);
                }
                frames.add(frame());
            }
        } catch (Fault e) {
            return new Outcome(frames, true, false);
        } catch (NotWhole e) {
            return new Outcome(frames, false, true);
        }
    }

    private boolean crEnds() {
        return version.equals("1.2");
    }

    private void skipEols() throws Fault, NotWhole {
        while (at < in.length && (in[at] == '\n' || (crEnds() && in[at] == '\r'))) {
            if (in[at] == '\r') {
                if (at + 1 == in.length) {
                    throw new NotWhole();
                }
                if (in[at + 1] != '\n') {
                    throw new Fault();
                }
                at++;
            }
            at++;
        }
    }

    private Plain frame() throws Fault, NotWhole {
        String command = line();
        if (!commands.contains(command)) {
            throw new Fault();
        }
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            String[] parts = line.split(":", 2);
            if (parts.length < 2) {
                throw new Fault();
            }
            String name = unescaped(parts[0], command);
            String value = unescaped(parts[1], command);
            if (version.equals("1.0")) {
                name = name.strip();
                value = value.strip();
            }
            if (name.isEmpty()) {
                throw new Fault();
            }
            headers.putIfAbsent(name, value);
        }
        return new Plain(command, headers, body(command, headers.get("content-length")));
    }

    private String body(String command, @Nullable String length) throws Fault, NotWhole {
        int from = at;
        if (length == null) {
            while (at < in.length && in[at] != 0) {
                at++;
                if (!WITH_BODY.contains(command)) {
                    throw new Fault();
                }
            }
        } else {
            if (!length.matches("[0-9]{1,9}") || (!WITH_BODY.contains(command) && Integer.parseInt(length) > 0)) {
                throw new Fault();
            }
            at += Integer.parseInt(length);
        }
        if (at >= in.length) {
            throw new NotWhole();
        }
        if (in[at] != 0) {
            throw new Fault();
        }
        at++;
        return new String(in, from, at - 1 - from, StandardCharsets.ISO_8859_1);
    }

    private String line() throws Fault, NotWhole {
        int from = at;
        while (at < in.length && in[at] != '\n') {
            if (in[at] == 0) {
                throw new Fault();
            }
            at++;
        }
        if (at == in.length) {
            throw new NotWhole();
        }
        int end = crEnds() && at > from && in[at - 1] == '\r' ? at - 1 : at;
        at++;
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in, from, end - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Fault();
        }
        if (crEnds() && text.indexOf('\r') >= 0) {
            throw new Fault();
        }
        return text;
    }

    private String unescaped(String text, String command) throws Fault {
        if (version.equals("1.0") || RAW.contains(command)) {
            return text;
        }
        String legal = version.equals("1.1") ? "\\\\[nc\\\\]" : "\\\\[nrc\\\\]";
        if (text.replaceAll(legal, "").indexOf('\\') >= 0) {
            throw new Fault();
        }
        // Backslashes apart, the other escapes cannot be mistaken.
        return java.util.Arrays.stream(text.split("\\\\\\\\", -1))
                .map(part -> part.replace("\\n", "\n").replace("\\r", "\r").replace("\\c", ":"))
                .collect(Collectors.joining("\\"));
    }
}
