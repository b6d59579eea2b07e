package io.waxwing.anchor.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.anchor.availability.AudienceNodes;
import io.waxwing.anchor.batch.BatchBuilder;
import io.waxwing.anchor.batch.BatchLimits;
import io.waxwing.anchor.batch.ClosedBatch;
import io.waxwing.anchor.batch.TestEvent;
import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.execute.Rejection;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.spi.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AnchorAgentTest {
    private static final Lane LANE = new Lane(1, 1);
    private static final long LONG_AFTER = 1_000_000;

    private final RecordingLedger ledger = new RecordingLedger();
    private final AnchorAgent<TestEvent> anchor = new AnchorAgent<>(
            LANE,
            new AnchorParts<>(
                    new BatchBuilder<>(LANE, new BatchLimits(2, 1000, 20), TestEvent.SIGNER, Hash.ZERO),
                    ledger,
                    new AudienceNodes(1, 1, 1, 1, new TreeMap<>()),
                    (to, frame) -> false,
                    TestEvent::carried,
                    closed -> ledger.story.add("kept " + closed.batchSeq())),
            new AnchorMetrics(new SimpleMeterRegistry()));
    private long journalSeq;

    private static final class RecordingLedger implements Ledger {
        private final List<String> story = new ArrayList<>();
        private final List<BatchReference> submitted = new ArrayList<>();
        private final List<VoteRecord.BatchSeq> recorded = new ArrayList<>();
        private final List<Runnable> unforced = new ArrayList<>();
        private int room = Integer.MAX_VALUE;
        private boolean refusing;

        @Override
        public boolean submit(BatchReference reference) {
            if (refusing) {
                throw new LedgerFailure("WXW-3155", "too few holders");
            }
            if (room == 0) {
                return false;
            }
            room--;
            story.add("submitted " + reference.batchSeq());
            submitted.add(reference);
            return true;
        }

        @Override
        public boolean record(VoteRecord record, Runnable forced) {
            if (room == 0) {
                return false;
            }
            room--;
            story.add("recorded " + ((VoteRecord.BatchSeq) record).batchSeq());
            recorded.add((VoteRecord.BatchSeq) record);
            unforced.add(forced);
            return true;
        }

        void force() {
            unforced.forEach(Runnable::run);
            unforced.clear();
        }
    }

    private void publish(int events) {
        for (int i = 0; i < events; i++) {
            anchor.onDurable(TestEvent.of(++journalSeq, "t"), 0);
        }
    }

    private static Applied applied(List<Applied.AppliedBatch> batches, List<Applied.RejectedBatch> rejected) {
        return new Applied(1, 1, 0, 0, 1, Hash.ZERO, batches, rejected);
    }

    private static Applied makesFinal(BatchReference reference) {
        return applied(List.of(new Applied.AppliedBatch(reference, 0, List.of())), List.of());
    }

    @Test
    void whatABatchTookIsKeptThenItsNumberRecordedThenTheBatchSubmitted() {
        publish(1);
        anchor.doWork(0);
        assertThat(ledger.story).containsExactly("kept 1", "recorded 1", "submitted 1");
    }

    @Test
    void anIdleLaneClosesAtOnceAndABusyOneGathersUntilTheDeadline() {
        publish(1);
        anchor.doWork(0);
        publish(1);
        anchor.doWork(19);
        assertThat(ledger.submitted).hasSize(1);
        anchor.doWork(20);
        assertThat(ledger.submitted).hasSize(2);
    }

    @Test
    void whatTheLedgerHasNoRoomForIsHandedOnLaterInTheSameOrder() {
        ledger.room = 1;
        publish(4);
        anchor.doWork(LONG_AFTER);
        assertThat(ledger.submitted).isEmpty();
        ledger.room = Integer.MAX_VALUE;
        anchor.doWork(LONG_AFTER);
        assertThat(ledger.submitted).extracting(BatchReference::batchSeq).containsExactly(1L, 2L);
    }

    @Test
    void takesNoMoreEventsWhileItsBatchesAreNotFinal() {
        publish(2 * AnchorAgent.MAX_UNFINAL_BATCHES + 1);
        assertThat(anchor.hasRoom()).isFalse();
        anchor.onApplied(makesFinal(ledger.submitted.get(0)));
        assertThat(anchor.hasRoom()).isTrue();
        assertThat(anchor.isIdle()).isFalse();
    }

    @Test
    void aBatchRecordedBeforeARestartIsSubmittedAgainAsItIs() {
        BatchBuilder<TestEvent> earlier = new BatchBuilder<>(LANE, BatchLimits.DEFAULT, TestEvent.SIGNER, Hash.ZERO);
        earlier.add(TestEvent.of(1, "t"), 0);
        ClosedBatch<TestEvent> recorded = earlier.close();
        anchor.resume(recorded);
        anchor.doWork(0);
        assertThat(ledger.story).containsExactly("submitted 1");
        assertThat(ledger.submitted)
                .containsExactly(
                        new BatchReference(recorded.header(), recorded.parts(), AvailabilityCertificate.ORIGIN_ONLY));
        anchor.onApplied(makesFinal(ledger.submitted.get(0)));
        assertThat(anchor.isIdle()).isTrue();
    }

    @Test
    void aRepeatThatTheLedgerDropsIsHarmlessAndAnyOtherRefusalOfOurBatchIsNot() {
        publish(1);
        anchor.doWork(0);
        BatchReference ours = ledger.submitted.get(0);
        anchor.onApplied(
                applied(List.of(), List.of(new Applied.RejectedBatch(ours, Rejection.REPEATED, "it is final"))));
        Applied refused = applied(List.of(), List.of(new Applied.RejectedBatch(ours, Rejection.SIGNATURE, "wrong")));
        assertThatThrownBy(() -> anchor.onApplied(refused)).hasMessageContaining("refused batch 1");
    }

    private static BatchBuilder<TestEvent> builder(Signer key) {
        return new BatchBuilder<>(LANE, new BatchLimits(2, 1000, 20), key, Hash.ZERO);
    }

    private static Signer otherKey() {
        return new Signer() {
            @Override
            public byte[] sign(byte[] message) {
                byte[] signature = TestEvent.SIGNER.sign(message);
                signature[63] = 1;
                return signature;
            }

            @Override
            public ByteString publicKey() {
                return ByteString.of(new byte[32]);
            }
        };
    }

    @Test
    void aBatchRecordedUnderAnotherKeyIsSignedAnewRecordedAgainAndThenSubmitted() {
        BatchBuilder<TestEvent> earlier = builder(otherKey());
        earlier.add(TestEvent.of(1, "t"), 0);
        ClosedBatch<TestEvent> recorded = earlier.close();
        anchor.resume(recorded);
        anchor.restore(1, 1);
        anchor.doWork(0);
        assertThat(ledger.story).containsExactly("kept 1", "recorded 1", "submitted 1");
        BatchHeader again = ledger.submitted.get(0).header();
        assertThat(again.statement()).isEqualTo(recorded.header().statement());
        assertThat(again).isNotEqualTo(recorded.header());
        assertThat(builder(TestEvent.SIGNER).isSigned(again)).isTrue();
        publish(1);
        anchor.doWork(LONG_AFTER);
        assertThat(ledger.submitted).extracting(BatchReference::batchSeq).containsExactly(1L, 2L);
    }

    /** A lane whose audience has three more institutions, of whom two have to sign. */
    private final class AmongFour {
        private final List<Integer> sentTo = new ArrayList<>();
        private final SortedMap<Integer, AudienceNodes.Member> others = new TreeMap<>();
        private final AnchorAgent<TestEvent> agent;
        private final SwitchedKey key = new SwitchedKey();

        AmongFour() {
            for (int node = 2; node <= 4; node++) {
                others.put(node, new AudienceNodes.Member(node, node, ByteString.of(new byte[32])));
            }
            agent = new AnchorAgent<>(
                    LANE,
                    new AnchorParts<>(
                            builder(key),
                            ledger,
                            new AudienceNodes(1, 1, 1, 3, others),
                            (to, frame) -> sentTo.add(to),
                            TestEvent::carried,
                            closed -> ledger.story.add("kept " + closed.batchSeq())),
                    new AnchorMetrics(new SimpleMeterRegistry()));
        }

        void publish() {
            agent.onDurable(TestEvent.of(++journalSeq, "t"), 0);
            agent.doWork(0);
        }

        Hash batchId() {
            return ledger.recorded.get(ledger.recorded.size() - 1).header().batchId();
        }
    }

    /** The key that a registry names, as a change of the registry finds it. */
    private static final class SwitchedKey implements Signer {
        private Signer now = TestEvent.SIGNER;

        @Override
        public byte[] sign(byte[] message) {
            return now.sign(message);
        }

        @Override
        public ByteString publicKey() {
            return now.publicKey();
        }
    }

    @Test
    void whatIsNotFinalIsSignedAnewWhenTheOriginsKeyIsAnotherAndItsNumbersStay() {
        AmongFour four = new AmongFour();
        four.publish();
        ledger.force();
        four.publish();
        four.agent.doWork(LONG_AFTER);
        assertThat(ledger.story).containsExactly("kept 1", "recorded 1", "kept 2", "recorded 2");
        List<VoteRecord.BatchSeq> before = List.copyOf(ledger.recorded);
        four.sentTo.clear();
        ledger.story.clear();

        four.key.now = otherKey();
        four.agent.onAudience(new AudienceNodes(1, 1, 1, 3, four.others));
        four.agent.doWork(LONG_AFTER);
        assertThat(ledger.story).containsExactly("kept 1", "kept 2", "recorded 1", "recorded 2");
        List<VoteRecord.BatchSeq> after = ledger.recorded.subList(2, 4);
        assertThat(after)
                .extracting(record -> record.header().statement())
                .isEqualTo(before.stream()
                        .map(record -> record.header().statement())
                        .toList());
        assertThat(after).allMatch(record -> builder(four.key.now).isSigned(record.header()));

        // The record of the old second batch is forced only now: it must not go out any more.
        ledger.unforced.remove(0).run();
        four.agent.doWork(LONG_AFTER);
        assertThat(four.sentTo).isEmpty();
        ledger.force();
        four.agent.doWork(LONG_AFTER);
        assertThat(four.sentTo).containsExactly(2, 3, 4, 2, 3, 4);
        four.agent.onHeld(2, before.get(0).header().batchId(), ByteString.of(new byte[64]));
        four.agent.onHeld(3, before.get(0).header().batchId(), ByteString.of(new byte[64]));
        assertThat(ledger.submitted).as("held under a key that counts no more").isEmpty();
        four.agent.onHeld(2, after.get(0).header().batchId(), ByteString.of(new byte[64]));
        four.agent.onHeld(3, after.get(0).header().batchId(), ByteString.of(new byte[64]));
        assertThat(ledger.submitted)
                .singleElement()
                .satisfies(submitted ->
                        assertThat(submitted.header()).isEqualTo(after.get(0).header()));
    }

    @Test
    void payloadsLeaveOnlyAfterTheNumberIsForced() {
        AmongFour four = new AmongFour();
        four.publish();
        assertThat(four.sentTo).isEmpty();
        ledger.force();
        four.agent.doWork(1);
        assertThat(four.sentTo).containsExactly(2, 3, 4);
        assertThat(ledger.submitted).isEmpty();
    }

    @Test
    void aBatchIsSubmittedOnceEnoughMembersHaveSigned() {
        AmongFour four = new AmongFour();
        four.publish();
        ledger.force();
        four.agent.doWork(1);
        ByteString signature = ByteString.of(new byte[64]);
        four.agent.onHeld(3, four.batchId(), signature);
        assertThat(ledger.submitted).isEmpty();
        four.agent.onHeld(3, four.batchId(), signature);
        four.agent.onHeld(2, four.batchId(), signature);
        assertThat(ledger.submitted).hasSize(1);
        assertThat(ledger.submitted.get(0).certificate().holders()).isEqualTo(1L << 2 | 1L << 3);
        four.agent.onHeld(4, four.batchId(), signature);
        assertThat(ledger.submitted).hasSize(1);
    }

    @Test
    void payloadsAreSentAgainToThoseWhoOweASignature() {
        AmongFour four = new AmongFour();
        four.publish();
        ledger.force();
        four.agent.doWork(0);
        four.agent.onHeld(4, four.batchId(), ByteString.of(new byte[64]));
        four.sentTo.clear();
        long due = four.agent.nextWorkNanos();
        four.agent.doWork(due - 1);
        assertThat(four.sentTo).isEmpty();
        four.agent.doWork(due);
        assertThat(four.sentTo).containsExactly(2, 3);
    }

    @Test
    void whatTheLedgerRefusesForNowIsCertifiedAnewUnderTheNextRegistry() {
        AmongFour four = new AmongFour();
        four.publish();
        ledger.force();
        four.agent.doWork(1);
        ByteString signature = ByteString.of(new byte[64]);
        ledger.refusing = true;
        four.agent.onHeld(3, four.batchId(), signature);
        four.agent.onHeld(2, four.batchId(), signature);
        assertThat(ledger.submitted).isEmpty();
        ledger.refusing = false;
        four.sentTo.clear();
        SortedMap<Integer, AudienceNodes.Member> others = new TreeMap<>(four.others);
        others.remove(2);
        four.agent.onAudience(new AudienceNodes(1, 1, 1, 3, others));
        four.agent.doWork(2);
        assertThat(four.sentTo).containsExactly(3, 4);
        four.agent.onHeld(2, four.batchId(), signature);
        four.agent.onHeld(3, four.batchId(), signature);
        assertThat(ledger.submitted).as("2 is no member any more").isEmpty();
        four.agent.onHeld(4, four.batchId(), signature);
        assertThat(ledger.submitted).hasSize(1);
    }

    @Test
    void anotherRegistryDoesNotLetAnythingLeaveBeforeItsNumberIsForced() {
        AmongFour four = new AmongFour();
        four.publish();
        four.agent.onAudience(new AudienceNodes(1, 1, 1, 3, four.others));
        four.agent.doWork(1);
        assertThat(four.sentTo).isEmpty();
        ledger.force();
        four.agent.doWork(2);
        assertThat(four.sentTo).containsExactly(2, 3, 4);
    }

    @Test
    void noEventsAreTakenUntilABoundBatchWithoutEventsIsFoundOrFinal() {
        BatchBuilder<TestEvent> earlier = new BatchBuilder<>(LANE, BatchLimits.DEFAULT, TestEvent.SIGNER, Hash.ZERO);
        earlier.add(TestEvent.of(1, "t"), 0);
        ClosedBatch<TestEvent> first = earlier.close();
        earlier.add(TestEvent.of(2, "t"), 0);
        ClosedBatch<TestEvent> second = earlier.close();
        AmongFour four = new AmongFour();
        four.agent.awaitLost(List.of(first.header(), second.header()), 0, 0);
        assertThat(four.agent.hasRoom()).isFalse();
        four.agent.onApplied(
                makesFinal(new BatchReference(first.header(), first.parts(), AvailabilityCertificate.ORIGIN_ONLY)));
        assertThat(four.agent.lost()).containsExactly(second.header());
        four.agent.onFound(second.header(), List.of(TestEvent.of(2, "t")));
        assertThat(four.agent.hasRoom()).isTrue();
        four.agent.doWork(0);
        assertThat(four.sentTo).containsExactly(2, 3, 4);
        journalSeq = 2;
        four.publish();
        four.agent.doWork(LONG_AFTER);
        assertThat(ledger.recorded.get(0).batchSeq()).isEqualTo(3);
        assertThat(ledger.recorded.get(0).header().statement().originSeqFirst()).isEqualTo(3);
    }
}
