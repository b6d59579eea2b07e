package io.waxwing.mqtt.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Tells HTTP from MQTT by a connection's first byte, and then leaves: the G of GET is no first byte of a CONNECT, so
 * both are at home on one port.
 */
final class FirstByte extends ByteToMessageDecoder {
    private final MqttEndpoint.WebSockets rules;
    private final int frameBytes;
    private final long handshakeMillis;

    FirstByte(MqttEndpoint.WebSockets rules, int frameBytes, long handshakeMillis) {
        this.rules = rules;
        this.frameBytes = frameBytes;
        this.handshakeMillis = handshakeMillis;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (in.getByte(in.readerIndex()) == 'G') {
            WebSocketStream.addAfter(context, rules, frameBytes, handshakeMillis);
        }
        // What was read so far goes on to whoever comes next now.
        context.pipeline().remove(this);
    }
}
