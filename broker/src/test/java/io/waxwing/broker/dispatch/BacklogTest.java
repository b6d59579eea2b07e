package io.waxwing.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Backlog against a queue that remembers every event. */
class BacklogTest {
    private record Waiting(long position, int sizeBytes) {}

    @Test
    void boundsHoldAndWhatIsLeftIsTheNewest() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        int eventsMax = 500;
        long bytesMax = 20_000;
        Backlog backlog = new Backlog(eventsMax, bytesMax);
        Deque<Waiting> model = new ArrayDeque<>();
        long position = 0;
        int givenUp = 0;
        for (int i = 0; i < 20_000; i++) {
            position += 1 + random.nextInt(5);
            int sizeBytes = random.nextInt(i % 4_000 < 2_000 ? 60 : 200);
            int gone = backlog.add(position, sizeBytes);
            model.add(new Waiting(position, sizeBytes));
            for (int n = 0; n < gone; n++) {
                model.remove();
            }
            givenUp += gone;
            assertThat(backlog.events()).as("seed %s", seed).isEqualTo(model.size());
            assertThat(backlog.bytes())
                    .as("seed %s", seed)
                    .isEqualTo(model.stream().mapToLong(Waiting::sizeBytes).sum());
            assertThat(backlog.firstPosition())
                    .as("seed %s", seed)
                    .isEqualTo(model.element().position());
            assertThat(backlog.events()).isLessThanOrEqualTo(eventsMax);
            assertThat(backlog.bytes()).isLessThanOrEqualTo(bytesMax);
        }
        assertThat(givenUp).isGreaterThan(10_000);
    }

    @Test
    void nothingWaitsAtFirst() {
        assertThat(new Backlog(10, 10).firstPosition()).isEqualTo(Long.MAX_VALUE);
    }
}
