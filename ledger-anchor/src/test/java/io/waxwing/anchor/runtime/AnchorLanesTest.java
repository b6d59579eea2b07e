package io.waxwing.anchor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.anchor.availability.Audiences;
import io.waxwing.anchor.batch.BatchBuilder;
import io.waxwing.anchor.batch.BatchLimits;
import io.waxwing.anchor.batch.ClosedBatch;
import io.waxwing.anchor.batch.TestEvent;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.control.Genesis.PrivateAudience;
import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.spi.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Node 1 of four; audience 2 is its institution and the second one. */
class AnchorLanesTest {
    private static final long LONG_AFTER = 1_000_000_000L;

    private final List<JoinFile> joins = joins();
    private final Registry registry = registry(Set.of(name(0), name(1)));
    private final Audiences audiences = new Audiences(1, registry, unused -> null);
    private final RecordingLedger ledger = new RecordingLedger();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AnchorMetrics counts = new AnchorMetrics(metrics);
    private final AnchorLanes<TestEvent> lanes = new AnchorLanes<>(audiences, this::lane);
    private long journalSeq;

    private static List<JoinFile> joins() {
        List<JoinFile> joins = new ArrayList<>();
        for (int member = 0; member < 4; member++) {
            joins.add(io.waxwing.testkit.epoch.Members.join(member, 0));
        }
        return joins;
    }

    private String name(int member) {
        return joins.get(member).institution();
    }

    private Registry registry(Set<String> some) {
        List<PrivateAudience> audience = List.of(new PrivateAudience(Availability.ALL, some));
        Genesis.Terms terms = new Genesis.Terms("l.example", Availability.ORIGIN, 1, audience);
        return Registry.parse(Genesis.of(joins, terms).registry());
    }

    private AnchorAgent<TestEvent> lane(Lane lane) {
        return new AnchorAgent<>(
                lane,
                new AnchorParts<>(
                        new BatchBuilder<>(lane, new BatchLimits(1, 1000, 20), TestEvent.SIGNER, Hash.ZERO),
                        ledger,
                        audiences.nodes(lane.audienceId()),
                        (to, frame) -> true,
                        TestEvent::carried,
                        closed -> {}),
                counts);
    }

    private static final class RecordingLedger implements Ledger {
        private final List<Lane> submitted = new ArrayList<>();
        private final List<String> recorded = new ArrayList<>();

        @Override
        public boolean submit(BatchReference reference) {
            submitted.add(reference.lane());
            return true;
        }

        @Override
        public boolean record(VoteRecord record, Runnable forced) {
            VoteRecord.BatchSeq number = (VoteRecord.BatchSeq) record;
            recorded.add(number.lane() + " " + number.batchSeq());
            forced.run();
            return true;
        }
    }

    private AnchorAgent<TestEvent> of(long audienceId) {
        return Objects.requireNonNull(lanes.of(audienceId));
    }

    private void publish(long audienceId) {
        of(audienceId).onDurable(TestEvent.of(++journalSeq, "t"), 0);
        lanes.doWork(0);
    }

    @Test
    void anAudienceWhoseMembersDoNotSignStallsItselfOnly() {
        for (int i = 0; i <= AnchorAgent.MAX_UNFINAL_BATCHES; i++) {
            publish(2);
        }
        assertThat(of(2).hasRoom()).isFalse();
        assertThat(of(1).hasRoom()).isTrue();
        assertThat(lanes.stalled()).extracting(AnchorLanes.Stalled::lane).containsExactly(new Lane(1, 2));
        publish(1);
        assertThat(ledger.submitted).containsExactly(new Lane(1, 1));
        assertThat(metrics.get("waxwing.ledger.pending.events").gauge().value())
                .as("of both lanes")
                .isEqualTo(AnchorAgent.MAX_UNFINAL_BATCHES + 2);
    }

    @Test
    void aLaneThatLostBatchesIsNamedWithTheirNumbers() {
        Lane lane = new Lane(1, 2);
        BatchBuilder<TestEvent> earlier = new BatchBuilder<>(lane, BatchLimits.DEFAULT, TestEvent.SIGNER, Hash.ZERO);
        earlier.add(TestEvent.of(1, "t"), 0);
        ClosedBatch<TestEvent> lost = earlier.close();
        of(2).awaitLost(List.of(lost.header()), 0, 0);
        lanes.doWork(0);
        assertThat(lanes.stalled()).containsExactly(new AnchorLanes.Stalled(lane, List.of(1L)));
        of(2).onFound(lost.header(), List.of(TestEvent.of(1, "t")));
        lanes.doWork(0);
        assertThat(lanes.stalled()).isEmpty();
    }

    @Test
    void lanesFollowTheRegistryAndNoNumberIsGivenTwiceWhenAnAudienceIsLeftAndJoinedAgain() {
        publish(2);
        publish(2);
        follow(registry(Set.of(name(1), name(2))));
        assertThat(lanes.of(2)).isNull();
        publish(1);
        follow(registry(Set.of(name(0))));
        publish(2);
        lanes.doWork(LONG_AFTER);
        assertThat(ledger.recorded).containsExactly("1/2 1", "1/1 1", "1/2 2", "1/2 3");
    }

    @Test
    void anAudienceThatWasLeftBeforeTheStartGoesOnBehindWhatIsBound() {
        Audiences one = new Audiences(1, registry(Set.of(name(1))), unused -> null);
        AnchorLanes<TestEvent> after = new AnchorLanes<>(one, this::lane);
        after.bind(2, 7, 70);
        after.bind(2, 5, 80);
        one.onRegistry(registry);
        after.onRegistry();
        Objects.requireNonNull(after.of(2)).onDurable(TestEvent.of(1, "t"), 0);
        after.doWork(LONG_AFTER);
        assertThat(ledger.recorded).containsExactly("1/2 8");
    }

    private void follow(Registry now) {
        audiences.onRegistry(now);
        lanes.onRegistry();
    }
}
