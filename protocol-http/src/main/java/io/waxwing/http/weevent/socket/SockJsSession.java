package io.waxwing.http.weevent.socket;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A session of SockJS by plain requests: the client sends by one and gets by another, which it makes again when that
 * ends. On the event loop of its first request.
 */
final class SockJsSession implements Transport {
    /** Without a request that takes frames the client is gone after so long. */
    private static final long DISCONNECT_MS = 5_000;

    private static final int BATCH = 32;

    private final EventLoop loop;
    private final StompConnection connection;
    private final Runnable onEnd;
    private @Nullable Receiver receiver;
    private @Nullable Future<?> away;
    private @Nullable Future<?> beating;
    private boolean busy;
    private boolean opened;
    private boolean finishing;
    private boolean ended;

    /** A request that takes frames. On the session's event loop. */
    interface Receiver {
        /** Sends a frame; {@link #consumed} or {@link #detach} follows once it has left. */
        void frame(String frame);

        /** Its answer ends. */
        void end();
    }

    SockJsSession(EventLoop loop, StompConnection connection, Runnable onEnd) {
        this.loop = loop;
        this.connection = connection;
        this.onEnd = onEnd;
    }

    EventLoop loop() {
        return loop;
    }

    void begin(long heartbeatMs) {
        connection.begin(this);
        beating = loop.scheduleAtFixedRate(this::beat, heartbeatMs, heartbeatMs, TimeUnit.MILLISECONDS);
    }

    /** A request that waits for frames; the second at a time is sent away. */
    void attach(Receiver by) {
        if (ended || receiver != null) {
            by.frame(ended ? SockJsFrames.GONE : SockJsFrames.TWICE);
            by.end();
            return;
        }
        receiver = by;
        busy = false;
        if (away != null) {
            away.cancel(false);
        }
        if (!opened) {
            opened = true;
            send(SockJsFrames.OPEN);
        } else {
            drain();
        }
    }

    /** The request has ended as it should; the client makes another. */
    void detach(Receiver by) {
        if (receiver == by) {
            receiver = null;
            away = loop.schedule(this::end, DISCONNECT_MS, TimeUnit.MILLISECONDS);
            connection.onRoom();
        }
    }

    /** The request broke off: what it was to bring may be lost, so the client has to begin anew. */
    void broken(Receiver by) {
        if (receiver == by) {
            receiver = null;
            end();
        }
    }

    /** What the request was given has left. */
    void consumed(Receiver by) {
        if (receiver == by) {
            busy = false;
            connection.onRoom();
            drain();
        }
    }

    private void send(String frame) {
        Receiver by = receiver;
        if (by != null) {
            busy = true;
            by.frame(frame);
        }
    }

    private void drain() {
        if (receiver == null || busy) {
            return;
        }
        List<String> texts = new ArrayList<>();
        for (String next = connection.poll(); next != null; next = texts.size() < BATCH ? connection.poll() : null) {
            texts.add(next);
        }
        if (!texts.isEmpty()) {
            send(SockJsFrames.messages(texts));
        } else if (finishing) {
            end();
        }
    }

    /** What the client sends. @throws IllegalArgumentException if it is not SockJS */
    void onMessage(byte[] message) {
        connection.onBytes(SockJsFrames.ALL.bytes(message));
    }

    /** Whether it owes so many answers that more is not taken. */
    boolean isBusy() {
        return connection.isBusy();
    }

    private void beat() {
        if (receiver != null && !busy) {
            send(SockJsFrames.HEARTBEAT);
        }
    }

    @Override
    public void wake() {
        drain();
    }

    @Override
    public void readOn() {}

    @Override
    public void finish() {
        finishing = true;
        drain();
    }

    /** On the event loop; more than once if need be. */
    void end() {
        if (ended) {
            return;
        }
        ended = true;
        if (away != null) {
            away.cancel(false);
        }
        if (beating != null) {
            beating.cancel(false);
        }
        connection.lost();
        Receiver by = receiver;
        receiver = null;
        if (by != null) {
            by.frame(SockJsFrames.GONE);
            by.end();
        }
        onEnd.run();
    }
}
