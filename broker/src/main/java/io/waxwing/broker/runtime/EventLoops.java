package io.waxwing.broker.runtime;

import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.concurrent.TimeUnit;

/** The event loops that all listeners share: epoll where the system has it, Java's own selector elsewhere. */
public final class EventLoops implements AutoCloseable {
    private final boolean epoll = Epoll.isAvailable();
    private final EventLoopGroup group;

    /** Half of the cores while there are few, for the journal, the core thread and the disk need the others. */
    public EventLoops() {
        int cores = Runtime.getRuntime().availableProcessors();
        int loops = cores <= 4 ? Math.max(1, cores / 2) : cores - 4;
        group = new MultiThreadIoEventLoopGroup(
                loops, Pools.threads("io"), epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    }

    public EventLoopGroup group() {
        return group;
    }

    /** The kind of listening socket that belongs to these loops. */
    public ChannelFactory<? extends ServerChannel> serverChannels() {
        return epoll ? EpollServerSocketChannel::new : NioServerSocketChannel::new;
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
