package io.waxwing.stomp.netty;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.waxwing.bus.spi.Authentication;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The server on free loopback ports with two event loops and a {@link FakeBus}. */
final class TestServer implements AutoCloseable {
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(10);
    static final StompEndpoint.Pages PAGES = new StompEndpoint.Pages(List.of("https://console.example"), false);

    final FakeBus bus = new FakeBus();
    final FakeQueues queues = new FakeQueues();
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final StompServer server;
    final InetSocketAddress address;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

    TestServer() {
        this(Authentication.OPEN);
    }

    TestServer(Authentication door) {
        StompSettings settings = StompSettings.of("bank-a.example");
        server = new StompServer(new Buses(bus, queues), door, loops, NioServerSocketChannel::new, settings, metrics);
        address = server.listen(StompEndpoint.tcp("127.0.0.1", 0).withPages(PAGES));
    }

    double count(String name, String... tags) {
        return metrics.get(name).tags(tags).counter().count();
    }

    /** Waits, with a deadline, for what another thread is about to do. */
    static void eventually(String what, BooleanSupplier holds) {
        long start = System.nanoTime();
        while (!holds.getAsBoolean()) {
            if (System.nanoTime() - start > DEADLINE_NANOS) {
                throw new AssertionError("not within 10 s: " + what);
            }
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        server.stop(2_000);
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
        bus.close();
    }
}
