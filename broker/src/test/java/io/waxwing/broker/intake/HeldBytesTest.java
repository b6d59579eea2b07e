package io.waxwing.broker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeldBytesTest {
    private final HeldBytes held = new HeldBytes(100);

    @Test
    void takesUpToItsLimitAndNothingIsCountedOfWhatItRefuses() {
        assertThat(held.take(60)).isTrue();
        assertThat(held.take(41)).isFalse();
        assertThat(held.take(40)).isTrue();
        assertThat(held.bytes()).isEqualTo(100);
    }

    @Test
    void takesOneEventOfAnySizeWhenItIsEmpty() {
        assertThat(held.take(1000)).isTrue();
        assertThat(held.take(1)).isFalse();
        held.release(1000);
        assertThat(held.take(1)).isTrue();
    }

    @Test
    void callsForMoreWhenAQuarterIsFree() {
        held.take(100);
        held.release(24);
        assertThat(held.hasRoom()).isFalse();
        held.release(1);
        assertThat(held.hasRoom()).isTrue();
    }
}
