package io.waxwing.anchor.outside;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When outside anchors are shown checkpoints, and what becomes of those that fail. */
class OutsideAgentTest {
    private static final long ROUND = 10;

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final List<String> shown = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Scripted one = new Scripted("one");
    private final Scripted two = new Scripted("two");
    private long size = 5;
    private long now;
    private final OutsideAgent agent = new OutsideAgent(
            List.of(one, two),
            ROUND,
            0,
            () -> new PublishedCheckpoint(size, Hash.ZERO, ByteString.EMPTY),
            (checkpoint, records) -> told.add(checkpoint.treeSize() + " by " + records.size()),
            metrics);

    private final class Scripted implements CheckpointAnchor {
        private final String name;
        private boolean fails;

        Scripted(String name) {
            this.name = name;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public AnchorRecord show(PublishedCheckpoint checkpoint) throws AnchorFailure {
            shown.add(name + " " + checkpoint.treeSize());
            if (fails) {
                throw new AnchorFailure(AnchorFailure.UNREACHABLE, "scripted");
            }
            return new AnchorRecord(name, checkpoint.treeSize(), checkpoint.root(), null);
        }
    }

    private List<String> at(long time) {
        now = time;
        shown.clear();
        agent.doWork(now);
        return List.copyOf(shown);
    }

    @Test
    void theFirstCheckpointIsShownAtOnceAndTheLatestOneInEachRound() {
        assertThat(at(0)).containsExactly("one 5", "two 5");
        size = 6;
        assertThat(at(9)).isEmpty();
        size = 9;
        assertThat(at(10)).containsExactly("one 9", "two 9");
        assertThat(told).containsExactly("5 by 2", "9 by 2");
    }

    @Test
    void nothingIsShownTwiceNorBeforeThereIsACheckpoint() {
        size = 0;
        assertThat(at(0)).isEmpty();
        size = 5;
        assertThat(at(1)).hasSize(2);
        assertThat(at(100)).isEmpty();
    }

    @Test
    void oneThatFailsIsAskedEverLessOftenAndNeverHoldsTheOtherUp() {
        two.fails = true;
        List<Integer> rounds = new ArrayList<>();
        for (int round = 0; round < 200; round++) {
            size++;
            List<String> seen = at(round * ROUND);
            assertThat(seen).contains("one " + size);
            if (seen.size() == 2) {
                rounds.add(round);
            }
        }
        assertThat(rounds).containsExactly(0, 1, 3, 7, 15, 31, 63, 127, 191);
        two.fails = false;
        for (int round = 200; round < 260; round++) {
            size++;
            at(round * ROUND);
        }
        size++;
        assertThat(at(260 * ROUND)).containsExactly("one " + size, "two " + size);
        assertThat(metrics.get("waxwing.outside.failures")
                        .tag("anchor", "two")
                        .counter()
                        .count())
                .isEqualTo(9);
        assertThat(metrics.get("waxwing.outside.size")
                        .tag("anchor", "one")
                        .gauge()
                        .value())
                .isEqualTo(size);
    }
}
