package io.waxwing.mqtt.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslHandler;
import io.waxwing.mqtt.wire.CodecLimits;
import java.util.List;

/**
 * Tells HTTP from MQTT by a connection's first byte, and then leaves: the G of GET is no first byte of a CONNECT, so
 * both are at home on one port.
 */
final class FirstByte extends ByteToMessageDecoder {
    private final MqttEndpoint.WebSockets rules;
    private final CodecLimits limits;
    private final long handshakeMillis;

    FirstByte(MqttEndpoint.WebSockets rules, CodecLimits limits, long handshakeMillis) {
        this.rules = rules;
        this.limits = limits;
        this.handshakeMillis = handshakeMillis;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.getByte(in.readerIndex()) == 'G') {
            WebSocketStream.addAfter(context, rules, limits, handshakeMillis);
        } else if (context.pipeline().get(SslHandler.class) == null) {
            context.pipeline().remove(TransportGuard.class); // Nothing is below MQTT that could go wrong.
        }
        // What was read so far goes on to whoever comes next now.
        context.pipeline().remove(this);
    }
}
