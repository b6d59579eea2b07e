package io.waxwing.node.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import io.waxwing.ledger.spi.PeerLinks.Receiver;
import io.waxwing.node.peer.Outbox.Frame;
import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open connection to a node: frames out through an {@link Outbox}, as fast as the socket takes them; frames in as
 * fast as the {@link ReadBudget} allows; signs of life both ways. Event loop only, but for {@link #send}.
 */
final class Link extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(NettyPeers.class);
    /** Bytes sent before the loop looks after its other connections. */
    private static final int TURN_BYTES = 1 << 20;

    private final Edge edge;
    private final int peer;
    private final LinkKind kind;
    private final Hash pin;
    private final Outbox outbox;
    private final FrameDecoder decoder;
    private final ReadBudget budget;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ScheduledFuture<?> pulse;
    private @Nullable ScheduledFuture<?> pause;
    private long unspentBytes;
    private long heardNanos;
    private boolean draining;
    private boolean over;

    Link(Edge edge, int peer, LinkKind kind, Hash pin) {
        this.edge = edge;
        this.peer = peer;
        this.kind = kind;
        this.pin = pin;
        this.outbox = new Outbox(edge.settings().limits().queueBytes(kind));
        this.decoder = new FrameDecoder(kind);
        this.heardNanos = System.nanoTime();
        this.budget = new ReadBudget(edge.settings().limits().bytesPerSecond(kind), heardNanos);
    }

    int peer() {
        return peer;
    }

    LinkKind kind() {
        return kind;
    }

    /** Of the key that the other side proved to have. */
    Hash pin() {
        return pin;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    private ChannelHandlerContext context() {
        ChannelHandlerContext added = context;
        if (added == null) {
            throw new IllegalStateException("the link has no connection");
        }
        return added;
    }

    /** Takes its place among the links; an older one of the same kind to the same node ends. */
    void open() {
        long everyMs = edge.settings().times().keepAliveMs();
        pulse = context().executor().scheduleAtFixedRate(this::pulse, everyMs, everyMs, TimeUnit.MILLISECONDS);
        Link before = edge.table().put(this);
        if (before != null) {
            before.end(LinkFault.REPLACED, "it has made a newer connection");
        }
        LOG.info("the {} link with node {} at {} is up", kind.word(), peer, remote());
        edge.receivers().up(peer, kind);
    }

    private Object remote() {
        return String.valueOf(context().channel().remoteAddress());
    }

    // ---- out

    /** Any thread; false if there is no room. */
    boolean send(Channel channel, byte[] body) {
        if (!outbox.offer(new Frame(channel, body))) {
            return false;
        }
        wake();
        return true;
    }

    private void wake() {
        if (outbox.wake()) {
            try {
                context().executor().execute(this::drain);
            } catch (RejectedExecutionException stopped) {
                // The loop is gone and this link with it.
                LOG.debug("the event loop has stopped", stopped);
            }
        }
    }

    private void drain() {
        if (draining || over) {
            return;
        }
        draining = true;
        outbox.looking();
        int left = TURN_BYTES;
        while (left > 0 && context().channel().isWritable() && !outbox.isEmpty()) {
            left -= writeSome(context(), left);
            context().flush();
        }
        draining = false;
        if (left <= 0 && !outbox.isEmpty()) {
            wake();
        }
    }

    /** Writes while the socket's queue takes it; returns the bytes written. */
    private int writeSome(ChannelHandlerContext to, int maxBytes) {
        int written = 0;
        while (written < maxBytes && to.channel().isWritable()) {
            Frame next = outbox.poll();
            if (next == null) {
                break;
            }
            written += next.sizeBytes();
            write(to, next);
        }
        return written;
    }

    private void write(ChannelHandlerContext to, Frame frame) {
        int size = frame.sizeBytes();
        ChannelFuture unusedHeader = to.write(header(to, frame.body.length, FrameDecoder.codeOf(frame.channel)));
        ChannelFuture unused =
                to.write(Unpooled.wrappedBuffer(frame.body)).addListener(written -> outbox.settled(frame));
        edge.metrics().sent(frame.channel, size);
    }

    private static ByteBuf header(ChannelHandlerContext to, int length, int code) {
        return to.alloc().buffer(FrameDecoder.HEADER_BYTES).writeInt(length).writeByte(code);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext to) {
        if (to.channel().isWritable()) {
            drain();
        }
        to.fireChannelWritabilityChanged();
    }

    // ---- in

    @Override
    public void channelRead(ChannelHandlerContext from, Object read) {
        ByteBuf bytes = (ByteBuf) read;
        try {
            read(bytes);
        } finally {
            bytes.release();
        }
    }

    /** Takes all of the bytes; they stay the caller's. */
    void read(ByteBuf bytes) {
        if (over) {
            return;
        }
        heardNanos = System.nanoTime();
        unspentBytes += bytes.readableBytes();
        try {
            decoder.read(bytes, this::take);
        } catch (LinkException e) {
            end(e.fault(), e.getMessage());
        }
    }

    private void take(Channel channel, byte[] body) throws LinkException {
        unspentBytes += ReadBudget.FRAME_COST_BYTES;
        edge.metrics().received(channel, FrameDecoder.HEADER_BYTES + body.length);
        Receiver receiver = edge.receivers().get(channel);
        if (receiver == null) {
            edge.metrics().unclaimed(channel);
            return;
        }
        try {
            receiver.onFrame(peer, body);
        } catch (RuntimeException e) {
            LOG.error("a frame of {} from node {} could not be taken", channel, peer, e);
            throw new LinkException(LinkFault.INTERNAL, "this node failed on one of its frames: " + e);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        long pauseNanos = budget.spend(unspentBytes, System.nanoTime());
        unspentBytes = 0;
        if (pauseNanos > 0 && pause == null && !over) {
            edge.metrics().paused(kind);
            from.channel().config().setAutoRead(false);
            pause = from.executor().schedule(this::readOn, pauseNanos, TimeUnit.NANOSECONDS);
        }
        from.fireChannelReadComplete();
    }

    private void readOn() {
        pause = null;
        heardNanos = System.nanoTime();
        context().channel().config().setAutoRead(true);
    }

    // ---- life

    private void pulse() {
        long silenceMs = edge.settings().times().silenceMs();
        // Who is not listened to cannot be called silent.
        if (pause == null && System.nanoTime() - heardNanos > TimeUnit.MILLISECONDS.toNanos(silenceMs)) {
            end(LinkFault.SILENT, "nothing was heard for " + silenceMs + " ms");
        } else if (context().channel().isWritable()) {
            // If it is not, what is on its way is sign enough.
            ChannelFuture unused = context().writeAndFlush(header(context(), 0, FrameDecoder.SIGN_OF_LIFE));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        if (!over) {
            leave();
            LOG.info("the {} link with node {} is down", kind.word(), peer);
        }
        from.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        if (over) {
            return;
        }
        if (cause instanceof IOException) {
            LOG.debug("the connection with node {} broke", peer, cause);
            close();
        } else {
            end(LinkFault.TLS, String.valueOf(cause.getMessage()));
        }
    }

    /** Ends for a fault: counts, tells, closes. */
    void end(LinkFault fault, @Nullable String text) {
        if (!over) {
            edge.fault(fault, "node " + peer + " at " + remote() + " (" + kind.word() + ")", String.valueOf(text));
            close();
        }
    }

    /** Ends without a fault. */
    void close() {
        if (!over) {
            leave();
            LOG.info("the {} link with node {} is closed", kind.word(), peer);
            ChannelFuture unused = context().close();
        }
    }

    private void leave() {
        over = true;
        edge.table().remove(this);
        cancel(pulse);
        cancel(pause);
    }

    private static void cancel(@Nullable ScheduledFuture<?> armed) {
        if (armed != null) {
            boolean unused = armed.cancel(false);
        }
    }
}
