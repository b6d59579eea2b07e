package io.waxwing.stomp.wire;

import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.stomp.frame.Command;
import io.waxwing.stomp.frame.Frame;
import io.waxwing.stomp.frame.StompVersion;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what a client sends into frames. Each byte is looked at once, wherever the input was cut; nothing beyond a limit
 * is kept. After {@link Malformed} it is of no more use.
 *
 * <p>{@link #read} stops behind each frame, so that the reader can act on it, set the version that it brought, or read
 * no more, before the next one. One owner.
 */
public final class FrameDecoder {
    private enum Phase {
        BETWEEN,
        COMMAND,
        HEADERS,
        /** As many bytes as content-length said. */
        SIZED_BODY,
        /** To the first NUL. */
        BODY,
        /** The NUL behind a body of known size. */
        END
    }

    private final WireLimits limits;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private @Nullable StompVersion version;
    private Phase phase = Phase.BETWEEN;
    private boolean carriageReturn;
    private final Bytes line;
    private final Bytes body;
    private Command command = Command.CONNECT;
    private Map<String, String> headers = new LinkedHashMap<>();
    private int headerLines;
    private int blockBytes;
    private int bodySize;
    private @Nullable Frame complete;

    public FrameDecoder(WireLimits limits) {
        this.limits = limits;
        this.line = new Bytes(limits.headerBytes() + 1);
        this.body = new Bytes(limits.bodyBytes());
    }

    /** What both sides agreed on; before, only what is common to all versions is understood. */
    public void version(StompVersion agreed) {
        version = agreed;
    }

    /**
     * Reads to the end of the next frame or of the input.
     *
     * @return where it stopped; {@link #take} tells whether there is a frame
     */
    public int read(byte[] in, int from, int to) throws Malformed {
        int at = from;
        while (at < to && complete == null) {
            at = switch (phase) {
                case BETWEEN -> between(in[at], at);
                case COMMAND, HEADERS -> line(in, at, to);
                case SIZED_BODY -> sizedBody(in, at, to);
                case BODY -> body(in, at, to);
                case END -> end(in[at], at);
            };
        }
        return at;
    }

    /** The frame that {@link #read} stopped behind, once; null if there is none yet. */
    public @Nullable Frame take() {
        Frame taken = complete;
        complete = null;
        return taken;
    }

    /** Line ends between frames are heart-beats: they are gone at once (F6). */
    private int between(byte b, int at) throws Malformed {
        if (b == '\n') {
            carriageReturn = false;
            return at + 1;
        }
        if (carriageReturn) {
            throw malformed("a carriage return without a line feed");
        }
        if (b == '\r' && takesCarriageReturns()) {
            carriageReturn = true;
            return at + 1;
        }
        phase = Phase.COMMAND;
        return at;
    }

    private int line(byte[] in, int from, int to) throws Malformed {
        int at = from;
        while (at < to && in[at] != '\n' && in[at] != 0) {
            at++;
        }
        // The carriage return at a line's end is not part of what is limited.
        int limit = phase == Phase.COMMAND ? limits.commandBytes() : limits.headerBytes();
        int size = line.size() + at - from;
        if (size > limit + 1 || (size == limit + 1 && at > from && in[at - 1] != '\r')) {
            throw tooLarge(phase == Phase.COMMAND ? "command" : "header line", limit);
        }
        line.append(in, from, at);
        if (at == to) {
            return at;
        }
        if (in[at] == 0) {
            throw malformed("a frame ends before its headers do");
        }
        blockBytes += line.size() + 1;
        if (blockBytes > limits.blockBytes()) {
            throw tooLarge("header block", limits.blockBytes());
        }
        checkBeforeConnect();
        onLine(text());
        line.clear();
        return at + 1;
    }

    private void onLine(String text) throws Malformed {
        if (phase == Phase.COMMAND) {
            Command known = Command.ofClient(text);
            if (known == null) {
                throw malformed("unknown command");
            }
            command = known;
            phase = Phase.HEADERS;
        } else if (text.isEmpty()) {
            onHeadersEnd();
        } else {
            header(text);
        }
    }

    private void header(String text) throws Malformed {
        if (++headerLines > limits.headers()) {
            throw tooLarge("number of headers", limits.headers());
        }
        // An unescaped colon in a value is against the grammar, and in nearly every URL that clients send (H6).
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw malformed("a header without a colon");
        }
        StompVersion by = version == null || command.isRaw() ? StompVersion.V1_0 : version;
        String name = Escapes.read(text.substring(0, colon), by);
        String value = Escapes.read(text.substring(colon + 1), by);
        if (name == null || value == null) {
            throw malformed("an escape that this version of STOMP does not have");
        }
        if (version == StompVersion.V1_0) {
            name = name.strip();
            value = value.strip(); // H3: peers of 1.0 pad.
        }
        if (name.isEmpty()) {
            throw malformed("a header without a name");
        }
        headers.putIfAbsent(name, value);
    }

    private void onHeadersEnd() throws Malformed {
        String length = headers.get(Frame.CONTENT_LENGTH);
        if (length == null) {
            phase = Phase.BODY;
            return;
        }
        bodySize = size(length);
        if (bodySize > 0 && !command.hasBody()) {
            throw malformed("a body where none may be");
        }
        phase = bodySize == 0 ? Phase.END : Phase.SIZED_BODY;
    }

    /** Digits and nothing else, within the limit, known before the first byte of the body (F4). */
    private int size(String text) throws Malformed {
        long size = text.isEmpty() || text.length() > 10 ? -1 : 0;
        for (int i = 0; i < text.length() && size >= 0; i++) {
            char c = text.charAt(i);
            size = c < '0' || c > '9' ? -1 : size * 10 + (c - '0');
        }
        if (size < 0) {
            throw malformed("content-length is not a number of bytes");
        }
        if (size > limits.bodyBytes()) {
            throw tooLarge("body", limits.bodyBytes());
        }
        return (int) size;
    }

    private int sizedBody(byte[] in, int from, int to) throws Malformed {
        int at = Math.min(to, from + bodySize - body.size());
        body.append(in, from, at);
        checkBeforeConnect();
        if (body.size() == bodySize) {
            phase = Phase.END;
        }
        return at;
    }

    private int body(byte[] in, int from, int to) throws Malformed {
        int at = from;
        while (at < to && in[at] != 0) {
            at++;
        }
        if (at > from && !command.hasBody()) {
            throw malformed("a body where none may be");
        }
        if (at - from > limits.bodyBytes() - body.size()) {
            throw tooLarge("body", limits.bodyBytes());
        }
        body.append(in, from, at);
        checkBeforeConnect();
        return at == to ? at : end(in[at], at);
    }

    private int end(byte b, int at) throws Malformed {
        if (b != 0) {
            throw malformed("no NUL behind the body");
        }
        complete = new Frame(command, headers, Payload.of(body.toArray()));
        headers = new LinkedHashMap<>();
        headerLines = 0;
        blockBytes = 0;
        body.clear();
        phase = Phase.BETWEEN;
        return at + 1;
    }

    /** The line's text, strictly UTF-8, without the carriage return that may end it. */
    private String text() throws Malformed {
        int size = line.size();
        if (takesCarriageReturns()) {
            if (size > 0 && line.at(size - 1) == '\r') {
                size--;
            }
            for (int i = 0; i < size; i++) {
                if (line.at(i) == '\r') {
                    throw malformed("a carriage return without a line feed");
                }
            }
        }
        try {
            return utf8.decode(ByteBuffer.wrap(line.array(), 0, size)).toString();
        } catch (CharacterCodingException e) {
            throw malformed("a line is not UTF-8");
        }
    }

    /** Lines may end with CR LF in 1.2, and as long as nobody knows the version (F1). */
    private boolean takesCarriageReturns() {
        return version == null || version == StompVersion.V1_2;
    }

    private void checkBeforeConnect() throws Malformed {
        if (version == null && blockBytes + body.size() > limits.connectBytes()) {
            throw tooLarge("first frame", limits.connectBytes());
        }
    }

    private Malformed malformed(String what) {
        return new Malformed(FailureCode.PROTOCOL, what, headers.get(Frame.RECEIPT));
    }

    private Malformed tooLarge(String what, int limit) {
        return new Malformed(FailureCode.REQUEST_TOO_LARGE, what + ": limit " + limit, headers.get(Frame.RECEIPT));
    }
}
