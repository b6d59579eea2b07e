package io.waxwing.stomp.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ends (R2): the last frames leave, every layer says that nothing more will come, and what the client
 * still sends is thrown away for a bounded time. Closing with unread bytes would make TCP send a reset, which eats the
 * ERROR.
 */
final class Ending {
    private static final int DISCARD_BYTES_MAX = 64 << 10;
    private static final long LINGER_MILLIS = 1_000;

    private final ChannelHandlerContext context;
    private long discardedBytes;

    Ending(ChannelHandlerContext context) {
        this.context = context;
    }

    /** {@code last} is written first. {@code gone}: there is nobody to write to. */
    void begin(@Nullable ByteBuf last, boolean gone) {
        ByteBuf frames = last == null ? context.alloc().buffer(0) : last;
        if (gone || !(context.channel() instanceof DuplexChannel duplex)) {
            Future<?> unused = context.writeAndFlush(frames);
            close();
            return;
        }
        ChannelFutureListener thenEnd = written -> endOutput(duplex);
        Future<?> unusedWrite = context.writeAndFlush(frames).addListener(thenEnd);
        context.channel().config().setAutoRead(true);
        Future<?> unusedTimer = context.executor().schedule(this::close, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    void onDiscarded(int bytes) {
        discardedBytes += bytes;
        if (discardedBytes > DISCARD_BYTES_MAX) {
            close();
        }
    }

    private void endOutput(DuplexChannel channel) {
        if (channel.pipeline().get(WebSocketEdge.class) == null) {
            endTls(channel);
            return;
        }
        Future<?> unused = context.writeAndFlush(new CloseWebSocketFrame(WebSocketCloseStatus.NORMAL_CLOSURE))
                .addListener((ChannelFutureListener) written -> endTls(channel));
    }

    private static void endTls(DuplexChannel channel) {
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            Future<?> unused = channel.shutdownOutput();
            return;
        }
        Future<?> unused = tls.closeOutbound().addListener(written -> {
            Future<?> unusedEnd = channel.shutdownOutput();
        });
    }

    private void close() {
        Future<?> unused = context.close();
    }
}
