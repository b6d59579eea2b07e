package io.waxwing.testkit.peer;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client of WeEvent's STOMP 1.1, frame by frame, with Java's own WebSocket and {@link NaiveParser}. */
public class StompSocket implements WebSocket.Listener, AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int PATIENCE_SECONDS = 20;

    private final BlockingQueue<NaiveParser.Plain> frames = new LinkedBlockingQueue<>();
    private final BlockingQueue<Integer> closed = new LinkedBlockingQueue<>();
    private final StringBuilder part = new StringBuilder();
    private CompletableFuture<WebSocket> sent;

    /** Connects by WebSocket, and says nothing yet. */
    public StompSocket(URI uri) {
        sent = CLIENT.newWebSocketBuilder().buildAsync(uri, this);
        var unused = sent.exceptionally(refused -> {
            closed.add(-1);
            return null;
        });
    }

    /** Logs in as the clients do without a user. */
    public void connect() {
        send("CONNECT\nversion:1.1\naccept-version:1.1\nheart-beat:30,0\n\n\0");
        require("1.1".equals(next("CONNECTED").headers().get("version")), "version 1.1");
    }

    /** Sends a message behind those before. */
    public final void send(String text) {
        sent = sent.thenCompose(socket -> socket.sendText(text, true));
    }

    /** The answer to a SUBSCRIBE. */
    public final NaiveParser.Plain subscribe(String headers) {
        send("SUBSCRIBE\n" + headers + "\n\n\0");
        return next("RECEIPT");
    }

    /** Publishes and gives the eventId. */
    public final String publish(String topic, String content) {
        int bytes = content.getBytes(StandardCharsets.UTF_8).length;
        send("SEND\ndestination:" + topic + "\nreceipt:p\ngroupId:1\ncontent-length:" + bytes + "\n\n" + content
                + "\0");
        return String.valueOf(next("RECEIPT").headers().get("eventId"));
    }

    /** The next frame, which has to be one of these. */
    public final NaiveParser.Plain next(String command) {
        NaiveParser.Plain frame = next();
        require(frame.command().equals(command), command + ", got " + frame);
        return frame;
    }

    public final NaiveParser.Plain next() {
        return waited(frames, "a frame");
    }

    private static <T> T waited(BlockingQueue<T> queue, String what) {
        try {
            T found = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            require(found != null, what);
            return java.util.Objects.requireNonNull(found);
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private static void require(boolean met, String wanted) {
        if (!met) {
            throw new AssertionError("want " + wanted);
        }
    }

    /** The code of the next frame, an ERROR that names {@code id} in both headers that clients look at. */
    public final int error(String id) {
        NaiveParser.Plain frame = next("ERROR");
        require(id.equals(frame.headers().get("receipt-id")), "receipt-id " + id + ", got " + frame);
        require(id.equals(frame.headers().get("message-id")), "message-id " + id + ", got " + frame);
        require(!frame.headers().getOrDefault("message", "").isBlank(), "a message, got " + frame);
        return Integer.parseInt(frame.headers().getOrDefault("code", "0"));
    }

    /** A body of UTF-8; the parser gives it as Latin-1. */
    public static String text(NaiveParser.Plain frame) {
        return new String(frame.body().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** The status with which the node ended the connection; -1 if it broke. */
    public final int status() {
        return waited(closed, "the end");
    }

    /** Cut, without a word. */
    @Override
    public void close() {
        var unused = sent.thenAccept(WebSocket::abort);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            byte[] bytes = part.toString().getBytes(StandardCharsets.UTF_8);
            NaiveParser.Outcome outcome = NaiveParser.ofServer(bytes, "1.1");
            require(!outcome.faulty() && !outcome.rest(), "frames, got " + part);
            frames.addAll(outcome.frames());
            part.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        closed.add(status);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.add(-1);
    }
}
