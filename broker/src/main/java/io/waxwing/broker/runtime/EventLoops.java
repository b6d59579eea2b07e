package io.waxwing.broker.runtime;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.concurrent.TimeUnit;

/** The event loops that all listeners share, on the JDK's own selector. */
public final class EventLoops implements AutoCloseable {
    private final EventLoopGroup group;

    /** Half of the cores while there are few, for the journal, the core thread and the disk need the others. */
    public EventLoops() {
        int cores = Runtime.getRuntime().availableProcessors();
        int loops = cores <= 4 ? Math.max(1, cores / 2) : cores - 4;
        group = new MultiThreadIoEventLoopGroup(loops, Pools.threads("io"), NioIoHandler.newFactory());
    }

    public EventLoopGroup group() {
        return group;
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
