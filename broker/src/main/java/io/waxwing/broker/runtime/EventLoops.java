package io.waxwing.broker.runtime;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The event loops that all listeners share. */
public final class EventLoops implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventLoops.class);

    private final Transport transport;
    private final EventLoopGroup group;

    /**
     * Half of the cores while there are few, for the journal, the core thread and the disk need the others.
     *
     * @param wanted a {@link Transport}'s word, or {@link Transport#AUTO}; what the system does not have is said
     *     (WXW-1260) and done without
     */
    public EventLoops(String wanted, MeterRegistry metrics) {
        this(wanted, metrics, Transport::isThere, EventLoops::start);
    }

    EventLoops(
            String wanted,
            MeterRegistry metrics,
            Predicate<Transport> isThere,
            Function<Transport, EventLoopGroup> start) {
        Transport asked = Transport.wanted(wanted, isThere);
        Transport used = asked.orElse(isThere);
        Throwable problem = asked.problem();
        EventLoopGroup made = null;
        while (made == null) {
            try {
                made = start.apply(used);
            } catch (RuntimeException e) {
                // There, but not to be had: io_uring is short of locked memory, or files.
                if (used == Transport.NIO) {
                    throw e;
                }
                problem = e;
                Transport failed = used;
                used = failed.orElse(other -> other != failed && isThere.test(other));
            }
        }
        transport = used;
        group = made;
        if (used != asked) {
            LOG.atWarn()
                    .addKeyValue("code", "WXW-1260")
                    .log("transport {} is not to be had here, {} is used: {}", wanted, used.word(), reason(problem));
        }
        Gauge.builder("waxwing.transport", () -> 1)
                .description("1 for the transport that the listeners use, and the one that was asked for")
                .tag("used", used.word())
                .tag("wanted", wanted)
                .register(metrics);
    }

    private static EventLoopGroup start(Transport of) {
        int cores = Runtime.getRuntime().availableProcessors();
        int loops = cores <= 4 ? Math.max(1, cores / 2) : cores - 4;
        return new MultiThreadIoEventLoopGroup(loops, Pools.threads("io"), of.handlers());
    }

    private static String reason(@Nullable Throwable problem) {
        Throwable deepest = problem;
        while (deepest != null && deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest);
    }

    /** What is used. */
    public Transport transport() {
        return transport;
    }

    public EventLoopGroup group() {
        return group;
    }

    /** The kind of listening socket that belongs to these loops. */
    public ChannelFactory<? extends ServerChannel> serverChannels() {
        return transport.serverChannels();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
