package io.waxwing.mqtt.netty;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.waxwing.bus.spi.Authentication;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** The adapter on a free loopback port with two event loops and a {@link FakeBus}. */
final class TestServer implements AutoCloseable {
    private static final long DEADLINE_NANOS = TimeUnit.SECONDS.toNanos(10);

    final FakeBus bus;
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final MqttAdapter adapter;
    final InetSocketAddress address;
    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

    TestServer() {
        this(UnaryOperator.identity());
    }

    TestServer(UnaryOperator<MqttSettings> change) {
        this(change, new FakeBus());
    }

    TestServer(Authentication authentication) {
        this(UnaryOperator.identity(), new FakeBus(), authentication);
    }

    /** The next process on what the bus has. */
    TestServer(UnaryOperator<MqttSettings> change, FakeBus bus) {
        this(change, bus, Authentication.OPEN);
    }

    TestServer(UnaryOperator<MqttSettings> change, FakeBus bus, Authentication authentication) {
        this.bus = bus;
        MqttSettings settings = change.apply(MqttSettings.of("127.0.0.1", 0, "bank-a.example"));
        adapter = new MqttAdapter(bus, authentication, loops, NioServerSocketChannel::new, settings, metrics);
        address = adapter.start();
    }

    String url() {
        return "tcp://127.0.0.1:" + address.getPort();
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

    /** Ends the process, not the bus. */
    void stop() {
        adapter.stop(2_000);
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        adapter.stop(2_000);
        bus.close();
        loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
