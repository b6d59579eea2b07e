package io.waxwing.http.socket;

import com.linecorp.armeria.common.websocket.CloseWebSocketFrame;
import com.linecorp.armeria.common.websocket.WebSocket;
import com.linecorp.armeria.common.websocket.WebSocketCloseStatus;
import com.linecorp.armeria.common.websocket.WebSocketFrame;
import com.linecorp.armeria.common.websocket.WebSocketWriter;
import io.netty.channel.EventLoop;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.Missed;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.http.cloudevents.EventWriting;
import io.waxwing.http.exchange.HttpMeters;
import io.waxwing.http.exchange.HttpSettings;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;

/**
 * One open connection. Deliveries wait in a bounded queue as those of a stream do; answers wait in front of them, and
 * while too many do nothing is read from the client. Who is silent for {@value #SILENT_BEATS} pings is gone.
 */
final class EventSocket implements io.waxwing.bus.spi.Subscriber, org.reactivestreams.Subscriber<WebSocketFrame> {
    private static final int SILENT_BEATS = 4;
    /** Frames written before the client has to take them. */
    private static final int CHUNK_FRAMES = 32;
    /** Messages of the client that wait for an answer, and answers that wait for the client. */
    private static final int WINDOW = 64;

    private final EventLoop loop;
    private final SocketPlan plan;
    private final HttpSettings settings;
    private final HttpMeters meters;
    private final SocketText text;
    // Of the event loop.
    private long missedRuns;
    private final SocketPublishing publishing;
    private final WebSocketWriter out = WebSocket.streaming();
    private final ArrayBlockingQueue<Delivery> queue;
    private final AtomicInteger queuedBytes = new AtomicInteger();
    private final AtomicBoolean refused = new AtomicBoolean();
    private final AtomicBoolean draining = new AtomicBoolean();
    private volatile @Nullable Attachment attachment;

    // Only touched on the event loop.
    private final Queue<WebSocketFrame> answers = new ArrayDeque<>();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private @Nullable Subscription incoming;
    private @Nullable Future<?> beating;
    private boolean starved;
    private boolean waitingForClient;
    private boolean closed;
    private int silentBeats;

    EventSocket(
            EventBus bus, EventLoop loop, SocketPlan plan, HttpSettings settings, HttpMeters meters, SocketText text) {
        this.loop = loop;
        this.plan = plan;
        this.settings = settings;
        this.meters = meters;
        this.queue = new ArrayBlockingQueue<>(settings.streamBufferEvents());
        this.text = text;
        this.publishing = new SocketPublishing(bus, loop, meters, text, plan, this::answer);
    }

    WebSocket out() {
        return out;
    }

    /** On the event loop; {@code held} is null if nothing was asked for. */
    void begin(@Nullable Attachment held) {
        attachment = held;
        beating = loop.scheduleAtFixedRate(
                this::beat, settings.streamHeartbeatMs(), settings.streamHeartbeatMs(), TimeUnit.MILLISECONDS);
    }

    boolean isOver() {
        return plan.access().isOver();
    }

    // What the client sends.

    @Override
    public void onSubscribe(Subscription subscription) {
        incoming = subscription;
        subscription.request(1);
    }

    @Override
    public void onNext(WebSocketFrame frame) {
        silentBeats = 0;
        switch (frame.type()) {
            case TEXT, CONTINUATION -> part(frame);
            case BINARY -> close(WebSocketCloseStatus.INVALID_MESSAGE_TYPE, "want text: one CloudEvent in JSON");
            case PING -> push(WebSocketFrame.ofPong(frame.array()));
            case PONG -> {}
            case CLOSE -> {
                WebSocketCloseStatus status = ((CloseWebSocketFrame) frame).status();
                boolean said = status != null && !status.equals(WebSocketCloseStatus.EMPTY);
                close(said ? status : WebSocketCloseStatus.NORMAL_CLOSURE, "");
            }
        }
        askForMore();
    }

    private void part(WebSocketFrame frame) {
        byte[] bytes = frame.array();
        if (message.size() + bytes.length > settings.maxRequestBytes()) {
            close(WebSocketCloseStatus.MESSAGE_TOO_BIG, "more than " + settings.maxRequestBytes() + " bytes");
            return;
        }
        message.writeBytes(bytes);
        if (!frame.isFinalFragment()) {
            return;
        }
        byte[] whole = message.toByteArray();
        message.reset();
        String topic = plan.topic();
        if (topic == null) {
            close(WebSocketCloseStatus.POLICY_VIOLATION, "this connection publishes nothing: want publish=<topic>");
        } else if (!closed) {
            publishing.message(topic, whole);
        }
    }

    private void askForMore() {
        Subscription from = incoming;
        starved = closed
                || publishing.unanswered() + answers.size() >= WINDOW
                || publishing.heldBytes() > settings.streamBufferBytes();
        if (from != null && !starved) {
            from.request(1);
        }
    }

    @Override
    public void onError(Throwable failure) {
        close(WebSocketCloseStatus.PROTOCOL_ERROR, "");
    }

    @Override
    public void onComplete() {
        close(WebSocketCloseStatus.NORMAL_CLOSURE, "");
    }

    // What the client gets.

    private void answer(String json) {
        push(WebSocketFrame.ofText(json));
    }

    private void push(WebSocketFrame frame) {
        if (!closed) {
            answers.add(frame);
            drain();
        }
    }

    private void beat() {
        // While we do not read because we owe answers, nothing can be heard.
        silentBeats = starved && publishing.unanswered() > 0 ? 0 : silentBeats + 1;
        if (silentBeats > SILENT_BEATS) {
            close(WebSocketCloseStatus.POLICY_VIOLATION, "nothing was heard for " + SILENT_BEATS + " pings");
        } else if (!waitingForClient && answers.isEmpty()) {
            push(WebSocketFrame.ofPing());
        }
    }

    @Override
    public void onSubscribed(long token) {}

    @Override
    public void onUnsubscribed(long token, boolean existed) {}

    @Override
    public boolean offer(Delivery delivery) {
        // The grant may have been taken back since.
        if (!plan.access().mayReceive(delivery.event().topic())) {
            return true;
        }
        int bytes = delivery.event().payload().size();
        if (queuedBytes.get() == 0 || queuedBytes.get() + bytes <= settings.streamBufferBytes()) {
            queuedBytes.addAndGet(bytes);
            if (queue.offer(delivery)) {
                return true;
            }
            queuedBytes.addAndGet(-bytes);
        }
        refused.set(true);
        // The loop may have emptied the queue just before it could see the flag, so it looks once more.
        drainSoon();
        return false;
    }

    @Override
    public boolean refusesMissing() {
        return !plan.skipsGone();
    }

    @Override
    public boolean offerMissed(Missed missed) {
        if (plan.access().mayReceive(missed.topic())) {
            loop.execute(() -> push(WebSocketFrame.ofText(text.missed(++missedRuns, missed))));
        }
        return true;
    }

    @Override
    public void onTurnEnd() {
        if (!queue.isEmpty()) {
            drainSoon();
        }
    }

    @Override
    public void onRefused(Refusal refusal) {
        closeSoon(
                WebSocketCloseStatus.POLICY_VIOLATION,
                refusal.code().text() + " " + refusal.code().title());
    }

    private void drainSoon() {
        if (draining.compareAndSet(false, true)) {
            loop.execute(() -> {
                draining.set(false);
                drain();
            });
        }
    }

    private void drain() {
        int frames = 0;
        int events = 0;
        int bytes = 0;
        while (!closed && !waitingForClient && frames < CHUNK_FRAMES && bytes < settings.streamBufferBytes()) {
            WebSocketFrame frame = answers.poll();
            Delivery next = frame == null ? queue.poll() : null;
            if (next != null) {
                queuedBytes.addAndGet(-next.event().payload().size());
                frame = passes(next)
                        ? WebSocketFrame.ofText(EventWriting.structured(next.event(), next.replayed()))
                        : null;
                events += frame == null ? 0 : 1;
            } else if (frame == null) {
                break;
            }
            if (frame != null) {
                frames++;
                bytes += frame.length();
                if (!out.tryWrite(frame)) {
                    end();
                    return;
                }
            }
        }
        if (frames > 0) {
            meters.eventsDelivered(events);
            waitingForClient = true;
            var unused = out.whenConsumed().whenCompleteAsync((nothing, failure) -> consumed(), loop);
        }
        Attachment held = attachment;
        if (held != null && queue.size() <= settings.streamBufferEvents() / 2 && refused.compareAndSet(true, false)) {
            held.resume();
        }
    }

    private boolean passes(Delivery delivery) {
        return plan.sql() == null
                || plan.sql().matches(EventWriting.attributes(delivery.event(), delivery.replayed())::get);
    }

    private void consumed() {
        waitingForClient = false;
        drain();
        if (starved) {
            askForMore();
        }
    }

    // How it ends.

    private void close(WebSocketCloseStatus status, String why) {
        if (!closed) {
            out.close(status, why.isEmpty() ? status.reasonPhrase() : why);
            end();
        }
    }

    /** From any thread. */
    void closeSoon(WebSocketCloseStatus status, String why) {
        loop.execute(() -> close(status, why));
    }

    /** The connection is gone or is going; on the event loop, more than once if need be. */
    void end() {
        if (closed) {
            return;
        }
        closed = true;
        if (beating != null) {
            beating.cancel(false);
        }
        Attachment held = attachment;
        if (held != null) {
            held.detach();
        }
        publishing.end();
        answers.clear();
        queue.clear();
        out.close();
        Subscription from = incoming;
        if (from != null) {
            from.cancel();
        }
        meters.closeStream();
    }
}
