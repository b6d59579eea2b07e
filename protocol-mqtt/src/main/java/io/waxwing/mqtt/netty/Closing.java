package io.waxwing.mqtt.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import io.waxwing.mqtt.wire.MqttFrameDecoder;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How a connection ends: write the last packets, shut down output, read and throw away a bounded amount for a bounded
 * time, close. Closing with unread bytes would make TCP send a reset, and the peer would lose the reason it was told.
 */
final class Closing {
    private static final int DISCARD_BYTES_MAX = 64 << 10;
    private static final long DISCARD_MILLIS_MAX = 1_000;

    private final ChannelHandlerContext context;
    private final MqttFrameDecoder decoder;

    Closing(ChannelHandlerContext context, MqttFrameDecoder decoder) {
        this.context = context;
        this.decoder = decoder;
    }

    /** {@code last} is written first. {@code gone}: there is nobody to write to. */
    void begin(@Nullable ByteBuf last, boolean gone) {
        decoder.discard();
        if (gone || !(context.channel() instanceof DuplexChannel duplex)) {
            if (last != null) {
                Future<?> unused = context.writeAndFlush(last);
            }
            close();
            return;
        }
        ByteBuf packets = last == null ? context.alloc().buffer(0) : last;
        ChannelFutureListener thenShut = written -> OutputEnd.say(context, duplex);
        Future<?> unusedWrite = context.writeAndFlush(packets).addListener(thenShut);
        context.channel().config().setAutoRead(true);
        Future<?> unusedTimer = context.executor().schedule(this::close, DISCARD_MILLIS_MAX, TimeUnit.MILLISECONDS);
    }

    /** After each read: enough is enough. */
    void onRead() {
        if (decoder.discardedBytes() > DISCARD_BYTES_MAX) {
            close();
        }
    }

    private void close() {
        Future<?> unused = context.close();
    }
}
