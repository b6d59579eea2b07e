package io.waxwing.http.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Ends an HTTP/1 connection whose request line and headers take longer than a deadline, from their first byte on; the
 * first request's from the connection's beginning on. Stands in front of the codec, so it sees bytes that are no
 * request yet; {@link Http1Guard} behind the codec tells it what became of them. A head that comes in one piece costs
 * no timer.
 */
final class HeadDeadline extends ChannelInboundHandlerAdapter {
    private static final long NONE = Long.MIN_VALUE;
    /** How a connection of HTTP/2 begins (RFC 9113, section 3.4). */
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n".getBytes(StandardCharsets.US_ASCII);

    private final long limitNanos;
    private final Runnable onLate;
    private long sinceNanos;
    private boolean inRequest;
    private boolean ticking;
    private boolean http2;

    /** The first head is waited for already, since {@code sinceNanos}; {@code onLate} counts. */
    HeadDeadline(long limitNanos, long sinceNanos, Runnable onLate) {
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
        if (!inRequest && sinceNanos == NONE && !isHttp2(input)) {
            sinceNanos = System.nanoTime();
        }
        context.fireChannelRead(input);
    }

    /** After a request that asked for it the connection goes on with HTTP/2, which has no heads of this kind. */
    private boolean isHttp2(Object input) {
        if (!http2 && input instanceof ByteBuf bytes && bytes.readableBytes() >= PREFACE.length) {
            http2 = ByteBufUtil.equals(bytes, bytes.readerIndex(), Unpooled.wrappedBuffer(PREFACE), 0, PREFACE.length);
        }
        return http2;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        tick(context);
        context.fireChannelReadComplete();
    }

    private void tick(ChannelHandlerContext context) {
        if (ticking || sinceNanos == NONE) {
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
