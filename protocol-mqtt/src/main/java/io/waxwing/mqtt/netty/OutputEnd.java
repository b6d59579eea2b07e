package io.waxwing.mqtt.netty;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;

/**
 * Says on every layer that nothing more will come: WebSocket's close frame, TLS' close_notify, TCP's FIN. Whoever gets
 * the last only takes the end of the stream for an attack.
 */
final class OutputEnd {
    private OutputEnd() {}

    static void say(ChannelHandlerContext context, DuplexChannel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        WebSocketStream webSocket = pipeline.get(WebSocketStream.class);
        if (webSocket == null) {
            endTls(channel);
            return;
        }
        ChannelHandlerContext at = pipeline.context(webSocket);
        Future<?> unused = webSocket
                .end(at == null ? context : at, WebSocketCloseStatus.NORMAL_CLOSURE)
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
}
