package io.waxwing.mqtt.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.util.ReferenceCountUtil;

/**
 * Bounds what a WebSocket connection sends before its CONNECT is accepted, so that nobody makes the node gather a frame
 * of the size that only clients may send. It leaves with CONNACK.
 */
final class ConnectBound extends ChannelInboundHandlerAdapter {
    /** Beside the largest CONNECT: the HTTP request, frame headers, and packets that follow in the same segments. */
    private static final int BESIDE_BYTES = 64 << 10;

    private long leftBytes;

    ConnectBound(int connectBytes) {
        leftBytes = (long) connectBytes + BESIDE_BYTES;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        leftBytes -= message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
        if (leftBytes >= 0) {
            context.fireChannelRead(message);
            return;
        }
        ReferenceCountUtil.release(message);
        context.fireExceptionCaught(new TooLongFrameException("more than a CONNECT before CONNACK"));
    }
}
