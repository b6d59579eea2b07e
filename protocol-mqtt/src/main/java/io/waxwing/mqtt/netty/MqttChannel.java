package io.waxwing.mqtt.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.StartFrom;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Attachment;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.session.CloseReason;
import io.waxwing.mqtt.session.DeliveryCost;
import io.waxwing.mqtt.session.DropReason;
import io.waxwing.mqtt.session.Fault;
import io.waxwing.mqtt.session.MqttSession;
import io.waxwing.mqtt.session.Output;
import io.waxwing.mqtt.wire.Malformed;
import io.waxwing.mqtt.wire.MqttFrameDecoder;
import io.waxwing.mqtt.wire.PacketWriter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: carries bytes, mail and time to its {@link MqttSession} and carries out what that says. All output of
 * a turn (one read batch, or one batch of mail) is encoded into one buffer and flushed once. Event loop only, but for
 * {@link #wake}.
 */
final class MqttChannel extends ChannelInboundHandlerAdapter implements Output {
    private static final Logger LOG = LoggerFactory.getLogger(MqttChannel.class);
    /** Encoded bytes are handed to the socket's queue above this, so that its water marks see them. */
    private static final int PENDING_BYTES_MAX = 64 << 10;

    /** Answers that may wait for a client that does not read; above, it is not read from either. */
    private static final int OUTPUT_BYTES_MAX = 256 << 10;

    private static final int PENDING_BYTES_FIRST = 256;

    private final EventBus bus;
    private final Owners owners;
    private final MqttMetrics metrics;
    private final MqttFrameDecoder decoder;
    private final MqttSession session;
    private final ChannelHandlerContext context;
    private final Mailbox mailbox = new Mailbox();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final QueueBudget budget;
    private final BusSide busSide;
    private final Closing closing;
    private final ArrayDeque<Held> held = new ArrayDeque<>(0);
    private Owners.@Nullable Ownership ownership;
    private @Nullable Attachment attachment;
    private @Nullable ByteBuf pending;
    private @Nullable ScheduledFuture<?> timer;

    /** An event the bus had no room for. */
    private record Held(long token, EventDraft draft) {}

    MqttChannel(ChannelHandlerContext context, MqttFrameDecoder decoder, MqttSession session, Listener listener) {
        this.context = context;
        this.decoder = decoder;
        this.session = session;
        this.bus = listener.bus();
        this.owners = listener.owners();
        this.metrics = listener.metrics();
        this.budget = new QueueBudget(
                listener.settings().queueEvents(), listener.settings().queueBytes());
        this.busSide = new BusSide(this, mailbox, budget, metrics);
        this.closing = new Closing(context, decoder);
        metrics.opened();
        armTimer();
    }

    // ---- from the socket

    @Override
    public void channelRead(ChannelHandlerContext unused, Object packet) {
        session.onPacket((MqttPacket) packet, System.nanoTime(), this);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext unused) {
        flush();
        if (context.channel().bytesBeforeWritable() > OUTPUT_BYTES_MAX) {
            session.onOutputFull(this);
        }
        closing.onRead();
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
        release();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext unused, Throwable cause) {
        if (cause instanceof Malformed malformed) {
            session.onMalformed(malformed.reason(), malformed.field(), decoder.version(), this);
        } else if (cause instanceof IOException) {
            session.onConnectionLost(this);
        } else {
            LOG.warn("WXW-1399 the session of one MQTT connection failed and is closed", cause);
            session.onFault(Fault.INTERNAL, this);
        }
        flush();
    }

    // ---- from the bus, by mail

    /** Any thread: sees to it that the mailbox is emptied soon. */
    void wake() {
        if (!awake.getAndSet(true)) {
            execute(this::turn);
        }
    }

    private void turn() {
        awake.set(false);
        mailbox.drain();
        flush();
    }

    void onAcknowledged(long token, Acknowledgement acknowledgement) {
        if (session.isClosed()) {
            metrics.lateAck();
        }
        session.onAcknowledged(token, acknowledgement, System.nanoTime(), this);
    }

    void onRefused(long token, Refusal refusal) {
        session.onRefused(token, refusal, System.nanoTime(), this);
    }

    void onSubscriptionAnswer(long token) {
        session.onSubscriptionAnswer(token, System.nanoTime(), this);
    }

    void onDelivery(Delivery delivery) {
        session.onDelivery(delivery, System.nanoTime(), this);
    }

    void onDetached(Refusal refusal) {
        session.onDetached(refusal, this);
    }

    /** Any thread: ends the connection for a reason of the node's own. */
    void end(Fault fault) {
        execute(() -> {
            session.onFault(fault, this);
            flush();
        });
    }

    // ---- what the session wants

    @Override
    public void send(MqttPacket packet) {
        ByteBuf out = pending;
        if (out == null) {
            out = context.alloc().buffer(PENDING_BYTES_FIRST);
            pending = out;
        }
        MqttVersion version = decoder.version();
        PacketWriter.write(packet, version == null ? MqttVersion.V3_1_1 : version, out);
        if (out.readableBytes() >= PENDING_BYTES_MAX) {
            writePending();
        }
    }

    /** Any thread. */
    @Override
    public boolean isWritable() {
        return context.channel().isWritable();
    }

    @Override
    public void claim(String clientId) {
        Owners.Ownership claim = new Owners.Ownership(
                clientId,
                this::execute,
                () -> {
                    session.onOwned(System.nanoTime(), this);
                    flush();
                },
                () -> {
                    session.onFault(Fault.TAKEN_OVER, this);
                    flush();
                });
        ownership = claim;
        owners.claim(claim);
    }

    @Override
    public void opened(MqttVersion version) {
        decoder.raiseLimit();
        cancelTimer();
        armTimer();
    }

    @Override
    public boolean publish(long token, EventDraft draft) {
        if (held.isEmpty() && bus.publish(draft, token, busSide)) {
            return true;
        }
        held.add(new Held(token, draft));
        if (held.size() == 1) {
            bus.whenRoom(draft.topic(), () -> execute(this::publishHeld));
        }
        return false;
    }

    private void publishHeld() {
        for (Held next = held.peek(); next != null; next = held.peek()) {
            if (!bus.publish(next.draft(), next.token(), busSide)) {
                bus.whenRoom(next.draft().topic(), () -> execute(this::publishHeld));
                return;
            }
            held.remove();
        }
        session.onRoom(System.nanoTime(), this);
        flush();
    }

    @Override
    public void subscribe(Subscription subscription, long token) {
        Attachment to = attachment;
        if (to == null) {
            to = bus.attach(busSide, StartFrom.NEXT);
            attachment = to;
        }
        to.subscribe(subscription, token);
    }

    @Override
    public void unsubscribe(TopicFilter filter, long token) {
        if (attachment != null) {
            attachment.unsubscribe(filter, token);
        }
    }

    @Override
    public void released(Delivery delivery) {
        if (budget.give(DeliveryCost.sizeBytes(delivery)) && attachment != null) {
            attachment.resume();
        }
    }

    @Override
    public void pauseReading() {
        decoder.pause();
        context.channel().config().setAutoRead(false);
    }

    @Override
    public void resumeReading() {
        decoder.unpause();
        context.channel().config().setAutoRead(true);
        armTimer();
        // Not here and now: this may run inside the decoder's own loop.
        execute(() -> decoder.readOn(context.pipeline().context(decoder)));
    }

    @Override
    public void close(CloseReason reason) {
        metrics.closed(reason);
        cancelTimer();
        ByteBuf last = pending;
        pending = null;
        closing.begin(last, reason == CloseReason.CONNECTION_LOST);
        release();
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
    public void delivered() {
        metrics.delivered();
    }

    @Override
    public void dropped(DropReason reason) {
        metrics.dropped(reason);
    }

    // ---- inside

    private void release() {
        if (attachment != null) {
            attachment.detach();
            attachment = null;
        }
        if (ownership != null) {
            owners.release(ownership);
            ownership = null;
        }
    }

    private void flush() {
        writePending();
        context.flush();
    }

    private void writePending() {
        ByteBuf out = pending;
        if (out != null) {
            pending = null;
            Future<?> unused = context.write(out, context.voidPromise());
        }
    }

    private void armTimer() {
        long at = session.nextTimeoutNanos();
        if (timer == null && at != Long.MAX_VALUE) {
            long delay = Math.max(0, at - System.nanoTime());
            timer = context.executor().schedule(this::onTimer, delay, TimeUnit.NANOSECONDS);
        }
    }

    private void onTimer() {
        timer = null;
        session.onTimeout(System.nanoTime(), this);
        flush();
        armTimer();
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
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
}
