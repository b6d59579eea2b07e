package io.waxwing.mqtt.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.delivery.Delivery;
import io.waxwing.bus.delivery.SharedProgress;
import io.waxwing.bus.delivery.Subscription;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.spi.Access;
import io.waxwing.bus.spi.Exchange;
import io.waxwing.bus.spi.SessionStore;
import io.waxwing.bus.topic.TopicFilter;
import io.waxwing.mqtt.packet.Auth;
import io.waxwing.mqtt.packet.Connect;
import io.waxwing.mqtt.packet.MqttPacket;
import io.waxwing.mqtt.packet.MqttVersion;
import io.waxwing.mqtt.packet.ReasonCode;
import io.waxwing.mqtt.session.CloseReason;
import io.waxwing.mqtt.session.DropReason;
import io.waxwing.mqtt.session.Fault;
import io.waxwing.mqtt.session.MqttSession;
import io.waxwing.mqtt.session.Output;
import io.waxwing.mqtt.session.SessionState;
import io.waxwing.mqtt.wire.Malformed;
import io.waxwing.mqtt.wire.MqttFrameDecoder;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: carries bytes, mail and time to its {@link MqttSession} and carries out what that says. All output of
 * a turn (one read batch, or one batch of mail) is encoded into one buffer and flushed once. Event loop only, but for
 * {@link #tell}, {@link #end} and {@link #isWritable}.
 */
final class MqttChannel extends ChannelInboundHandlerAdapter implements Output {
    private static final Logger LOG = LoggerFactory.getLogger(MqttChannel.class);
    /** Answers that may wait for a client that does not read; above, it is not read from either. */
    private static final int OUTPUT_BYTES_MAX = 256 << 10;

    private final Listener listener;
    private final MqttMetrics metrics;
    private final MqttFrameDecoder decoder;
    private final MqttSession session;
    private final ChannelHandlerContext context;
    private final AtBus atBus;
    private final Entrance entrance;
    private final OwnIdentifier identifier;
    private final OutputBuffer output;
    private final SessionTimer timer;
    private @Nullable SystemSide system;
    private @Nullable Closing closing;
    // Read by the bus' thread.
    private volatile int sharedWindow;

    MqttChannel(ChannelHandlerContext context, MqttFrameDecoder decoder, MqttSession session, Listener listener) {
        this.context = context;
        this.decoder = decoder;
        this.output = new OutputBuffer(context, decoder, listener.metrics());
        this.session = session;
        this.listener = listener;
        this.metrics = listener.metrics();
        this.atBus = new AtBus(this, listener);
        this.entrance = new Entrance(listener.authentication(), this);
        this.identifier = new OwnIdentifier(this, listener);
        this.timer = new SessionTimer(context, session, this);
        metrics.opened();
        timer.arm();
    }

    // ---- from the socket

    @Override
    public void channelRead(ChannelHandlerContext unused, Object packet) {
        metrics.packetIn(decoder.packetBytes());
        if (packet instanceof Connect connect && !identifier.isClaimed()) {
            ReasonCode refusal = listener.gate().refusal(System.nanoTime());
            if (refusal != null) {
                session.onMalformed(refusal, "overload", connect.version(), this);
                return;
            }
        }
        session.onPacket((MqttPacket) packet, System.nanoTime(), this);
        if (packet instanceof Connect || packet instanceof Auth) {
            timer.again(); // Another time counts from here on, and it may be the shorter one.
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext unused) {
        flush();
        if (context.channel().bytesBeforeWritable() > OUTPUT_BYTES_MAX) {
            session.onOutputFull(this);
        }
        if (closing != null) {
            closing.onRead();
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

    void onAcknowledged(long token, Acknowledgement acknowledgement) {
        if (session.isClosed()) {
            metrics.lateAck();
        }
        session.onAcknowledged(token, acknowledgement, System.nanoTime(), this);
    }

    void onRefused(long token, Refusal refusal) {
        session.onRefused(token, refusal, System.nanoTime(), this);
    }

    void onSubscriptionAnswer(long token, long since) {
        session.onSubscriptionAnswer(token, since, System.nanoTime(), this);
        if (system != null) {
            system.onAnswer(token);
        }
    }

    void onDelivery(Delivery delivery) {
        session.onDelivery(delivery, System.nanoTime(), this);
    }

    void onDetached(Refusal refusal) {
        atBus.ended();
        session.onDetached(refusal, this);
    }

    /** Any thread: ends the connection for a reason of the node's own. */
    void end(Fault fault) {
        tell(() -> session.onFault(fault, this));
    }

    // ---- what the session wants

    @Override
    public void send(MqttPacket packet) {
        output.add(packet);
    }

    /** Any thread. */
    @Override
    public boolean isWritable() {
        return context.channel().isWritable();
    }

    @Override
    public @Nullable Access login(Connect connect, String clientId) {
        return entrance.login(connect, clientId, context.channel());
    }

    @Override
    public void claim(String clientId, boolean durable) {
        identifier.claim(clientId, durable);
    }

    /** Any thread: events of one group that may be with this client. */
    int sharedWindow() {
        return sharedWindow;
    }

    @Override
    public void opened(MqttVersion version, int window) {
        sharedWindow = window;
        decoder.raiseLimit();
        if (context.pipeline().get(ConnectBound.class) != null) {
            context.pipeline().remove(ConnectBound.class);
        }
        timer.again();
    }

    @Override
    public @Nullable Exchange exchange(String method, String clientId) {
        return entrance.exchange(method, clientId, context.channel());
    }

    @Override
    public void save(SessionStore.Change change) {
        atBus.save(change);
    }

    @Override
    public void find(List<Long> references) {
        atBus.find(references);
    }

    @Override
    public void attend(SessionState state) {
        atBus.attend(state);
        if (listener.system().concern(state)) {
            system().attend(state);
        }
    }

    @Override
    public void discard(SessionState state) {
        atBus.discard(state);
    }

    @Override
    public boolean publish(long token, EventDraft draft) {
        return atBus.publish(token, draft);
    }

    @Override
    public void subscribe(Subscription subscription, long token) {
        if (listener.system().concern(subscription)) {
            system().subscribe(subscription, token);
        }
        atBus.subscribe(subscription, token);
    }

    @Override
    public void unsubscribe(TopicFilter filter, long token) {
        if (system != null) {
            system.unsubscribe(filter);
        }
        atBus.unsubscribe(filter, token);
    }

    @Override
    public void progress(SharedProgress step) {
        atBus.progress(step);
    }

    @Override
    public void released(Delivery delivery) {
        atBus.released(delivery);
    }

    @Override
    public void pauseReading() {
        decoder.pause();
        context.channel().config().setAutoRead(false);
    }

    @Override
    public void throttle(long nanos) {
        Future<?> unused = context.executor()
                .schedule(() -> tell(() -> session.onRoom(System.nanoTime(), this)), nanos, TimeUnit.NANOSECONDS);
        listener.gate().slowedDown(System.nanoTime());
    }

    @Override
    public void resumeReading() {
        decoder.unpause();
        context.channel().config().setAutoRead(true);
        timer.arm();
        // Not here and now: this may run inside the decoder's own loop.
        execute(() -> {
            ChannelHandlerContext reader = context.pipeline().context(decoder);
            if (reader != null) { // The connection is still there.
                decoder.readOn(reader);
            }
        });
    }

    @Override
    public void close(CloseReason reason) {
        metrics.closed(reason);
        timer.cancel();
        closing = new Closing(context, decoder);
        closing.begin(output.take(), reason == CloseReason.CONNECTION_LOST || reason == CloseReason.CONNECT_TIMEOUT);
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
    public void delivered(int sizeBytes) {
        metrics.delivered(sizeBytes);
    }

    @Override
    public void dropped(DropReason reason) {
        metrics.dropped(reason);
    }

    // ---- inside

    private SystemSide system() {
        SystemSide made = system;
        if (made == null) {
            made = new SystemSide(listener, this, atBus.budget());
            system = made;
        }
        return made;
    }

    private void release() {
        if (system != null) {
            system.leave();
        }
        identifier.release();
    }

    /** What its next owner gets. */
    @Nullable KeptSession leave() {
        return atBus.leave(session.leave(System.currentTimeMillis()));
    }

    Owners.Loop loop() {
        return new Owners.Loop(context.executor(), this::execute);
    }

    AtBus atBus() {
        return atBus;
    }

    /** On the event loop: an input of the session and what follows from it. */
    void tell(Runnable input) {
        execute(() -> {
            input.run();
            flush();
        });
    }

    Entrance entrance() {
        return entrance;
    }

    MqttSession session() {
        return session;
    }

    void flush() {
        atBus.tellProgress();
        output.write();
        context.flush();
    }

    void onTimer() {
        session.onTimeout(System.nanoTime(), this);
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
}
