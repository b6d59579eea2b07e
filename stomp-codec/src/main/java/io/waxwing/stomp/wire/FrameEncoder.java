package io.waxwing.stomp.wire;

import io.waxwing.stomp.frame.Frame;
import io.waxwing.stomp.frame.StompVersion;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Frames to bytes, in the form of the peer's version; MESSAGE and ERROR say how long their body is (F7). */
public final class FrameEncoder {
    /** What is sent when there is nothing to say. */
    public static final byte HEARTBEAT = '\n';

    private FrameEncoder() {}

    public static byte[] encode(Frame frame, StompVersion version) {
        StringBuilder head = new StringBuilder(256).append(frame.command()).append('\n');
        boolean raw = frame.command().isRaw();
        frame.headers().forEach((name, value) -> {
            Escapes.write(name, version, raw, true, head);
            head.append(':');
            Escapes.write(value, version, raw, false, head);
            head.append('\n');
        });
        byte[] body = frame.body().bytes();
        if (frame.command().hasBody()) {
            head.append(Frame.CONTENT_LENGTH).append(':').append(body.length).append('\n');
        }
        byte[] start = head.append('\n').toString().getBytes(StandardCharsets.UTF_8);
        // One more byte than both: the NUL at the end.
        byte[] bytes = Arrays.copyOf(start, start.length + body.length + 1);
        System.arraycopy(body, 0, bytes, start.length, body.length);
        return bytes;
    }
}
