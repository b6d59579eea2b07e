package io.waxwing.http.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Ends an HTTP/1 connection whose request line and headers take longer than a deadline, from their first byte on; the
 * first request's from the connection's beginning on. Stands in front of the codec, so it sees bytes that are no
 * request yet; {@link Http1Guard} behind the codec tells it what became of them. A head that comes in one piece costs
 * no timer.
 */
final class HeadDeadline extends ChannelInboundHandlerAdapter {
    private static final long NONE = Long.MIN_VALUE;

    private final ChannelHandlerContext codec;
    private final long limitNanos;
    private final Runnable onLate;
    private long sinceNanos;
    private boolean inRequest;
    private boolean ticking;

    /**
     * The first head is waited for already, since {@code sinceNanos}; {@code onLate} counts; {@code codec} is that of
     * HTTP/1.
     */
    HeadDeadline(ChannelHandlerContext codec, long limitNanos, long sinceNanos, Runnable onLate) {
        this.codec = codec;
        this.limitNanos = limitNanos;
        this.sinceNanos = sinceNanos;
        this.onLate = onLate;
    }

    /** A head is complete. */
    void onHead() {
        sinceNanos = NONE;
        inRequest = true;
    }

    /** A request is complete; what comes next is another head. */
    void onEnd() {
        inRequest = false;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        tick(context);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object input) {
        if (codec.isRemoved()) {
            // After a request that asked for it the connection goes on with HTTP/2, which has no heads of this kind.
            context.fireChannelRead(input);
            context.pipeline().remove(this);
            return;
        }
        if (!inRequest && sinceNanos == NONE) {
            sinceNanos = System.nanoTime();
        }
        context.fireChannelRead(input);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        tick(context);
        context.fireChannelReadComplete();
    }

    private void tick(ChannelHandlerContext context) {
        if (ticking || sinceNanos == NONE || codec.isRemoved()) {
            return;
        }
        long left = sinceNanos + limitNanos - System.nanoTime();
        if (left <= 0) {
            onLate.run();
            Future<?> unused = context.close();
            return;
        }
        ticking = true;
        Future<?> unused = context.executor()
                .schedule(
                        () -> {
                            ticking = false;
                            if (context.channel().isActive()) {
                                tick(context);
                            }
                        },
                        left,
                        TimeUnit.NANOSECONDS);
    }
}
