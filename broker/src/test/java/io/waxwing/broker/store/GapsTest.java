package io.waxwing.broker.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.sim.MemoryColumns;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GapsTest {
    private final MemoryColumns columns = new MemoryColumns();
    private final Gaps gaps = new Gaps(columns);

    @Test
    void whatIsOpenIsTheSameAfterARestartAndSoIsWhenItWasClosed() {
        gaps.open(10, 1);
        gaps.open(20, 2);
        gaps.open(20, 99);
        gaps.close(10, 7);
        gaps.close(10, 99);
        gaps.close(15, 99);
        Gaps again = new Gaps(columns);
        assertThat(again.openBefore(30)).isEqualTo(Map.of(20L, 2L));
        assertThat(again.openBefore(20)).isEmpty();
        assertThat(again.closedBefore(30, 7)).isEqualTo(Map.of(10L, 1L));
        assertThat(again.closedBefore(30, 8)).isEmpty();
        assertThat(again.closedBefore(10, 7)).isEmpty();
    }

    @Test
    void onlyTheLastOnesAreKeptAndNoneThatIsOpen() {
        assertThat(gaps.isEmpty()).isTrue();
        int many = Gaps.MOST + 100;
        for (int leaf = 1; leaf <= many; leaf++) {
            gaps.open(leaf, leaf);
            gaps.close(leaf, leaf);
        }
        assertThat(gaps.closedBefore(Long.MAX_VALUE, 0)).hasSize(Gaps.MOST).containsKey((long) many);
        assertThat(new Gaps(columns).closedBefore(Long.MAX_VALUE, 0)).hasSize(Gaps.MOST);
        gaps.open(0, 1);
        gaps.open(many + 1, 1);
        gaps.close(many + 1, 1);
        assertThat(gaps.openBefore(1)).containsOnlyKeys(0L);
    }
}
