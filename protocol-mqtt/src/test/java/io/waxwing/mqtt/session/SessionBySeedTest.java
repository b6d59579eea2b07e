package io.waxwing.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Two conformant clients and a bus in one thread: every step is chosen by a seed, checks look from outside. */
class SessionBySeedTest {
    private static final int SEEDS = 400;
    private static final int STEPS = 600;

    @Test
    @DisplayName("Law 7, F-1, P-7, D-3: order, once for QoS 2, windows kept, everything arrives once the faults end")
    void whateverTheOrderOfEventsEveryEventArrivesInOrder() {
        Long given = Long.getLong("seed");
        long first = given == null ? System.nanoTime() : given;
        int delivered = 0;
        for (long seed = first; seed < first + (given == null ? SEEDS : 1); seed++) {
            SimulatedPair pair = new SimulatedPair(seed);
            try {
                for (int step = 0; step < STEPS; step++) {
                    pair.step();
                }
                pair.settle();
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed, e);
            }
            assertThat(pair.publishedOfQos12()).as("seed %s", seed).isEqualTo(pair.acknowledgedByBus());
            delivered += pair.delivered();
        }
        assertThat(delivered).isGreaterThan(1_000);
    }
}
