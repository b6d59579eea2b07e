package io.waxwing.mqtt.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What threads hand to each other: mail, room in a queue, ownership of a client identifier. */
class HandOverTest {
    @Test
    void mailArrivesOnceAndInEachSendersOrder() throws Exception {
        Mailbox mailbox = new Mailbox();
        int senders = 4;
        int each = 20_000;
        int[] lastOf = new int[senders];
        AtomicInteger arrived = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int sender = 0; sender < senders; sender++) {
            int me = sender;
            Thread thread = new Thread(() -> {
                for (int i = 1; i <= each; i++) {
                    mailbox.post(new Numbered(me, i, lastOf, arrived));
                }
            });
            threads.add(thread);
            thread.start();
        }
        TestServer.eventually("all mail", () -> {
            mailbox.drain();
            return arrived.get() == senders * each;
        });
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(mailbox.isEmpty()).isTrue();
        assertThat(lastOf).containsOnly(each);
    }

    @Test
    @DisplayName("D-8: a taker that was refused is told exactly once when there is room, in every interleaving tried")
    void refusedTakerIsAlwaysToldOfRoom() throws Exception {
        int events = 50_000;
        QueueBudget budget = new QueueBudget(8, 1 << 20);
        AtomicInteger resumed = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();
        Thread taker = new Thread(() -> {
            for (int i = 0; i < events; i++) {
                int told = resumed.get();
                while (!budget.take(10)) {
                    if (budget.starve(10)) {
                        while (resumed.get() == told) {
                            Thread.onSpinWait();
                        }
                        told = resumed.get();
                    }
                }
                taken.incrementAndGet();
            }
        });
        taker.setDaemon(true);
        taker.start();
        long start = System.nanoTime();
        for (int given = 0; given < events; ) {
            if (given == taken.get()) {
                assertThat(System.nanoTime() - start).as("given %s", given).isLessThan(20_000_000_000L);
                Thread.onSpinWait();
            } else {
                given++;
                if (budget.give(10)) {
                    resumed.incrementAndGet();
                }
            }
        }
        assertThat(budget.events()).isZero();
    }

    @Test
    @DisplayName("D-8: a taker refused for size is told only when its event fits")
    void takerIsToldWhenItsEventFits() {
        QueueBudget budget = new QueueBudget(8, 100);
        assertThat(budget.take(30)).isTrue();
        assertThat(budget.take(20)).isTrue();
        assertThat(budget.take(90)).isFalse();
        assertThat(budget.starve(90)).isTrue();
        assertThat(budget.give(20)).isFalse();
        assertThat(budget.give(30)).isTrue();
        assertThat(budget.take(90)).isTrue();
    }

    private static final class Numbered extends Mailbox.Mail {
        private final int sender;
        private final int number;
        private final int[] lastOf;
        private final AtomicInteger arrived;

        Numbered(int sender, int number, int[] lastOf, AtomicInteger arrived) {
            this.sender = sender;
            this.number = number;
            this.lastOf = lastOf;
            this.arrived = arrived;
        }

        @Override
        void deliver() {
            assertThat(number).isEqualTo(lastOf[sender] + 1);
            lastOf[sender] = number;
            arrived.incrementAndGet();
        }
    }
}
