package io.waxwing.bus.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.pull.PullCursor.Lease;
import io.waxwing.bus.pull.PullCursor.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PullCursorTest {
    private static final PullTerms TERMS = new PullTerms(1_000, 3, List.of(10L, 100L), 100);

    private final PullCursor cursor = new PullCursor(7);
    private int nonces;

    private Lease lend(long position, long nowMs) {
        return cursor.lend(position, Integer.toString(nonces++), TERMS, nowMs);
    }

    @Test
    void anAcknowledgedEventIsFinished() {
        Lease lease = lend(7, 0);
        assertThat(lease.deliveries()).isOne();
        assertThat(lease.untilMs()).isEqualTo(1_000);
        assertThat(cursor.next()).isEqualTo(8);
        assertThat(cursor.acknowledge(lease.token(), 999)).isTrue();
        assertThat(cursor.acknowledge(lease.token(), 999)).isFalse();
        assertThat(cursor.pending()).isZero();
        assertThat(cursor.due(TERMS, 10, 5_000)).isEmpty();
    }

    @Test
    void aLeaseThatIsNotSettledInTimeEndsAndItsTokenIsWorthNothing() {
        Lease first = lend(7, 0);
        assertThat(cursor.due(TERMS, 10, 999)).isEmpty();
        assertThat(cursor.nextMs(TERMS)).isEqualTo(1_000);
        assertThat(cursor.acknowledge(first.token(), 1_000)).isFalse();
        assertThat(cursor.due(TERMS, 10, 1_000)).as("it waits for 10 ms").isEmpty();
        assertThat(cursor.due(TERMS, 10, 1_010)).containsExactly(7L);
        Lease second = lend(7, 1_010);
        assertThat(second.deliveries()).isEqualTo(2);
        assertThat(second.token()).isNotEqualTo(first.token());
        assertThat(cursor.acknowledge(first.token(), 1_011)).isFalse();
        assertThat(cursor.acknowledge(second.token(), 1_011)).isTrue();
    }

    @Test
    void anExtendedLeaseLastsAnew() {
        Lease lease = lend(7, 0);
        assertThat(cursor.extend(lease.token(), TERMS, 900)).isEqualTo(1_900);
        assertThat(cursor.due(TERMS, 10, 1_500)).isEmpty();
        assertThat(cursor.extend(lease.token(), TERMS, 1_900)).isZero();
    }

    @Test
    void aReleasedEventComesAgainAfterItsTimeAndInOrder() {
        Lease seven = lend(7, 0);
        Lease eight = lend(8, 0);
        assertThat(cursor.release(eight.token(), 0L, TERMS, 1)).isTrue();
        assertThat(cursor.release(seven.token(), null, TERMS, 1)).isTrue();
        assertThat(cursor.due(TERMS, 10, 1)).containsExactly(8L);
        assertThat(cursor.due(TERMS, 10, 11)).containsExactly(7L, 8L);
        assertThat(cursor.due(TERMS, 1, 11)).containsExactly(7L);
    }

    @Test
    void whatNobodyHasSeenIsGivenAgainAsIfItHadNotBeen() {
        for (int i = 0; i < 10; i++) {
            Lease lease = lend(7, i);
            assertThat(lease.deliveries()).isOne();
            assertThat(cursor.giveBack(lease.token(), i)).isTrue();
            assertThat(cursor.giveBack(lease.token(), i))
                    .as("the lease is over")
                    .isFalse();
            assertThat(cursor.due(TERMS, 10, i)).containsExactly(7L);
        }
    }

    @Test
    void tooManyFailedDeliveriesMakeADeadLetterThatCanBeGivenAgain() {
        for (int i = 0; i < 3; i++) {
            cursor.release(lend(7, i).token(), 0L, TERMS, i);
        }
        assertThat(cursor.pending()).isZero();
        assertThat(cursor.deadLetters(0, 10)).singleElement().satisfies(letter -> {
            assertThat(letter.position()).isEqualTo(7);
            assertThat(letter.deliveries()).isEqualTo(3);
            assertThat(letter.reason()).isEqualTo(Reason.FAILED);
        });
        assertThat(cursor.redrive(10)).isOne();
        assertThat(cursor.dead()).isZero();
        assertThat(lend(cursor.due(TERMS, 10, 9).get(0), 9).deliveries()).isOne();
    }

    @Test
    void aRejectedEventIsADeadLetterAtOnce() {
        assertThat(cursor.reject(lend(7, 0).token(), 1)).isTrue();
        assertThat(cursor.deadLetters(0, 10).get(0).reason()).isEqualTo(Reason.REJECTED);
        assertThat(cursor.bury()).isOne();
        assertThat(cursor.dead()).isZero();
    }

    @Test
    void withoutRoomForDeadLettersEventsGoOnBeingGiven() {
        PullTerms once = new PullTerms(1_000, 1, List.of(), 100);
        for (int i = 0; i < PullCursor.DEAD_MAX; i++) {
            cursor.reject(lend(100 + i, 0).token(), 0);
        }
        Lease lease = lend(7, 0);
        assertThat(cursor.reject(lease.token(), 1)).isFalse();
        assertThat(cursor.release(lease.token(), null, once, 1)).isTrue();
        assertThat(cursor.due(once, 1, 1)).containsExactly(7L);
    }

    @Test
    void aSeekForgetsLeasesAndKeepsDeadLetters() {
        Lease lease = lend(7, 0);
        cursor.reject(lend(8, 0).token(), 0);
        cursor.seek(3);
        assertThat(cursor.next()).isEqualTo(3);
        assertThat(cursor.acknowledge(lease.token(), 1)).isFalse();
        assertThat(cursor.dead()).isOne();
    }

    @Test
    void whatIsNoTokenSettlesNothing() {
        lend(7, 0);
        for (String token : new String[] {"", "-", "7", "7-", "-0", "x y-0", "zzzzzzzzzzzzzzzzzzz-0", "8-0", "7-1"}) {
            assertThat(cursor.acknowledge(token, 1)).as(token).isFalse();
        }
    }

    @Test
    void termsOutOfRangeAreRefused() {
        List<Long> tooLong = List.of(86_400_001L);
        assertThatThrownBy(() -> new PullTerms(99, 1, List.of(), 1)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> new PullTerms(100, -1, List.of(), 1)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> new PullTerms(100, 1, tooLong, 1)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> new PullTerms(100, 1, List.of(), 0)).isInstanceOf(RefusedException.class);
    }

    @Test
    void bytesThatAreNoStateAreRefused() {
        byte[] place = cursor.placeBytes();
        assertThatThrownBy(() -> PullCursor.restored(Arrays.copyOf(place, place.length - 1), null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PullCursor.restored(Arrays.copyOf(place, place.length + 1), null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PullCursor.restored(new byte[13], null)).isInstanceOf(IllegalArgumentException.class);
    }

    /**
     * Random consumers over random restarts: each event is finished, or still here, and what was acknowledged and
     * written is never given again.
     */
    @Test
    void nothingIsLostAndNothingFinishedComesBack() {
        for (long seed = 0; seed < 500; seed++) {
            new Story(seed).play();
        }
    }

    private static final class Story {
        private final long seed;
        private final Random random;
        private final Map<Long, String> held = new HashMap<>();
        private final Set<Long> finished = new HashSet<>();
        private PullCursor cursor = new PullCursor(1);
        private long nowMs;
        private long head = 1;
        private int nonces;

        Story(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void play() {
            for (int step = 0; step < 300; step++) {
                nowMs += random.nextInt(200);
                head += random.nextInt(3);
                switch (random.nextInt(6)) {
                    case 0, 1 -> fetch();
                    case 2 -> settle(true);
                    case 3 -> settle(false);
                    case 4 -> {
                        if (random.nextInt(10) == 0) {
                            cursor = PullCursor.restored(cursor.placeBytes(), cursor.deadBytes());
                            held.clear();
                        }
                    }
                    default -> cursor.redrive(random.nextInt(2));
                }
                check();
            }
        }

        private void fetch() {
            List<Long> give = new ArrayList<>(cursor.due(TERMS, 3, nowMs));
            if (give.isEmpty() && cursor.next() < head && cursor.pending() < TERMS.maxAckPending()) {
                give.add(cursor.next());
            }
            for (long position : give) {
                assertThat(finished).as("seed %d", seed).doesNotContain(position);
                held.put(
                        position,
                        cursor.lend(position, Integer.toString(nonces++), TERMS, nowMs)
                                .token());
            }
        }

        private void settle(boolean good) {
            for (Map.Entry<Long, String> each : List.copyOf(held.entrySet())) {
                if (good && cursor.acknowledge(each.getValue(), nowMs)) {
                    finished.add(each.getKey());
                } else if (!good && random.nextBoolean()) {
                    cursor.release(each.getValue(), null, TERMS, nowMs);
                } else if (!good) {
                    cursor.reject(each.getValue(), nowMs);
                }
                held.remove(each.getKey());
            }
        }

        private void check() {
            assertThat(cursor.next() - 1)
                    .as("seed %d: every event is finished, pending or dead", seed)
                    .isEqualTo(finished.size() + cursor.pending() + cursor.dead());
        }
    }

    @Test
    void whatIsWantedAgainDoesNotComeAllAtOnceAndNothingOvertakesWhereOneIsLentAtATime() {
        PullTerms one = new PullTerms(1_000, 1, List.of(50L), 1);
        for (long position = 7; position < 10; position++) {
            assertThat(cursor.reject(lend(position, 0).token(), 0)).isTrue();
        }
        assertThat(cursor.redrive(10)).isEqualTo(3);
        assertThat(cursor.due(one, 10, 0)).containsExactly(7L);
        Lease first = cursor.lend(7, "x", one, 0);
        assertThat(cursor.due(one, 10, 0)).isEmpty();
        PullTerms patient = new PullTerms(1_000, 5, List.of(50L), 1);
        assertThat(cursor.release(first.token(), null, patient, 0)).isTrue();
        assertThat(cursor.due(patient, 10, 49)).as("8 does not overtake 7").isEmpty();
        assertThat(cursor.nextMs(patient)).isEqualTo(50);
        assertThat(cursor.due(patient, 10, 50)).containsExactly(7L);
    }
}
