package io.waxwing.broker.runtime;

import static org.assertj.core.api.Assertions.assertThat;

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
}
