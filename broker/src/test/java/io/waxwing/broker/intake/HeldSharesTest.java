package io.waxwing.broker.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeldSharesTest {
    private final HeldShares shares = new HeldShares(1000);
    private final List<String> resumed = new ArrayList<>();

    @Test
    void oneAudienceHasEverything() {
        shares.divide(1);
        assertThat(shares.of(1).take(1000)).isTrue();
    }

    @Test
    void aStalledAudienceFillsItsOwnShareAndThoseWhoWaitForItAreCalledWhenItHasRoom() {
        shares.divide(2);
        assertThat(shares.of(2).take(500)).isTrue();
        assertThat(shares.of(2).take(1)).isFalse();
        assertThat(shares.of(1).take(500)).isTrue();
        shares.of(1).await(() -> resumed.add("all"));
        shares.of(2).await(() -> resumed.add("contracts"));
        shares.of(1).release(500);
        shares.all().forEach(HeldBytes::releaseWaiting);
        assertThat(resumed).containsExactly("all");
        shares.of(2).release(500);
        shares.all().forEach(HeldBytes::releaseWaiting);
        assertThat(resumed).containsExactly("all", "contracts");
        assertThat(shares.bytes()).isZero();
    }

    @Test
    void anotherNumberOfAudiencesMovesTheLimitsOfThoseThatAreThere() {
        shares.divide(1);
        HeldBytes first = shares.of(1);
        shares.divide(4);
        assertThat(first.take(250)).isTrue();
        assertThat(first.take(1)).isFalse();
    }
}
