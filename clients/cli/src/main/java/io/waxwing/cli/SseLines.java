package io.waxwing.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads a text/event-stream (HTML standard): one event at a time, comments passed over. */
final class SseLines implements AutoCloseable {
    /** One event; {@code id} is where to go on after it. */
    record Sse(String id, String event, String data) {}

    private final BufferedReader in;

    SseLines(InputStream body) {
        this.in = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    /** The next event, waiting for it; null at the end of the stream. */
    @Nullable Sse next() throws IOException {
        String id = "";
        String event = "";
        StringBuilder data = new StringBuilder();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            if (line.isEmpty() && data.length() > 0) {
                return new Sse(id, event, data.substring(0, data.length() - 1));
            }
            if (line.startsWith("id:")) {
                id = value(line, 3);
            } else if (line.startsWith("event:")) {
                event = value(line, 6);
            } else if (line.startsWith("data:")) {
                data.append(value(line, 5)).append('\n');
            }
        }
        return null;
    }

    private static String value(String line, int colon) {
        return line.startsWith(" ", colon) ? line.substring(colon + 1) : line.substring(colon);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
