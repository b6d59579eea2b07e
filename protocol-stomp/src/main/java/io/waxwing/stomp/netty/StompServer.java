package io.waxwing.stomp.netty;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.stomp.session.Fault;
import io.waxwing.stomp.session.StompSession;
import io.waxwing.stomp.wire.FrameDecoder;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/**
 * The STOMP listeners of a node: accepts connections and connects each to the bus. {@link #listen} and {@link #stop}
 * are called by one thread that may wait, never by an event loop.
 */
public final class StompServer {
    private static final int BACKLOG = 4_096;
    private static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(32 << 10, 64 << 10);
    private static final int NONCE_BYTES = 10;

    private final Reach reach;
    private final Authentication authentication;
    private final EventLoopGroup loops;
    private final ChannelFactory<? extends ServerChannel> transport;
    private final StompSettings settings;
    private final StompMetrics metrics;
    private final ChannelGroup servers = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final SecureRandom random = new SecureRandom();

    /**
     * Listeners over the transport that belongs to {@code loops}, which are the caller's: they are not shut down here.
     */
    public StompServer(
            Buses buses,
            Authentication authentication,
            EventLoopGroup loops,
            ChannelFactory<? extends ServerChannel> transport,
            StompSettings settings,
            MeterRegistry registry) {
        this.reach = new Reach(buses, new ReplyQueues(settings.session()));
        this.authentication = authentication;
        this.loops = loops;
        this.transport = transport;
        this.settings = settings;
        this.metrics = new StompMetrics(registry);
        authentication.onChange(this::recheck);
    }

    /**
     * Binds an address and accepts from now on.
     *
     * @return the address bound, with the real port if 0 was asked for
     * @throws RefusedException WXW-2005 if it cannot be bound
     */
    public InetSocketAddress listen(StompEndpoint endpoint) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channelFactory(transport)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARKS)
                .childHandler(new ConnectionInitializer(endpoint));
        ChannelFuture bound = bootstrap.bind(endpoint.host(), endpoint.port()).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new RefusedException(
                    FailureCode.LISTENER_ADDRESS,
                    "STOMP on " + endpoint.host() + ":" + endpoint.port() + ": "
                            + bound.cause().getMessage());
        }
        servers.add(bound.channel());
        return (InetSocketAddress) bound.channel().localAddress();
    }

    /**
     * Stops accepting, tells every client that the node shuts down, and waits until the connections are closed or the
     * time is over; what is left then is cut.
     */
    public void stop(long waitMillis) {
        servers.close().awaitUninterruptibly(waitMillis);
        for (Channel channel : channels) {
            StompChannel connection = channel.pipeline().get(StompChannel.class);
            if (connection != null) {
                connection.end(Fault.SHUTDOWN);
            }
        }
        if (!channels.newCloseFuture().awaitUninterruptibly(waitMillis)) {
            channels.close().awaitUninterruptibly(waitMillis);
        }
    }

    /** Any thread: ends the connections of those who may not be here any more. */
    private void recheck() {
        for (Channel channel : channels) {
            StompChannel connection = channel.pipeline().get(StompChannel.class);
            if (connection != null && connection.entrance().isOver()) {
                connection.end(Fault.NOT_ADMITTED);
            }
        }
    }

    private String nonce() {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private final class ConnectionInitializer extends ChannelInitializer<Channel> {
        private final StompEndpoint endpoint;

        ConnectionInitializer(StompEndpoint endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        protected void initChannel(Channel channel) {
            channels.add(channel);
            ChannelPipeline pipeline = channel.pipeline();
            long handshakeMillis = TimeUnit.SECONDS.toMillis(settings.session().connectSeconds());
            if (endpoint.tls() != null) {
                SslHandler tls = endpoint.tls().get().newHandler(channel.alloc());
                tls.setHandshakeTimeoutMillis(handshakeMillis);
                pipeline.addLast(tls);
            }
            if (endpoint.pages() != null) {
                pipeline.addLast(
                        new WebSocketEdge(endpoint.pages(), settings.wire().frameBytes(), handshakeMillis));
            }
            StompSession session = new StompSession(
                    settings.session(), settings.server(), nonce(), System.nanoTime(), System.currentTimeMillis());
            pipeline.addLast(
                    new StompChannel(session, new FrameDecoder(settings.wire()), authentication, reach, metrics));
        }
    }
}
