package io.waxwing.http.edge;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes wrong in TLS ends the connection and is counted. Without it each stranger who sends something else would
 * write a stack trace into the log.
 */
final class TransportGuard extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(TransportGuard.class);

    private final Runnable onFault;
    private boolean counted;

    TransportGuard(Runnable onFault) {
        this.onFault = onFault;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake && !handshake.isSuccess()) {
            end(context, handshake.cause());
            return;
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException && !(cause instanceof javax.net.ssl.SSLException)) {
            context.fireExceptionCaught(cause);
            return;
        }
        end(context, cause);
    }

    private void end(ChannelHandlerContext context, Throwable cause) {
        if (!counted) {
            counted = true;
            onFault.run();
            LOG.debug(
                    "WXW-1301 a connection from {} ends: {}", context.channel().remoteAddress(), cause.toString());
        }
        Future<?> unused = context.close();
    }
}
