package io.waxwing.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RateTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void aSecondsWorthMayComeAtOnceAndThenAsFastAsTheRate() {
        Rate rate = new Rate(4);
        for (int i = 0; i < 4; i++) {
            assertThat(rate.waitNanos(1, 7)).isZero();
            rate.take(1, 7);
        }
        assertThat(rate.waitNanos(1, 7)).isEqualTo(SECOND / 4);
        assertThat(rate.waitNanos(1, 7 + SECOND / 4)).isZero();
        assertThat(rate.waitNanos(4, 7 + SECOND / 2)).isEqualTo(SECOND / 2);
    }

    @Test
    void whatIsLargerThanASecondsWorthIsTakenFromAFullBucketAndOwedAfterwards() {
        Rate rate = new Rate(10);
        assertThat(rate.waitNanos(35, 0)).isZero();
        rate.take(35, 0);
        assertThat(rate.waitNanos(0, 0)).isEqualTo(5 * SECOND / 2);
        assertThat(rate.waitNanos(35, 5 * SECOND / 2)).isEqualTo(SECOND);
    }

    @Test
    void noBoundIsNoBound() {
        Rate rate = new Rate(0);
        rate.take(1_000_000, 0);
        assertThat(rate.waitNanos(1_000_000, 0)).isZero();
    }

    @Test
    void overAnyTimeNoMoreIsTakenThanTheRateAndOneBurst() {
        Long given = Long.getLong("seed");
        long seed = given == null ? System.nanoTime() : given;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 50; round++) {
            long perSecond = 1 + random.nextInt(1_000);
            Rate rate = new Rate(perSecond);
            long now = random.nextLong(SECOND);
            long begin = now;
            long taken = 0;
            for (int i = 0; i < 2_000; i++) {
                now += random.nextLong(2 * SECOND / perSecond);
                if (rate.waitNanos(1, now) == 0) {
                    rate.take(1, now);
                    taken++;
                }
                assertThat((double) taken)
                        .as("seed %s", seed)
                        .isLessThanOrEqualTo(perSecond * (1 + (now - begin) / (double) SECOND) + 1);
            }
            assertThat(taken).as("seed %s", seed).isGreaterThan(500);
        }
    }
}
