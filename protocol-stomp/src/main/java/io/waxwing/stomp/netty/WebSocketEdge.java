package io.waxwing.stomp.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;

/**
 * Tells HTTP from STOMP by a connection's first byte: the G of GET begins no STOMP command. STOMP goes on alone; for
 * HTTP Netty's handlers come in front, and this one turns messages into a stream of bytes and back (W1). Text or binary
 * in; out as text if it is UTF-8, else as binary, since browsers end a connection over text that is none.
 */
final class WebSocketEdge extends ChannelDuplexHandler {
    private static final int REQUEST_LINE_BYTES = 4 << 10;
    private static final int HEADER_BYTES = 16 << 10;
    private static final int CHUNK_BYTES = 8 << 10;
    private static final int BODY_BYTES = 1 << 10;

    private final StompEndpoint.Pages pages;
    private final int messageBytes;
    private final long handshakeMillis;
    private boolean http;
    private boolean open;
    private boolean ended;

    WebSocketEdge(StompEndpoint.Pages pages, int messageBytes, long handshakeMillis) {
        this.pages = pages;
        this.messageBytes = messageBytes;
        this.handshakeMillis = handshakeMillis;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        if (!http) {
            begin(context, (ByteBuf) message);
        } else if (message instanceof WebSocketFrame frame) {
            context.fireChannelRead(frame.content());
        } else {
            // An HTTP request that Netty's handler did not take for an upgrade.
            ReferenceCountUtil.release(message);
            refuse(context);
        }
    }

    private void begin(ChannelHandlerContext context, ByteBuf first) throws Exception {
        if (!first.isReadable()) {
            first.release();
            return;
        }
        if (first.getByte(first.readerIndex()) != 'G') {
            context.fireChannelRead(first);
            if (!context.isRemoved()) {
                context.pipeline().remove(this);
            }
            return;
        }
        http = true;
        ChannelPipeline pipeline = context.pipeline();
        HttpServerCodec codec = new HttpServerCodec(REQUEST_LINE_BYTES, HEADER_BYTES, CHUNK_BYTES);
        pipeline.addBefore(context.name(), "http", codec);
        pipeline.addBefore(context.name(), "http-whole", new HttpObjectAggregator(BODY_BYTES));
        pipeline.addBefore(context.name(), "pages", new PageCheck(pages));
        pipeline.addBefore(context.name(), "webSocket", new WebSocketServerProtocolHandler(config()));
        codec.channelRead(pipeline.context(codec), first);
    }

    private WebSocketServerProtocolConfig config() {
        return WebSocketServerProtocolConfig.newBuilder()
                .websocketPath(StompEndpoint.PATH)
                .subprotocols(PageCheck.SUBPROTOCOLS)
                .handshakeTimeoutMillis(handshakeMillis)
                .sendCloseFrame(null)
                .decoderConfig(WebSocketDecoderConfig.newBuilder()
                        .maxFramePayloadLength(messageBytes)
                        .allowExtensions(false)
                        .expectMaskedFrames(true)
                        .withUTF8Validator(true)
                        .build())
                .build();
    }

    private static void refuse(ChannelHandlerContext context) {
        FullHttpResponse answer = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.NOT_FOUND,
                Unpooled.copiedBuffer("STOMP over WebSocket is at " + StompEndpoint.PATH + "\n", US_ASCII));
        PageCheck.send(context, answer);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof WebSocketServerProtocolHandler.HandshakeComplete) {
            open = true;
        }
        super.userEventTriggered(context, event);
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof CloseWebSocketFrame && open && !ended) {
            ended = true;
            Future<?> unused = context.write(message, promise);
        } else if (message instanceof ByteBuf bytes && bytes.isReadable() && open && !ended) {
            boolean text = ByteBufUtil.isText(bytes, UTF_8);
            Future<?> unused =
                    context.write(text ? new TextWebSocketFrame(bytes) : new BinaryWebSocketFrame(bytes), promise);
        } else if (http || message instanceof CloseWebSocketFrame) {
            // Before the handshake nobody understands it, after the close frame nobody may hear it.
            ReferenceCountUtil.release(message);
            promise.trySuccess();
        } else {
            Future<?> unused = context.write(message, promise);
        }
    }
}
