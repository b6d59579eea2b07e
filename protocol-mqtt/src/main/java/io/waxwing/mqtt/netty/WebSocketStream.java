package io.waxwing.mqtt.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.waxwing.mqtt.wire.CodecLimits;
import java.util.List;

/**
 * MQTT over WebSocket as a stream of bytes (MQTT 5 section 6; mqtt.md N-2): the contents of binary frames, wherever
 * packets begin and end in them; what is written leaves as one binary frame a flush. A text frame ends the connection
 * with 1003.
 */
final class WebSocketStream extends ChannelDuplexHandler {
    private static final int REQUEST_LINE_BYTES = 4 << 10;
    private static final int HEADER_BYTES = 16 << 10;
    private static final int BODY_BYTES = 1 << 10;

    private boolean open;
    private boolean ended;

    /** Puts everything between HTTP's bytes and MQTT's behind the handler of {@code context}. */
    static void addAfter(
            ChannelHandlerContext context, MqttEndpoint.WebSockets rules, CodecLimits limits, long handshakeMillis) {
        WebSocketServerProtocolConfig config = WebSocketServerProtocolConfig.newBuilder()
                .websocketPath(MqttEndpoint.WebSockets.PATH)
                .subprotocols(UpgradeGate.SUBPROTOCOL)
                .handshakeTimeoutMillis(handshakeMillis)
                .sendCloseFrame(null)
                .decoderConfig(WebSocketDecoderConfig.newBuilder()
                        .maxFramePayloadLength(limits.packetBytes())
                        .allowExtensions(false)
                        .expectMaskedFrames(true)
                        .withUTF8Validator(false)
                        .build())
                .build();
        String last = context.name();
        for (ChannelHandler next : List.of(
                new ConnectBound(limits.connectBytes()),
                new HttpServerCodec(REQUEST_LINE_BYTES, HEADER_BYTES, BODY_BYTES),
                new HttpObjectAggregator(BODY_BYTES),
                new UpgradeGate(rules),
                new WebSocketServerProtocolHandler(config),
                new WebSocketStream())) {
            String name = "webSocket-" + next.getClass().getSimpleName();
            context.pipeline().addAfter(last, name, next);
            last = name;
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
            open = true;
        }
        super.userEventTriggered(context, event);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (ended) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof BinaryWebSocketFrame || message instanceof ContinuationWebSocketFrame) {
            context.fireChannelRead(((WebSocketFrame) message).content());
        } else {
            ReferenceCountUtil.release(message);
            Future<?> unused =
                    end(context, WebSocketCloseStatus.INVALID_MESSAGE_TYPE).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (open && !ended && message instanceof ByteBuf bytes && bytes.isReadable()) {
            Future<?> unused = context.write(new BinaryWebSocketFrame(bytes), promise);
        } else if (message instanceof ByteBuf) {
            // Before the handshake nobody understands it, after the close frame nobody may hear it.
            ReferenceCountUtil.release(message);
            promise.trySuccess();
        } else {
            Future<?> unused = context.write(message, promise);
        }
    }

    /** The close frame, after which nothing more is sent. */
    ChannelFuture end(ChannelHandlerContext context, WebSocketCloseStatus status) {
        if (!open || ended) {
            return context.newSucceededFuture();
        }
        ended = true;
        return context.writeAndFlush(new CloseWebSocketFrame(status));
    }
}
