package io.waxwing.broker.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PaceTest {
    @Test
    void inTheLongRunNoMoreIsTakenThanItAllows() {
        Pace pace = new Pace(1_000_000);
        long taken = 0;
        for (int ms = 0; ms < 10_000; ms++) {
            while (pace.take(30_000, TimeUnit.MILLISECONDS.toNanos(ms))) {
                taken += 30_000;
            }
        }
        assertThat(taken).isBetween(9_900_000L, 10_200_000L);
    }

    @Test
    void withoutABoundEverythingIsTaken() {
        assertThat(new Pace(0).take(Integer.MAX_VALUE, 5)).isTrue();
    }
}
