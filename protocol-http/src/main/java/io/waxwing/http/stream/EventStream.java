package io.waxwing.http.stream;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.netty.channel.EventLoop;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.Gap;
import io.waxwing.bus.delivery.Missed;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.filter.Cesql;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.Subscriber;
import io.waxwing.http.exchange.Exchange;
import io.waxwing.http.exchange.HttpMeters;
import io.waxwing.http.exchange.HttpSettings;
import io.waxwing.http.exchange.Problem;
import io.waxwing.http.exchange.ProblemException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One open stream. Deliveries come on the bus' dispatch thread into a small bounded queue; the stream's event loop
 * writes them whenever the client has taken what was written before. If the queue is full the bus is told so
 * ({@link #offer} returns false), keeps the place, and goes on from its store after {@code resume}: a slow reader loses
 * nothing and costs no memory.
 */
final class EventStream implements Subscriber {
    /** Written at once at most; more waits until the client took it. */
    private static final int CHUNK_CHARS = 64 * 1024;
    /** A stream has one subscription. */
    private static final long SUBSCRIPTION_TOKEN = 0;

    private final EventLoop loop;
    private final ServiceRequestContext context;
    private final Access access;
    private final HttpSettings settings;
    private final HttpMeters meters;
    private final SseText text;
    private final @Nullable Cesql sql;
    private final boolean passesGaps;
    private final CompletableFuture<HttpResponse> answer = new CompletableFuture<>();
    private final HttpResponseWriter out = HttpResponse.streaming();

    private final ArrayBlockingQueue<Outgoing> queue;
    private final AtomicInteger queuedBytes = new AtomicInteger();
    /** True from a refused offer until the bus is told that there is room. */
    private final AtomicBoolean refused = new AtomicBoolean();
    /** True while a drain is on its way to the event loop. */
    private final AtomicBoolean draining = new AtomicBoolean();
    /** Set once by whoever opens the stream, before anything can be delivered. */
    private volatile @Nullable Attachment attachment;

    // Only touched on the event loop.
    private boolean opened;
    private boolean closed;
    private boolean waitingForClient;
    private @Nullable Future<?> heartbeat;

    EventStream(Exchange exchange, HttpSettings settings, HttpMeters meters, SseText text, EventStreams.Wish wish) {
        this.sql = wish.sql();
        this.passesGaps = wish.passesGaps();
        this.context = exchange.context();
        this.access = exchange.access();
        this.loop = context.eventLoop().withoutContext();
        this.settings = settings;
        this.meters = meters;
        this.text = text;
        this.queue = new ArrayBlockingQueue<>(settings.streamBufferEvents());
    }

    /** The answer: 200 and the stream once the bus has subscribed it, or a problem. */
    HttpResponse answer() {
        return HttpResponse.of(answer);
    }

    /** Begins: keeps the hold on the bus, then subscribes. */
    void begin(Attachment held, Subscription subscription) {
        attachment = held;
        held.subscribe(subscription, SUBSCRIPTION_TOKEN);
    }

    @Override
    public void onSubscribed(long token) {
        loop.execute(this::open);
    }

    @Override
    public void onUnsubscribed(long token, boolean existed) {
        loop.execute(this::close);
    }

    @Override
    public boolean offer(Delivery delivery) {
        // The grant may have been taken back since.
        return !access.mayReceive(delivery.event().topic()) || offer(new Outgoing.Delivered(delivery, false));
    }

    @Override
    public boolean passesGaps() {
        return passesGaps;
    }

    @Override
    public boolean offerLate(Delivery delivery) {
        return !access.mayReceive(delivery.event().topic()) || offer(new Outgoing.Delivered(delivery, true));
    }

    @Override
    public boolean offerGap(Gap gap) {
        boolean may = gap.topic() == null || access.mayReceive(gap.topic());
        return !may || offer(new Outgoing.Missing(gap));
    }

    @Override
    public boolean offerMissed(Missed missed) {
        return !access.mayReceive(missed.topic()) || offer(new Outgoing.Skipped(missed));
    }

    private boolean offer(Outgoing next) {
        int bytes = next.bytes();
        boolean room = queuedBytes.get() == 0 || queuedBytes.get() + bytes <= settings.streamBufferBytes();
        if (room) {
            queuedBytes.addAndGet(bytes);
            if (queue.offer(next)) {
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
    public void onTurnEnd() {
        if (!queue.isEmpty()) {
            drainSoon();
        }
    }

    @Override
    public void onRefused(Refusal refusal) {
        loop.execute(() -> {
            answer.completeExceptionally(new ProblemException(Problem.of(refusal)));
            close();
        });
    }

    /** Any thread: whoever opened it may not be here any more. */
    boolean isOver() {
        return access.isOver();
    }

    private void drainSoon() {
        if (draining.compareAndSet(false, true)) {
            loop.execute(this::drain);
        }
    }

    private void open() {
        if (closed || opened) {
            return;
        }
        opened = true;
        context.clearRequestTimeout();
        answer.complete(out);
        out.write(ResponseHeaders.builder(HttpStatus.OK)
                .contentType(MediaType.EVENT_STREAM)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("x-accel-buffering", "no")
                .build());
        write(SseText.opening(settings.streamRetryMs()));
        heartbeat = loop.scheduleAtFixedRate(
                this::beat, settings.streamHeartbeatMs(), settings.streamHeartbeatMs(), TimeUnit.MILLISECONDS);
        drain();
    }

    private void beat() {
        if (!waitingForClient && !closed) {
            write(SseText.heartbeat());
        }
    }

    private void drain() {
        draining.set(false);
        if (closed || !opened || waitingForClient) {
            return;
        }
        StringBuilder chunk = new StringBuilder();
        int events = 0;
        while (chunk.length() < CHUNK_CHARS) {
            Outgoing next = queue.poll();
            if (next == null) {
                break;
            }
            queuedBytes.addAndGet(-next.bytes());
            events += append(chunk, next) ? 1 : 0;
        }
        if (events > 0) {
            write(chunk.toString());
            meters.eventsDelivered(events);
        }
        Attachment held = attachment;
        if (held != null && queue.size() <= settings.streamBufferEvents() / 2 && refused.compareAndSet(true, false)) {
            held.resume();
        }
    }

    private boolean append(StringBuilder chunk, Outgoing next) {
        if (next instanceof Outgoing.Missing missing) {
            // Nobody knows whether an expression would be true for them.
            SseText.append(chunk, missing.gap());
            return true;
        }
        if (next instanceof Outgoing.Skipped skipped) {
            SseText.append(chunk, skipped.missed());
            return true;
        }
        Outgoing.Delivered delivered = (Outgoing.Delivered) next;
        if (!passes(delivered.delivery())) {
            return false;
        }
        if (delivered.late()) {
            text.appendLate(chunk, delivered.delivery());
        } else {
            text.append(chunk, delivered.delivery());
        }
        return true;
    }

    private boolean passes(Delivery delivery) {
        return sql == null || sql.passes(delivery.event(), delivery.replayed());
    }

    private void write(String sse) {
        if (!out.tryWrite(HttpData.ofUtf8(sse))) {
            close();
            return;
        }
        waitingForClient = true;
        var unused = out.whenConsumed()
                .whenCompleteAsync(
                        (nothing, failure) -> {
                            waitingForClient = false;
                            drain();
                        },
                        loop);
    }

    /** Ends it, whoever wants that; on the event loop. Idempotent. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (heartbeat != null) {
            heartbeat.cancel(false);
        }
        Attachment held = attachment;
        if (held != null) {
            held.detach();
        }
        queue.clear();
        answer.completeExceptionally(
                new ProblemException(Problem.of(FailureCode.SHUTTING_DOWN, "the stream ended before it began")));
        out.close();
        meters.closeStream();
    }

    /** Ends it from any thread. */
    void closeSoon() {
        loop.execute(this::close);
    }
}
