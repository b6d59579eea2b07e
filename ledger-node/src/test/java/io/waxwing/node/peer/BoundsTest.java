package io.waxwing.node.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.spi.PeerLinks;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The arithmetic of limits and waits, without sockets and clocks. */
class BoundsTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    @Test
    void aSecondsWorthMayBeReadAtOnceAndWhatIsMoreIsWaitedFor() {
        ReadBudget budget = new ReadBudget(1_000, 0);
        assertThat(budget.spend(1_000, 0)).isZero();
        assertThat(budget.spend(500, 0)).isEqualTo(SECOND / 2);
        assertThat(budget.spend(0, SECOND / 2)).isZero();
        assertThat(budget.spend(1, SECOND / 2)).isEqualTo(SECOND / 1_000);
    }

    @Test
    void savingsEndAtOneSecondAndDebtsAreNeverForgiven() {
        ReadBudget budget = new ReadBudget(1_000, 0);
        assertThat(budget.spend(1_000, 3_600 * SECOND)).isZero();
        assertThat(budget.spend(5_000, 3_600 * SECOND)).isEqualTo(5 * SECOND);
        assertThat(budget.spend(0, 3_602 * SECOND)).isEqualTo(3 * SECOND);
        assertThat(budget.spend(0, 3_605 * SECOND)).isZero();
    }

    @Test
    void overAnyLongTimeNoMoreIsReadThanAllowed() {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        int rate = 1 + random.nextInt(50_000_000);
        ReadBudget budget = new ReadBudget(rate, 0);
        long now = 0;
        double read = 0;
        for (int i = 0; i < 10_000; i++) {
            long bytes = random.nextInt(1 << 20);
            read += bytes;
            long pause = budget.spend(bytes, now);
            now += pause + random.nextInt(1_000_000);
        }
        assertThat(read)
                .as("-Dseed=%d", seed)
                .isLessThanOrEqualTo(rate * (now / (double) SECOND) * 1.001 + rate + (1 << 20));
    }

    @Test
    void aBudgetThatIsAskedOftenDoesNotLoseWhatIsEarnedInBetween() {
        ReadBudget budget = new ReadBudget(1_000, 0);
        assertThat(budget.spend(1_000, 0)).isZero();
        long now = 0;
        for (int i = 0; i < 999; i++) {
            now += SECOND / 1_500;
            long unused = budget.spend(0, now);
        }
        // 666 ms have passed.
        assertThat(budget.spend(600, now)).isZero();
    }

    @Test
    void waitsDoubleToTheirEndAndHalfOfEachIsChance() {
        long seed = Long.getLong("seed", System.nanoTime());
        BackOff backOff = new BackOff(100, 5_000, new Random(seed));
        for (int round = 0; round < 50; round++) {
            for (long whole : new long[] {100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000}) {
                assertThat(backOff.nextMs()).as("-Dseed=%d", seed).isBetween(whole / 2, whole);
            }
            backOff.reset();
        }
    }

    @Test
    void twoNodesThatFailTogetherDoNotWaitAlike() {
        BackOff one = new BackOff(1_000, 5_000, new Random(1));
        BackOff two = new BackOff(1_000, 5_000, new Random(2));
        assertThat(one.nextMs()).isNotEqualTo(two.nextMs());
    }

    @Test
    void aQueueIsFullInBytesUntilTheSocketHasThem() {
        Outbox outbox = new Outbox(100);
        assertThat(outbox.offer(new Outbox.Frame(Channel.SYNC, new byte[45]))).isTrue();
        assertThat(outbox.offer(new Outbox.Frame(Channel.SYNC, new byte[45]))).isTrue();
        assertThat(outbox.offer(new Outbox.Frame(Channel.SYNC, new byte[0]))).isFalse();
        assertThat(outbox.poll()).isNotNull();
        assertThat(outbox.offer(new Outbox.Frame(Channel.SYNC, new byte[0]))).isFalse();
        outbox.settled(new Outbox.Frame(Channel.SYNC, new byte[45]));
        assertThat(outbox.offer(new Outbox.Frame(Channel.SYNC, new byte[45]))).isTrue();
    }

    @Test
    void onlyTheFirstOfSeveralTellsTheLoop() {
        Outbox outbox = new Outbox(100);
        assertThat(outbox.wake()).isTrue();
        assertThat(outbox.wake()).isFalse();
        outbox.looking();
        assertThat(outbox.wake()).isTrue();
    }

    @Test
    void settingsThatCannotWorkAreRefused() {
        int frame = PeerLinks.MAX_FRAME_BYTES;
        assertThatThrownBy(() -> new PeerSettings.Limits(frame, 8 << 20, 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PeerSettings.Limits(8 << 20, frame, 1, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PeerSettings.Limits(8 << 20, 8 << 20, 0, 1, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PeerSettings.Times(1, 10, 19, 1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PeerSettings.Times(1, 10, 20, 2, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
