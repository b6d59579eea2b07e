package io.waxwing.stomp.wire;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.stomp.frame.Frame;
import io.waxwing.stomp.frame.StompVersion;
import io.waxwing.testkit.peer.NaiveParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs the decoder over pieces and tells what came out, in the naive parser's words. */
final class Decoding {
    static final byte[] CONNECT = bytes("CONNECT\n\n\0");

    final List<NaiveParser.Plain> frames = new ArrayList<>();

    @Nullable Malformed fault;

    private final FrameDecoder decoder;

    Decoding(WireLimits limits, @Nullable StompVersion version) {
        decoder = new FrameDecoder(limits);
        if (version != null) {
            decoder.version(version);
        }
    }

    Decoding(@Nullable StompVersion version) {
        this(WireLimits.DEFAULT, version);
    }

    Decoding read(String text) {
        return read(bytes(text));
    }

    /** Reads one more piece; what comes after a fault is not looked at. */
    Decoding read(byte[] piece) {
        try {
            for (int at = 0; at < piece.length && fault == null; ) {
                at = decoder.read(piece, at, piece.length);
                Frame frame = decoder.take();
                if (frame != null) {
                    frames.add(new NaiveParser.Plain(
                            frame.command().name(),
                            frame.headers(),
                            new String(frame.body().bytes(), StandardCharsets.ISO_8859_1)));
                }
            }
        } catch (Malformed e) {
            fault = e;
        }
        return this;
    }

    @Nullable FailureCode code() {
        return fault == null ? null : fault.refusal().code();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
