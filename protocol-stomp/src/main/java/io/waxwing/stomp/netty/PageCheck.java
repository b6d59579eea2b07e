package io.waxwing.stomp.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.concurrent.Future;
import io.waxwing.stomp.frame.StompVersion;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets a request on to the WebSocket handshake unless a page asks that may not (W2), and puts the highest of the
 * offered subprotocols first, since the handshake takes the first that it knows (W1).
 */
final class PageCheck extends SimpleChannelInboundHandler<FullHttpRequest> {
    /** As the handshake wants them. */
    static final String SUBPROTOCOLS =
            Arrays.stream(StompVersion.values()).map(StompVersion::subprotocol).collect(Collectors.joining(","));

    private final StompEndpoint.Pages pages;

    PageCheck(StompEndpoint.Pages pages) {
        super(false);
        this.pages = pages;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        if (isWelcome(request)) {
            sortSubprotocols(request);
            context.fireChannelRead(request);
            return;
        }
        request.release();
        send(
                context,
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.FORBIDDEN,
                        Unpooled.copiedBuffer(
                                "pages of this origin may not connect (stomp.webSocketOrigins)\n", US_ASCII)));
    }

    /** Answers and ends the connection. */
    static void send(ChannelHandlerContext context, FullHttpResponse answer) {
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN)
                .set(HttpHeaderNames.CONTENT_LENGTH, answer.content().readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        Future<?> unused = context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }

    private static void sortSubprotocols(FullHttpRequest request) {
        List<String> offered = request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .sorted(Comparator.reverseOrder())
                .toList();
        if (!offered.isEmpty()) {
            request.headers().set(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, String.join(",", offered));
        }
    }

    /** Programs send no origin; browsers cannot leave it out. */
    private boolean isWelcome(FullHttpRequest request) {
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        if (origin == null || pages.any()) {
            return true;
        }
        String page = origin.strip().toLowerCase(Locale.ROOT);
        String host = request.headers().get(HttpHeaderNames.HOST);
        String own = host == null ? null : hostOf("http://" + host.strip().toLowerCase(Locale.ROOT));
        return pages.origins().contains(page) || (own != null && own.equals(hostOf(page)));
    }

    /** Without the port: a page and the broker of one host are on different ones. */
    private static @Nullable String hostOf(String origin) {
        try {
            return new URI(origin).getHost();
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
