package io.waxwing.http.fake;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A raw client of an event stream, so that a test decides when anything is read. */
public final class SseReader implements AutoCloseable {
    /** One event of the stream. */
    public record Sse(String id, String type, String data) {}

    private final Socket socket;
    private final BufferedReader in;
    public final String statusLine;
    public final List<String> headers = new ArrayList<>();

    /** Sends the request and reads the response's head. */
    public SseReader(TestNode node, String path, String... headerLines) {
        try {
            socket = new Socket();
            socket.setReceiveBufferSize(16 * 1024);
            socket.setSoTimeout(10_000);
            socket.connect(node.address);
            String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n"
                    + String.join(
                            "",
                            List.of(headerLines).stream()
                                    .map(line -> line + "\r\n")
                                    .toList())
                    + "\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8), 512);
            statusLine = line();
            for (String line = line(); !line.isEmpty(); line = line()) {
                headers.add(line);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private String line() throws IOException {
        String line = in.readLine();
        if (line == null) {
            throw new IOException("the stream ended");
        }
        return line;
    }

    /** The next line of text that is not chunk framing. */
    public String nextLine() {
        try {
            String line = line();
            while (line.matches("[0-9a-f]+") || line.isEmpty()) {
                line = line();
            }
            return line;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The next event; comments and retry lines are passed over. */
    public Sse next() {
        String id = "";
        String type = "";
        while (true) {
            String line = nextLine();
            if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("event: ")) {
                type = line.substring(7);
            } else if (line.startsWith("data: ")) {
                return new Sse(id, type, line.substring(6));
            }
        }
    }

    /** True if the server ends the stream. */
    public boolean ends() {
        try {
            @Nullable String line = in.readLine();
            while (line != null && !line.equals("0")) {
                line = in.readLine();
            }
            return true;
        } catch (IOException reset) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
