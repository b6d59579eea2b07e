package io.waxwing.broker.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.bus.quota.Quota;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuotaSpendingTest {
    private static final long SECOND = 1_000_000_000L;

    @Test
    void aSecondsWorthGoesAtOnceAndTheRestWaits() {
        QuotaSpending spending = new QuotaSpending(new Quota(10, 0));
        for (int i = 0; i < 10; i++) {
            assertThat(spending.take(1 << 20, 0)).isZero();
        }
        assertThat(spending.take(1, 0)).isEqualTo(SECOND / 10);
        assertThat(spending.take(1, SECOND / 10)).isZero();
        assertThat(spending.take(1, SECOND / 10)).isPositive();
    }

    @Test
    void whatIsRefusedCostsNothing() {
        QuotaSpending spending = new QuotaSpending(new Quota(0, 100));
        assertThat(spending.take(100, 0)).isZero();
        for (int i = 0; i < 1_000; i++) {
            assertThat(spending.take(50, 0)).isEqualTo(SECOND / 2);
        }
        assertThat(spending.take(50, SECOND / 2)).isZero();
    }

    @Test
    void anEventOfMoreThanASecondsWorthIsTakenFromAFullBucketAndPaidForAfterwards() {
        QuotaSpending spending = new QuotaSpending(new Quota(0, 100));
        assertThat(spending.take(350, 0)).isZero();
        assertThat(spending.take(1, 2 * SECOND)).isPositive();
        assertThat(spending.take(100, 3 * SECOND + SECOND / 2)).isZero();
    }

    @Test
    void whatIsOwedIsWaitedForAndBlocksOthers() {
        QuotaSpending spending = new QuotaSpending(new Quota(2, 0));
        assertThat(spending.owe(1, 0)).isZero();
        assertThat(spending.owe(1, 0)).isZero();
        assertThat(spending.isWhole(SECOND / 2)).isFalse();
        assertThat(spending.owe(1, 0)).isEqualTo(SECOND / 2);
        assertThat(spending.take(1, SECOND / 2)).isEqualTo(SECOND / 2);
        assertThat(spending.isWhole(2 * SECOND)).isTrue();
    }

    @Test
    void noBoundNeverWaits() {
        QuotaSpending spending = new QuotaSpending(Quota.NONE);
        assertThat(IntStream.range(0, 1_000).mapToLong(i -> spending.take(Long.MAX_VALUE, 0)))
                .containsOnly(0L);
    }

    @Test
    void overLongTimesNobodyGetsMoreThanTheRateAndASecondsWorth() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        Quota quota = new Quota(1 + random.nextInt(500), 1 + random.nextInt(50_000));
        QuotaSpending spending = new QuotaSpending(quota);
        long now = random.nextLong();
        long start = now;
        long events = 0;
        long bytes = 0;
        long largest = 0;
        for (int i = 0; i < 100_000; i++) {
            long size = 1 + random.nextInt(500);
            if (spending.take(size, now) == 0) {
                events++;
                bytes += size;
                largest = Math.max(largest, size);
            }
            now += random.nextInt(4_000_000);
        }
        double seconds = (now - start) / 1e9;
        assertThat(events)
                .as("seed %d", seed)
                .isLessThanOrEqualTo((long) (quota.eventsPerSecond() * (seconds + 1)) + 1);
        assertThat(bytes)
                .as("seed %d", seed)
                .isLessThanOrEqualTo((long) (quota.bytesPerSecond() * (seconds + 1)) + largest);
    }

    @Test
    void threadsShareOneBound() throws Exception {
        QuotaSpending spending = new QuotaSpending(new Quota(1_000, 0));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            Callable<Long> greedy = () -> IntStream.range(0, 2_000)
                    .filter(i -> spending.take(1, 0) == 0)
                    .count();
            long taken = 0;
            for (Future<Long> each : threads.invokeAll(List.of(greedy, greedy, greedy, greedy))) {
                taken += each.get();
            }
            assertThat(taken).isEqualTo(1_000);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void quotasHaveRanges() {
        assertThatThrownBy(() -> new Quota(-1, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Quota(0, Quota.BYTES_MAX + 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
