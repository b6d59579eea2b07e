package io.waxwing.mqtt.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.CharBuffer;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the one HTTP request of a connection. An upgrade to WebSocket with subprotocol {@code mqtt}, on a known
 * path, from a page that may, goes on; anything else is answered and the connection closed (mqtt.md N-1, N-3).
 */
final class UpgradeGate extends SimpleChannelInboundHandler<FullHttpRequest> {
    static final String SUBPROTOCOL = "mqtt";

    private final MqttEndpoint.WebSockets rules;

    UpgradeGate(MqttEndpoint.WebSockets rules) {
        super(false);
        this.rules = rules;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        String refusal = refusal(request);
        if (refusal == null) {
            // The handshake compares whole URIs; which of our paths it was, and what follows '?', makes no difference.
            request.setUri(MqttEndpoint.WebSockets.PATH);
            context.pipeline().remove(this);
            context.fireChannelRead(request);
            return;
        }
        FullHttpResponse answer = answer(context, refusal);
        ReferenceCountUtil.release(request);
        Future<?> unused = context.writeAndFlush(answer).addListener(ChannelFutureListener.CLOSE);
    }

    /** Status and text of the answer, or null if it may go on. */
    private @Nullable String refusal(FullHttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return "400 this is not HTTP";
        }
        int query = request.uri().indexOf('?');
        String path = query < 0 ? request.uri() : request.uri().substring(0, query);
        if (!rules.paths().contains(path)) {
            return "404 MQTT over WebSocket is at " + MqttEndpoint.WebSockets.PATH;
        }
        boolean upgrades = HttpMethod.GET.equals(request.method())
                && request.headers().containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE, true)
                && request.headers().containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
        if (!upgrades) {
            return "426 this port speaks MQTT over WebSocket";
        }
        if (!isWelcome(request)) {
            return "403 pages of this origin may not connect (mqtt.webSocketOrigins)";
        }
        if (!offersMqtt(request)) {
            return "400 the WebSocket subprotocol mqtt must be offered";
        }
        return null;
    }

    private static boolean offersMqtt(FullHttpRequest request) {
        return request.headers().getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .anyMatch(word -> word.strip().equals(SUBPROTOCOL));
    }

    /** Programs send no origin; browsers cannot leave it out. */
    private boolean isWelcome(FullHttpRequest request) {
        String origin = request.headers().get(HttpHeaderNames.ORIGIN);
        if (origin == null || rules.anyOrigin()) {
            return true;
        }
        String page = origin.strip().toLowerCase(Locale.ROOT);
        if (rules.origins().contains(page)) {
            return true;
        }
        String host = request.headers().get(HttpHeaderNames.HOST);
        return host != null
                && hostOf(page).equals(hostOf("http://" + host.strip().toLowerCase(Locale.ROOT)));
    }

    /** Without the port: a page and the broker of one host are on different ones. */
    private static String hostOf(String origin) {
        try {
            String host = new URI(origin).getHost();
            return host == null ? origin : host;
        } catch (URISyntaxException e) {
            return origin;
        }
    }

    private static FullHttpResponse answer(ChannelHandlerContext context, String refusal) {
        int space = refusal.indexOf(' ');
        HttpResponseStatus status = HttpResponseStatus.valueOf(Integer.parseInt(refusal.substring(0, space)));
        ByteBuf body = ByteBufUtil.encodeString(
                context.alloc(), CharBuffer.wrap(refusal.substring(space + 1) + "\n"), US_ASCII);
        FullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, body);
        answer.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, HttpHeaderValues.TEXT_PLAIN)
                .set(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        if (HttpResponseStatus.UPGRADE_REQUIRED.equals(status)) {
            answer.headers().set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
        }
        return answer;
    }
}
