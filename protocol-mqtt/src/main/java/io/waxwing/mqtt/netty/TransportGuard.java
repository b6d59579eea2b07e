package io.waxwing.mqtt.netty;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What goes wrong below MQTT, in TLS or WebSocket, ends the connection and is counted. The session hears of the end
 * only: it is no fault of its own.
 */
@ChannelHandler.Sharable
final class TransportGuard extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(TransportGuard.class);

    private final MqttMetrics metrics;

    TransportGuard(MqttMetrics metrics) {
        this.metrics = metrics;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            context.fireExceptionCaught(cause);
            return;
        }
        metrics.transportFault();
        LOG.debug("WXW-1301 a connection from {} ends: {}", context.channel().remoteAddress(), cause.toString());
        Future<?> unused = context.close();
    }
}
