package io.waxwing.mqtt.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Inflight against a map that does the same naively. */
class InflightTest {
    @Test
    @DisplayName("D-3, F-1: an identifier is never used twice at a time, and every way out frees its slot once")
    void windowAgreesWithItsModel() {
        Long given = Long.getLong("seed");
        long seed = given == null ? System.nanoTime() : given;
        Random random = new Random(seed);
        for (int window : new int[] {1, 2, 3, 7, 64, 256}) {
            Inflight inflight = new Inflight(window);
            Map<Integer, Inflight.Waiting> model = new HashMap<>();
            for (int step = 0; step < 20_000; step++) {
                if (!inflight.isFull() && random.nextBoolean()) {
                    Inflight.Waiting kind = random.nextBoolean() ? Inflight.Waiting.PUBACK : Inflight.Waiting.PUBREC;
                    int id = inflight.take(kind);
                    assertThat(id).as("seed %s", seed).isBetween(1, 65_535);
                    assertThat(model.put(id, kind)).as("seed %s", seed).isNull();
                } else if (!model.isEmpty() && random.nextInt(10) != 0) {
                    // The oldest is kept for long, so that identifiers wrap round one that is held.
                    List<Integer> ids = List.copyOf(model.keySet());
                    leave(ids.get(random.nextInt(ids.size())), inflight, model);
                }
                assertThat(inflight.used()).isEqualTo(model.size());
                assertThat(inflight.isFull()).isEqualTo(model.size() == window);
            }
        }
    }

    @Test
    @DisplayName("D-3: the identifiers wrap round one that is still in flight")
    void identifiersWrapRoundOneThatIsHeld() {
        Inflight inflight = new Inflight(64);
        int held = inflight.take(Inflight.Waiting.PUBREC);
        for (int i = 0; i < 200_000; i++) {
            int id = inflight.take(Inflight.Waiting.PUBACK);
            assertThat(id).isNotEqualTo(held).isBetween(1, 65_535);
            inflight.free(id);
        }
        assertThat(inflight.waitsFor(held)).isEqualTo(Inflight.Waiting.PUBREC);
    }

    @Test
    @DisplayName("D-5, F-1: a window that was full when the connection ended has room for what is sent again")
    void aFullWindowIsSentAgain() {
        Inflight inflight = Inflight.durable(2);
        inflight.connected(2);
        int first = inflight.take(Inflight.Waiting.PUBACK);
        inflight.remember(first, new Sent(1, false, false, List.of()));
        int second = inflight.take(Inflight.Waiting.PUBACK);
        inflight.remember(second, new Sent(2, false, false, List.of()));
        assertThat(inflight.isWireFull()).isTrue();
        inflight.connected(2);
        assertThat(inflight.isFull()).as("for anything new").isTrue();
        for (int id : new int[] {first, second}) {
            assertThat(inflight.isWireFull()).isFalse();
            inflight.sentAgain(id);
        }
        assertThat(inflight.isWireFull()).isTrue();
    }

    @Test
    void whatIsNotInFlightCannotBeFreed() {
        Inflight inflight = new Inflight(2);
        assertThat(inflight.waitsFor(1)).isEqualTo(Inflight.Waiting.NOTHING);
        assertThatThrownBy(() -> inflight.free(1)).isInstanceOf(IllegalStateException.class);
        inflight.take(Inflight.Waiting.PUBACK);
        inflight.take(Inflight.Waiting.PUBACK);
        assertThatThrownBy(() -> inflight.take(Inflight.Waiting.PUBACK)).isInstanceOf(IllegalStateException.class);
    }

    private static void leave(int id, Inflight inflight, Map<Integer, Inflight.Waiting> model) {
        if (model.get(id) == Inflight.Waiting.PUBREC) {
            inflight.released(id);
            model.put(id, Inflight.Waiting.PUBCOMP);
        } else {
            inflight.free(id);
            model.remove(id);
        }
        assertThat(inflight.waitsFor(id)).isEqualTo(model.getOrDefault(id, Inflight.Waiting.NOTHING));
    }
}
