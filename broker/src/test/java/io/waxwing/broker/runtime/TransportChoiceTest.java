package io.waxwing.broker.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TransportChoiceTest {
    private static String chosen(String word, Transport... there) {
        Set<Transport> all = Set.of(there);
        return Transport.wanted(word, all::contains).orElse(all::contains).word();
    }

    @Test
    @DisplayName("what is asked for is taken if it is there, else the next best: io_uring, epoll, Java's own")
    void theNextBestIsUsed() {
        assertThat(chosen("io_uring", Transport.IO_URING, Transport.EPOLL)).isEqualTo("io_uring");
        assertThat(chosen("io_uring", Transport.EPOLL)).isEqualTo("epoll");
        assertThat(chosen("io_uring")).isEqualTo("nio");
        assertThat(chosen("epoll", Transport.EPOLL, Transport.IO_URING)).isEqualTo("epoll");
        assertThat(chosen("epoll", Transport.IO_URING)).isEqualTo("nio");
        assertThat(chosen("nio", Transport.EPOLL, Transport.IO_URING)).isEqualTo("nio");
    }

    @Test
    @DisplayName("auto is epoll or Java's own, never io_uring")
    void autoNeverAsksForIoUring() {
        assertThat(chosen("auto", Transport.EPOLL, Transport.IO_URING)).isEqualTo("epoll");
        assertThat(chosen("auto", Transport.IO_URING)).isEqualTo("nio");
    }

    @Test
    @DisplayName("one that is there and does not start is done without too, and metrics say what is used")
    void theNextBestIsUsedWhereOneDoesNotStart() {
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        List<Transport> tried = new ArrayList<>();
        try (EventLoops loops = new EventLoops("io_uring", metrics, transport -> true, transport -> {
            tried.add(transport);
            if (transport != Transport.NIO) {
                throw new IllegalStateException("no memory");
            }
            return group;
        })) {
            assertThat(tried).containsExactly(Transport.IO_URING, Transport.EPOLL, Transport.NIO);
            assertThat(loops.transport()).isEqualTo(Transport.NIO);
            assertThat(metrics.get("waxwing.transport")
                            .tags("used", "nio", "wanted", "io_uring")
                            .gauge()
                            .value())
                    .isEqualTo(1);
        }
    }

    @Test
    @DisplayName("where nothing starts the node does not either")
    void whereNothingStartsTheNodeDoesNot() {
        assertThatThrownBy(() -> new EventLoops("epoll", new SimpleMeterRegistry(), transport -> true, transport -> {
                    throw new IllegalStateException("no files");
                }))
                .hasMessage("no files");
    }
}
