package io.waxwing.http.weevent.socket;

import com.linecorp.armeria.common.websocket.WebSocket;
import com.linecorp.armeria.common.websocket.WebSocketCloseStatus;
import com.linecorp.armeria.common.websocket.WebSocketFrame;
import com.linecorp.armeria.common.websocket.WebSocketWriter;
import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** STOMP's texts as WebSocket messages. Who is silent for {@value #SILENT_BEATS} pings is gone. */
final class WebSocketTransport implements Transport, Subscriber<WebSocketFrame> {
    private static final int SILENT_BEATS = 4;
    /** Frames written before the client has to take them. */
    private static final int CHUNK_FRAMES = 32;

    private final EventLoop loop;
    private final StompConnection connection;
    private final Framing framing;
    private final Runnable onEnd;
    private final WebSocketWriter out = WebSocket.streaming();
    private @Nullable Subscription incoming;
    private @Nullable Future<?> beating;
    private boolean starved;
    private boolean waitingForClient;
    private boolean finishing;
    private boolean closed;
    private int silentBeats;

    /** How a text becomes a message; SockJS has frames of its own. */
    interface Framing {
        /** Plain STOMP. */
        Framing NONE = new Framing() {
            @Override
            public String message(String text) {
                return text;
            }

            @Override
            public byte[] bytes(byte[] message) {
                return message;
            }

            @Override
            public @Nullable String close(String why) {
                return null;
            }
        };

        String message(String text);

        /** What a client's message brings. @throws IllegalArgumentException if it is no such message */
        byte[] bytes(byte[] message);

        /** What is said before the end, null: nothing. */
        @Nullable String close(String why);
    }

    WebSocketTransport(EventLoop loop, StompConnection connection, Framing framing, Runnable onEnd) {
        this.loop = loop;
        this.connection = connection;
        this.framing = framing;
        this.onEnd = onEnd;
    }

    WebSocket out() {
        return out;
    }

    void begin(@Nullable String greeting, long heartbeatMs) {
        if (greeting != null && !out.tryWrite(WebSocketFrame.ofText(greeting))) {
            end();
            return;
        }
        connection.begin(this);
        beating = loop.scheduleAtFixedRate(this::beat, heartbeatMs, heartbeatMs, TimeUnit.MILLISECONDS);
    }

    // ---- what the client sends

    @Override
    public void onSubscribe(Subscription subscription) {
        incoming = subscription;
        subscription.request(1);
    }

    @Override
    public void onNext(WebSocketFrame frame) {
        silentBeats = 0;
        switch (frame.type()) {
            case TEXT, BINARY, CONTINUATION -> bytes(frame.array());
            case PING -> write(WebSocketFrame.ofPong(frame.array()));
            case PONG -> {}
            case CLOSE -> close(WebSocketCloseStatus.NORMAL_CLOSURE);
        }
        askForMore();
    }

    private void bytes(byte[] message) {
        if (closed) {
            return;
        }
        try {
            connection.onBytes(framing.bytes(message));
        } catch (IllegalArgumentException malformed) {
            close(WebSocketCloseStatus.PROTOCOL_ERROR);
        }
    }

    private void askForMore() {
        starved = closed || connection.isBusy();
        if (incoming != null && !starved) {
            incoming.request(1);
        }
    }

    @Override
    public void readOn() {
        if (starved) {
            askForMore();
        }
    }

    @Override
    public void onError(Throwable failure) {
        close(WebSocketCloseStatus.PROTOCOL_ERROR);
    }

    @Override
    public void onComplete() {
        close(WebSocketCloseStatus.NORMAL_CLOSURE);
    }

    // ---- what the client gets

    @Override
    public void wake() {
        drain();
    }

    private void drain() {
        int frames = 0;
        while (!closed && !waitingForClient && frames < CHUNK_FRAMES) {
            String next = connection.poll();
            if (next == null) {
                break;
            }
            frames++;
            if (!out.tryWrite(WebSocketFrame.ofText(framing.message(next)))) {
                end();
                return;
            }
        }
        if (frames > 0) {
            waitingForClient = true;
            var unused = out.whenConsumed().whenCompleteAsync((nothing, failure) -> consumed(), loop);
        } else if (finishing && !waitingForClient) {
            close(WebSocketCloseStatus.NORMAL_CLOSURE);
        }
    }

    private void consumed() {
        waitingForClient = false;
        connection.onRoom();
        drain();
    }

    private void write(WebSocketFrame frame) {
        if (!closed && !out.tryWrite(frame)) {
            end();
        }
    }

    private void beat() {
        // While we do not read because we owe answers, nothing can be heard; who takes none is another matter.
        silentBeats = starved && !waitingForClient ? 0 : silentBeats + 1;
        if (silentBeats > SILENT_BEATS) {
            close(WebSocketCloseStatus.POLICY_VIOLATION);
        } else if (!waitingForClient) {
            write(WebSocketFrame.ofPing());
        }
    }

    // ---- how it ends

    @Override
    public void finish() {
        finishing = true;
        drain();
    }

    private void close(WebSocketCloseStatus status) {
        if (!closed) {
            String last = framing.close(status.reasonPhrase());
            if (last != null) {
                boolean unused = out.tryWrite(WebSocketFrame.ofText(last));
            }
            out.close(status);
            end();
        }
    }

    /** The connection is gone or is going; more than once if need be. */
    void end() {
        if (closed) {
            return;
        }
        closed = true;
        if (beating != null) {
            beating.cancel(false);
        }
        connection.lost();
        out.close();
        if (incoming != null) {
            incoming.cancel();
        }
        onEnd.run();
    }
}
