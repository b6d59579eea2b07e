package io.waxwing.http.weevent;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.http.fake.TestNode;
import io.waxwing.testkit.peer.NaiveParser;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of WeEvent's STOMP, frame by frame, with Java's own WebSocket and a parser that is not the product's. */
final class StompPeer implements WebSocket.Listener, AutoCloseable {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final BlockingQueue<NaiveParser.Plain> frames = new LinkedBlockingQueue<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder part = new StringBuilder();
    private WebSocket socket;

    private StompPeer() {}

    /** Connected by WebSocket, and nothing said yet. */
    static StompPeer open(TestNode node, String path) {
        StompPeer peer = new StompPeer();
        URI uri = URI.create(node.uri(path).toString().replaceFirst("http", "ws"));
        peer.socket = CLIENT.newWebSocketBuilder().buildAsync(uri, peer).join();
        return peer;
    }

    /** Let in. */
    static StompPeer in(TestNode node, Generation generation) {
        StompPeer peer = open(node, "/" + generation.path() + "/stomp");
        peer.send("CONNECT\nversion:1.1\naccept-version:1.1\nheart-beat:30,0\n\n\0");
        assertThat(peer.next("CONNECTED").headers()).containsEntry("version", "1.1");
        return peer;
    }

    void send(String text) {
        socket.sendText(text, true).join();
    }

    /** The answer to a SUBSCRIBE. */
    NaiveParser.Plain subscribe(String headers) {
        send("SUBSCRIBE\n" + headers + "\n\n\0");
        return next("RECEIPT");
    }

    /** Publishes and gives the eventId. */
    String publish(String topic, String content) {
        int bytes = content.getBytes(StandardCharsets.UTF_8).length;
        send("SEND\ndestination:" + topic + "\nreceipt:p\ngroupId:1\ncontent-length:" + bytes + "\n\n" + content
                + "\0");
        return next("RECEIPT").headers().get("eventId");
    }

    /** The next frame, which has to be one of these. */
    NaiveParser.Plain next(String command) {
        NaiveParser.Plain frame = next();
        assertThat(frame.command()).as(frame.toString()).isEqualTo(command);
        return frame;
    }

    NaiveParser.Plain next() {
        try {
            NaiveParser.Plain frame = frames.poll(10, TimeUnit.SECONDS);
            assertThat(frame).as("a frame").isNotNull();
            return frame;
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    /** The code of the next frame, an ERROR about {@code id}. */
    int error(String id) {
        NaiveParser.Plain frame = next("ERROR");
        assertThat(frame.headers().get("message")).isNotBlank();
        assertThat(frame.headers().get("receipt-id")).isEqualTo(id);
        assertThat(frame.headers().get("message-id")).isEqualTo(id);
        return Integer.parseInt(frame.headers().get("code"));
    }

    boolean isQuiet() {
        return frames.isEmpty();
    }

    /** A body of UTF-8; the parser gives it as Latin-1. */
    static String text(NaiveParser.Plain frame) {
        return new String(frame.body().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        part.append(data);
        if (last) {
            byte[] bytes = part.toString().getBytes(StandardCharsets.UTF_8);
            NaiveParser.Outcome outcome = NaiveParser.ofServer(bytes, "1.1");
            if (outcome.faulty() || outcome.rest()) {
                closed.completeExceptionally(new AssertionError("no frame: " + part));
            }
            frames.addAll(outcome.frames());
            part.setLength(0);
        }
        from.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        closed.complete(status);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
        closed.completeExceptionally(error);
    }

    int status() {
        try {
            return closed.get(10, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Cut, without a word. */
    @Override
    public void close() {
        socket.abort();
    }
}
