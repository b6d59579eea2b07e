package io.waxwing.mqtt.netty;

import io.micrometer.core.instrument.MeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.Authentication;
import io.waxwing.bus.spi.EventBus;
import io.waxwing.mqtt.session.Fault;
import io.waxwing.mqtt.session.MqttSession;
import io.waxwing.mqtt.wire.MqttFrameDecoder;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;

/**
 * The MQTT listener of a node: accepts TCP connections and connects each to the bus. {@link #start} and {@link #stop}
 * are called by one thread that may wait, never by an event loop.
 */
public final class MqttAdapter {
    private static final int BACKLOG = 4_096;
    private static final WriteBufferWaterMark WATER_MARKS = new WriteBufferWaterMark(32 << 10, 64 << 10);
    private static final int NONCE_BYTES = 10;

    private final Listener listener;
    private final EventLoopGroup loops;
    private final ChannelFactory<? extends ServerChannel> transport;
    private final ChannelGroup servers = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    private final SecureRandom random = new SecureRandom();
    private boolean restored;

    /** A listener over the transport that belongs to {@code loops}. */
    public MqttAdapter(
            EventBus bus,
            Authentication authentication,
            EventLoopGroup loops,
            ChannelFactory<? extends ServerChannel> transport,
            MqttSettings settings,
            MeterRegistry metrics) {
        MqttMetrics figures = new MqttMetrics(metrics);
        Sessions sessions = new Sessions(bus, authentication, figures, settings);
        ConnectGate gate = new ConnectGate(settings.limits(), figures, sessions);
        this.listener = new Listener(
                bus, authentication, sessions, figures, settings, gate, new SystemTopics(settings.system(), figures));
        authentication.onChange(this::recheck);
        this.loops = loops;
        this.transport = transport;
    }

    /**
     * Binds the settings' address and accepts from now on.
     *
     * @return the address bound, with the real port if 0 was asked for
     * @throws RefusedException WXW-2005 if the address cannot be bound
     */
    public InetSocketAddress start() {
        MqttSettings settings = listener.settings();
        return listen(MqttEndpoint.tcp(settings.host(), settings.port()));
    }

    /**
     * Binds one more address: its clients share sessions and limits with those of the others. Before the first, what
     * was stored of sessions is taken up.
     *
     * @return the address bound, with the real port if 0 was asked for
     * @throws RefusedException WXW-2005 if the address cannot be bound
     */
    public InetSocketAddress listen(MqttEndpoint endpoint) {
        if (!restored) {
            listener.sessions().restore(loops);
            listener.system().start(loops);
            restored = true;
        }
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
                    "MQTT on " + endpoint.host() + ":" + endpoint.port() + ": "
                            + bound.cause().getMessage());
        }
        servers.add(bound.channel());
        return (InetSocketAddress) bound.channel().localAddress();
    }

    /**
     * Stops accepting, tells every client that the node shuts down (MQTT 5: 0x8B), publishes their wills, and waits
     * until the connections are closed or the time is over; what is left then is cut.
     */
    public void stop(long waitMillis) {
        stop(waitMillis, Fault.SHUTDOWN);
    }

    /** The same with another word for it, such as where clients are to go instead. */
    public void stop(long waitMillis, Fault why) {
        servers.close().awaitUninterruptibly(waitMillis);
        listener.system().stop();
        for (Channel channel : channels) {
            MqttChannel connection = channel.pipeline().get(MqttChannel.class);
            if (connection != null) {
                connection.end(why);
            }
        }
        if (!channels.newCloseFuture().awaitUninterruptibly(waitMillis)) {
            channels.close().awaitUninterruptibly(waitMillis);
        }
    }

    /** Any thread: ends the connections of those who may not be here any more. */
    private void recheck() {
        for (Channel channel : channels) {
            MqttChannel connection = channel.pipeline().get(MqttChannel.class);
            if (connection != null && connection.entrance().isOver()) {
                connection.end(Fault.NOT_ADMITTED);
            }
        }
    }

    /** Connections open now. */
    public int connections() {
        return channels.size();
    }

    private String nonce() {
        byte[] bytes = new byte[NONCE_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private final class ConnectionInitializer extends ChannelInitializer<Channel> {
        private final MqttEndpoint endpoint;
        private final TransportGuard guard = new TransportGuard(listener.metrics());

        ConnectionInitializer(MqttEndpoint endpoint) {
            this.endpoint = endpoint;
        }

        @Override
        protected void initChannel(Channel channel) {
            channels.add(channel);
            if (!listener.gate().accepts(channels.size(), System.nanoTime())) {
                Future<?> unused = channel.close();
                return;
            }
            MqttSettings settings = listener.settings();
            addTransport(channel);
            MqttFrameDecoder decoder = new MqttFrameDecoder(settings.codec());
            channel.pipeline().addLast(decoder);
            ChannelHandlerContext context = channel.pipeline().lastContext();
            MqttSession session = new MqttSession(
                    listener.sessions().settings(), nonce(), System.nanoTime(), System.currentTimeMillis());
            channel.pipeline().addLast(new MqttChannel(context, decoder, session, listener));
        }

        private void addTransport(Channel channel) {
            MqttSettings settings = listener.settings();
            long handshakeMillis = TimeUnit.SECONDS.toMillis(settings.session().connectSeconds());
            if (endpoint.tls() != null) {
                SslHandler tls = endpoint.tls().get().newHandler(channel.alloc());
                tls.setHandshakeTimeoutMillis(handshakeMillis);
                channel.pipeline().addLast(tls);
            }
            if (endpoint.webSocket() != null) {
                channel.pipeline().addLast(new FirstByte(endpoint.webSocket(), settings.codec(), handshakeMillis));
            }
            if (endpoint.tls() != null || endpoint.webSocket() != null) {
                channel.pipeline().addLast(guard);
            }
        }
    }
}
