package io.waxwing.mqtt.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Places of durable sessions. */
class SessionPlacesTest {
    @Test
    @DisplayName("of many that come at once exactly as many get a place as there are, in each of 200 rounds")
    void noMoreThanThereAre() throws Exception {
        int threads = 8;
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (int round = 0; round < 200; round++) {
                SessionPlaces places = new SessionPlaces(3);
                CyclicBarrier start = new CyclicBarrier(threads);
                List<Callable<Boolean>> claims = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    String clientId = "client-" + i;
                    claims.add(() -> {
                        start.await();
                        return places.take(clientId);
                    });
                }
                int taken = 0;
                for (Future<Boolean> claim : pool.invokeAll(claims)) {
                    taken += claim.get() ? 1 : 0;
                }
                assertThat(taken).as("round %d", round).isEqualTo(3);
                assertThat(places.taken()).isEqualTo(3);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    @Test
    @DisplayName("a client has one place however many connections and sessions it has; the last to go frees it")
    void aClientHasOnePlace() {
        SessionPlaces places = new SessionPlaces(1);
        assertThat(places.take("a")).isTrue();
        places.hold("a");
        assertThat(places.take("a")).isTrue();
        assertThat(places.take("b")).isFalse();
        places.release("a");
        places.release("a");
        assertThat(places.take("b")).isFalse();
        places.release("a");
        assertThat(places.taken()).isZero();
        assertThat(places.take("b")).isTrue();
    }

    @Test
    @DisplayName("sessions of a former process stay though there are more of them than places")
    void storedSessionsStay() {
        SessionPlaces places = new SessionPlaces(1);
        places.hold("a");
        places.hold("b");
        assertThat(places.taken()).isEqualTo(2);
        assertThat(places.take("a")).isTrue();
        assertThat(places.take("c")).isFalse();
        places.release("b");
        assertThat(places.take("c")).isFalse();
    }
}
