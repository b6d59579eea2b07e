package io.waxwing.anchor.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.merkle.MerkleRoot;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchBuilderTest {
    private static final Lane LANE = new Lane(1, 1);
    private final BatchBuilder<TestEvent> builder = builder();

    private static BatchBuilder<TestEvent> builder() {
        return new BatchBuilder<>(LANE, new BatchLimits(3, 100, 20), TestEvent.SIGNER, Hash.ZERO);
    }

    private static void add(BatchBuilder<TestEvent> to, String... topics) {
        long seq = 1;
        for (String topic : topics) {
            to.add(TestEvent.of(seq++, topic), 5);
        }
    }

    @Test
    void anEventThatDoesNotFitClosesTheBatchBeforeIt() {
        builder.add(new TestEvent(1, "a", 60), 0);
        assertThat(builder.mustCloseBefore(new TestEvent(2, "a", 40))).isFalse();
        assertThat(builder.mustCloseBefore(new TestEvent(2, "a", 41))).isTrue();
    }

    @Test
    void anEventLargerThanABatchMakesOneOfItsOwn() {
        assertThat(builder.mustCloseBefore(new TestEvent(1, "a", 5000))).isFalse();
        builder.add(new TestEvent(1, "a", 5000), 0);
        assertThat(builder.mustCloseBefore(new TestEvent(2, "a", 1))).isTrue();
    }

    @Test
    void aBatchHasAtMostItsNumberOfEvents() {
        add(builder, "a", "b", "a");
        assertThat(builder.mustCloseBefore(TestEvent.of(4, "a"))).isTrue();
    }

    @Test
    void theDeadlineIsSetByTheFirstEvent() {
        assertThat(builder.deadlineNanos()).isEqualTo(Long.MAX_VALUE);
        builder.add(TestEvent.of(1, "a"), 5);
        builder.add(TestEvent.of(2, "a"), 15);
        assertThat(builder.deadlineNanos()).isEqualTo(25);
    }

    @Test
    void aSegmentIsTheRunOfOneTopicAndOriginSeqsGoOnFromSegmentToSegmentAndBatchToBatch() {
        add(builder, "a", "b", "a");
        ClosedBatch<TestEvent> first = builder.close();
        assertThat(first.batchSeq()).isEqualTo(1);
        assertThat(first.lastJournalSeq()).isEqualTo(3);
        assertThat(first.parts()).extracting(OriginPart::originSeq).containsExactly(1L, 3L);
        assertThat(first.parts()).extracting(OriginPart::count).containsExactly(2, 1);
        assertThat(first.parts()).extracting(OriginPart::originTimeMs).containsExactly(1003L, 1002L);
        Hash root = MerkleRoot.ofHashEntries(List.of(
                TestEvent.of(1, "a").payloadCommit(), TestEvent.of(3, "a").payloadCommit()));
        assertThat(first.parts().get(0).eventsRoot()).isEqualTo(root);
        builder.add(TestEvent.of(4, "b"), 0);
        ClosedBatch<TestEvent> second = builder.close();
        assertThat(second.batchSeq()).isEqualTo(2);
        assertThat(second.header().statement().originSeqFirst()).isEqualTo(4);
    }

    @Test
    void theSameEventsAfterARestartGiveTheSameSignedBytes() {
        add(builder, "x");
        builder.close();
        add2(builder);
        BatchBuilder<TestEvent> again = builder();
        again.restore(1, 1);
        add2(again);
        assertThat(again.close()).isEqualTo(builder.close());
    }

    private static void add2(BatchBuilder<TestEvent> to) {
        to.add(TestEvent.of(2, "b"), 0);
        to.add(TestEvent.of(3, "a"), 0);
    }

    @Test
    void theOriginSignsWhatTheBatchSaysOfItself() {
        add(builder, "a");
        ClosedBatch<TestEvent> closed = builder.close();
        BatchStatement statement = closed.header().statement();
        assertThat(closed.header().originSig().toBytes())
                .isEqualTo(TestEvent.SIGNER.sign(statement.signedMessage(Hash.ZERO)));
    }

    @Test
    void eventsComeInOrderAndOnceAndAnEmptyBatchIsNeverClosed() {
        assertThatThrownBy(builder::close).isInstanceOf(IllegalStateException.class);
        add(builder, "a", "a");
        assertThatThrownBy(() -> builder.add(TestEvent.of(2, "a"), 0)).hasMessageContaining("in order, once");
        assertThatThrownBy(() -> builder.restore(1, 1)).hasMessageContaining("before its first event");
    }
}
