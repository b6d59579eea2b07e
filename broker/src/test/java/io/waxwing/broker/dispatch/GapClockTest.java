package io.waxwing.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GapClockTest {
    private static final long SECOND = 1_000_000_000;

    private final GapClock clock = new GapClock(16 * SECOND);

    @Test
    void aHeightIsOldWhenItWasReachedLongEnoughAgo() {
        clock.tick(0, 5);
        clock.tick(10 * SECOND, 9);
        clock.tick(16 * SECOND - 1, 9);
        assertThat(clock.oldHeight()).isZero();
        clock.tick(16 * SECOND, 9);
        assertThat(clock.oldHeight()).isEqualTo(5);
        clock.tick(26 * SECOND, 9);
        assertThat(clock.oldHeight()).isEqualTo(9);
        clock.tick(27 * SECOND, 12);
        clock.tick(42 * SECOND, 12);
        assertThat(clock.oldHeight()).isEqualTo(9);
        clock.tick(43 * SECOND, 12);
        assertThat(clock.oldHeight()).isEqualTo(12);
    }

    @Test
    void itNeverCallsAHeightOldTooSoonHoweverOftenItIsAsked() {
        for (long ms = 0; ms < 60_000; ms += 7) {
            clock.tick(ms * 1_000_000, 1 + ms);
            assertThat(clock.oldHeight()).isLessThanOrEqualTo(Math.max(0, 1 + ms - 16_000));
        }
        assertThat(clock.oldHeight()).isGreaterThan(60_000 - 16_000 - 2_000);
    }

    @Test
    void whatWaitedOnceIsForgottenWhenNothingWaits() {
        clock.tick(0, 5);
        clock.tick(20 * SECOND, 5);
        assertThat(clock.oldHeight()).isEqualTo(5);
        clock.reset();
        assertThat(clock.oldHeight()).isZero();
        clock.tick(21 * SECOND, 6);
        clock.tick(30 * SECOND, 6);
        assertThat(clock.oldHeight()).isZero();
    }
}
