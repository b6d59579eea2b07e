package io.waxwing.stomp.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.stomp.frame.Frame;
import io.waxwing.stomp.frame.StompVersion;
import io.waxwing.stomp.session.CloseReason;
import io.waxwing.stomp.session.DropReason;
import io.waxwing.stomp.session.Fault;
import io.waxwing.stomp.session.Feed;
import io.waxwing.stomp.session.Lending;
import io.waxwing.stomp.session.Output;
import io.waxwing.stomp.session.Replies;
import io.waxwing.stomp.session.StompSession;
import io.waxwing.stomp.wire.FrameDecoder;
import io.waxwing.stomp.wire.FrameEncoder;
import io.waxwing.stomp.wire.Malformed;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: carries bytes, mail and time to its {@link StompSession} and carries out what that says. All output
 * of a turn (what one read brought, or one batch of mail) is one buffer and one flush. Event loop only, but for
 * {@link #post}, {@link #leave}, {@link #wake} and {@link #end}.
 */
final class StompChannel extends ChannelInboundHandlerAdapter implements Output {
    private static final Logger LOG = LoggerFactory.getLogger(StompChannel.class);

    /** Encoded bytes are handed to the socket's queue above this, so that its water marks see them. */
    private static final int PENDING_BYTES_MAX = 64 << 10;
    /** Answers that may wait for a client that does not read; above, it is not read from either. */
    private static final int OUTPUT_BYTES_MAX = 256 << 10;

    private final StompSession session;
    private final FrameDecoder decoder;
    private final StompMetrics metrics;
    private final Entrance entrance;
    private final BusSide bus;
    private final QueueSide queues;
    private final Replies replies;
    private final SessionTimer timer = new SessionTimer(this::onTimer);
    // Mail of other threads; bounded by the windows of publishing and of subscriptions.
    private final Queue<Runnable> mail = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    // What came while nothing was read: at most what one read brought.
    private final ArrayDeque<byte[]> unread = new ArrayDeque<>(1);
    // Both from handlerAdded on.
    @SuppressWarnings("NullAway.Init")
    private ChannelHandlerContext context;

    @SuppressWarnings("NullAway.Init")
    private Ending ending;

    private StompVersion version = StompVersion.V1_2;
    private boolean paused;
    private @Nullable ByteBuf pending;

    StompChannel(
            StompSession session,
            FrameDecoder decoder,
            Authentication authentication,
            Reach reach,
            StompMetrics metrics) {
        this.session = session;
        this.decoder = decoder;
        this.metrics = metrics;
        this.entrance = new Entrance(authentication, this);
        this.bus = new BusSide(this, reach.buses().events(), metrics);
        this.queues = new QueueSide(this, reach.buses().queues());
        this.replies = reach.replies().of(this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext own) {
        context = own;
        ending = new Ending(own);
        metrics.opened();
        armTimer();
    }

    StompSession session() {
        return session;
    }

    Entrance entrance() {
        return entrance;
    }

    // ---- from the socket

    @Override
    public void channelRead(ChannelHandlerContext unused, Object message) {
        try {
            ByteBuf bytes = (ByteBuf) message;
            if (session.isClosed()) {
                ending.onDiscarded(bytes.readableBytes());
                return;
            }
            session.onBytes(System.nanoTime());
            unread.add(ByteBufUtil.getBytes(bytes));
        } finally {
            ReferenceCountUtil.release(message);
        }
        readOn();
    }

    private void readOn() {
        while (!paused && !session.isClosed()) {
            byte[] next = unread.poll();
            if (next == null) {
                return;
            }
            read(next);
        }
    }

    private void read(byte[] in) {
        int at = 0;
        try {
            while (at < in.length && !paused && !session.isClosed()) {
                at = decoder.read(in, at, in.length);
                Frame frame = decoder.take();
                if (frame != null) {
                    session.onFrame(frame, System.nanoTime(), this);
                }
            }
        } catch (Malformed malformed) {
            session.onMalformed(malformed.refusal(), malformed.receiptId(), this);
        }
        if (paused && at < in.length) {
            unread.addFirst(Arrays.copyOfRange(in, at, in.length));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext unused) {
        flush();
        if (!session.isClosed() && context.channel().bytesBeforeWritable() > OUTPUT_BYTES_MAX) {
            session.onOutputFull(System.nanoTime(), this);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext unused) {
        if (context.channel().isWritable()) {
            session.onWritable(System.nanoTime(), this);
            flush();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext unused) {
        session.onConnectionLost(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext unused, Throwable cause) {
        if (cause instanceof IOException) {
            session.onConnectionLost(this);
        } else if (cause instanceof DecoderException) {
            // Of TLS or WebSocket, ours is none of Netty's: there is nobody to tell.
            metrics.transportFault();
            LOG.debug(
                    "WXW-1301 a connection from {} ends: {}", context.channel().remoteAddress(), cause.toString());
            session.onConnectionLost(this);
        } else {
            LOG.warn("WXW-1399 the session of one STOMP connection failed and is closed", cause);
            session.onFault(Fault.INTERNAL, this);
        }
        flush();
    }

    /** Any thread: an input of the session, soon. */
    void post(Runnable input) {
        leave(input);
        wake();
    }

    /** Any thread: an input of the session, when somebody says {@link #wake}. */
    void leave(Runnable input) {
        mail.add(input);
    }

    /** Any thread: sees to it that the mail is read soon. */
    void wake() {
        if (!mail.isEmpty() && !awake.getAndSet(true)) {
            execute(this::turn);
        }
    }

    /** Any thread: ends the connection for a reason of the node's own. */
    void end(Fault fault) {
        post(() -> session.onFault(fault, this));
    }

    private void turn() {
        awake.set(false);
        for (Runnable next = mail.poll(); next != null; next = mail.poll()) {
            next.run();
        }
        flush();
    }

    /** On the event loop; if that has ended, at once, since then nothing else can run for this connection. */
    private void execute(Runnable task) {
        Runnable guarded = () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                exceptionCaught(context, e);
            }
        };
        try {
            context.executor().execute(guarded);
        } catch (RejectedExecutionException loopHasEnded) {
            guarded.run();
        }
    }

    @Override
    public void send(Frame frame) {
        append(FrameEncoder.encode(frame, version));
    }

    @Override
    public void sendHeartBeat() {
        append(new byte[] {FrameEncoder.HEARTBEAT});
    }

    private void append(byte[] bytes) {
        ByteBuf out = pending;
        if (out == null) {
            out = context.alloc().buffer(Math.max(256, bytes.length));
            pending = out;
        }
        out.writeBytes(bytes);
        if (out.readableBytes() >= PENDING_BYTES_MAX) {
            writePending();
        }
    }

    @Override
    public boolean isWritable() {
        return context.channel().isWritable();
    }

    @Override
    public @Nullable Access login(Frame connect) {
        return entrance.login(connect, context.channel());
    }

    @Override
    public void opened(StompVersion agreed) {
        version = agreed;
        decoder.version(agreed);
    }

    @Override
    public boolean publish(long token, EventDraft draft) {
        return bus.publish(token, List.of(draft), false);
    }

    @Override
    public boolean publishTogether(long token, List<EventDraft> drafts) {
        return bus.publish(token, drafts, true);
    }

    @Override
    public void attach(Feed feed, StartFrom start) {
        bus.attach(feed, start);
    }

    @Override
    public void detach(Feed feed) {
        bus.detach(feed);
    }

    @Override
    public void resume(Feed feed) {
        bus.resume(feed);
    }

    @Override
    public void released(Feed feed, int sizeBytes) {
        bus.released(feed, sizeBytes);
    }

    @Override
    public Lending lending() {
        return queues;
    }

    @Override
    public Replies replies() {
        return replies;
    }

    EventExecutor loop() {
        return context.executor();
    }

    @Override
    public void pauseReading() {
        paused = true;
        context.channel().config().setAutoRead(false);
    }

    @Override
    public void resumeReading() {
        paused = false;
        context.channel().config().setAutoRead(true);
        // Not here and now: this may run inside the loop that reads.
        execute(() -> {
            readOn();
            flush();
        });
    }

    @Override
    public void close(CloseReason reason) {
        metrics.closed(reason);
        timer.cancel();
        unread.clear();
        ByteBuf last = pending;
        pending = null;
        ending.begin(last, reason == CloseReason.CONNECTION_LOST);
    }

    @Override
    public void received(int sizeBytes) {
        metrics.received(sizeBytes);
    }

    @Override
    public void rejected(FailureCode code) {
        metrics.rejected(code);
    }

    @Override
    public void throttled() {
        metrics.throttled();
    }

    @Override
    public void delivered() {
        metrics.delivered();
    }

    @Override
    public void dropped(DropReason reason) {
        metrics.dropped(reason);
    }

    private void flush() {
        writePending();
        context.flush();
        armTimer();
    }

    private void writePending() {
        ByteBuf out = pending;
        if (out != null) {
            pending = null;
            session.onSent(System.nanoTime());
            Future<?> unused = context.write(out, context.voidPromise());
        }
    }

    private void armTimer() {
        timer.arm(session.nextTimeoutNanos(), context.executor());
    }

    private void onTimer() {
        session.onTimeout(System.nanoTime(), this);
        flush();
    }
}
