package io.waxwing.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.broker.intake.AudienceNames;
import io.waxwing.broker.intake.JournaledEvent;
import io.waxwing.broker.intake.StoredBatches;
import io.waxwing.broker.intake.Topics;
import io.waxwing.broker.sim.MemoryColumns;
import io.waxwing.broker.store.BatchRow;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.broker.store.TopicRecords;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.failure.EventVoidException;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.AckSink;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.VerdictLeaf;
import io.waxwing.ledger.merkle.MerkleRoot;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.node.crypto.Signatures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** A batch of this node with one event, and what becomes of it when the ledger says that it is void. */
class VerdictsTest {
    private static final TopicPolicy ORDERED = new TopicPolicy(DeliveryClass.ORDERED, AckPolicy.ORDERED);
    private static final Signer SIGNER =
            Signatures.bouncyCastle().signer(Sha256.digest(new byte[] {9}).toBytes());
    private static final Lane LANE = new Lane(1, 1);
    private static final byte[] IDENTITY = EventJournal.identityKey("source", "id");

    private final MemoryColumns columns = withTopic();
    private final EventJournal journal = new EventJournal(columns);
    private final Topics topics = new Topics(
            columns,
            name -> ORDERED,
            10,
            (topic, audience) -> Hash.ZERO,
            new AudienceNames(Map.of(), audience -> audience == 1, audience -> audience == 1),
            () -> 1);
    private final DeliveryIndex index = new DeliveryIndex(columns);
    private final BatchContents contents = new BatchContents(new StoredBatches(journal, topics), index);
    private final DuplicateWaiters duplicates = new DuplicateWaiters(index);
    private final Retained retained = new Retained(index);
    private final Verdicts verdicts = new Verdicts(index, contents, duplicates, retained, batch -> {});
    private final History history = new History(journal, index, topics, () -> 1);
    private final Told told = new Told();
    private final StoredEvent stored = event();
    private final BatchHeader header = header(stored);

    private static MemoryColumns withTopic() {
        MemoryColumns columns = new MemoryColumns();
        TopicRecords.put(columns, "t", 1, new TopicRecords.Stored(ORDERED, 1, 1, Hash.ZERO, 0));
        return columns;
    }

    private static final class Told implements AckSink {
        private final List<String> answers = new ArrayList<>();

        @Override
        public void acknowledged(long token, Acknowledgement acknowledgement) {
            answers.add(token + " " + acknowledgement.reached());
        }

        @Override
        public void refused(long token, Refusal refusal) {
            answers.add(token + " " + refusal.code().text());
        }
    }

    private static StoredEvent event() {
        return new StoredEvent(
                1,
                LANE,
                false,
                "t",
                DeliveryClass.ORDERED,
                1,
                true,
                1,
                Hash.ZERO,
                Sha256.digest(new byte[] {1}),
                Attributes.NONE,
                Payload.utf8("retained"),
                "");
    }

    private BatchHeader header(StoredEvent of) {
        JournaledEvent journaled = JournaledEvent.recovered(of, Objects.requireNonNull(topics.get("t")));
        Hash root = MerkleRoot.ofHashEntries(List.of(of.commit()));
        List<OriginPart> parts = List.of(new OriginPart(1, 1, 1, 1, journaled.topicTag(), root));
        return BatchStatement.over(LANE, 1, 1, parts).signedBy(SIGNER, Hash.ZERO);
    }

    private void store() {
        journal.addIdentity(IDENTITY, 1, 77);
        journal.addBatch(new BatchRow(false, header, 1, 1));
        journal.add(List.of(stored));
        journal.commit();
        contents.seen(1);
    }

    private boolean verdict() {
        VerdictLeaf leaf = new VerdictLeaf(VerdictLeaf.Finding.WITHHELD, LANE, 1, header.batchId(), 10, 0, 2, 1, 1);
        return verdicts.onApplied(new Applied(
                9,
                9,
                0,
                20,
                22,
                Hash.ZERO,
                List.of(),
                List.of(),
                List.of(new Applied.AppliedVerdict(leaf, 20)),
                List.of(),
                List.of()));
    }

    @Test
    void thatAnEventHasExpiredIsForThoseAloneWhoMightHaveReadIt() {
        journal.addIdentity(IDENTITY, 1, 77);
        journal.add(List.of(stored));
        journal.commit();
        index.addFinal(1, new EventId(1, 1, 1), 5);
        index.commit(index.cursor());
        journal.expire(List.of(1L));
        assertThatThrownBy(() -> history.findByIdentity("source", "id"))
                .hasMessageContaining("WXW-1280")
                .isInstanceOfSatisfying(
                        EventVoidException.class,
                        told -> assertThat(told.topics()).containsExactly("t"));
    }

    @Test
    void whoWaitsForARepeatIsToldAndSoIsWhoComesRightAfterTheVerdict() {
        store();
        duplicates.add(1, true, AckPolicy.ORDERED, 5, told);
        assertThat(told.answers).isEmpty();
        verdict();
        assertThat(told.answers).containsExactly("5 WXW-1207");
        duplicates.add(1, true, AckPolicy.ORDERED, 6, told);
        duplicates.add(1, true, AckPolicy.DURABLE, 7, told);
        assertThat(told.answers).containsExactly("5 WXW-1207", "6 WXW-1207", "7 WXW-1207");
    }

    @Test
    void whatWasFinalHereBeforeTheVerdictIsNotAcknowledgedAgainAsIfItStillWere() {
        store();
        index.addFinal(1, new EventId(1, 1, 1), 5);
        index.commit(index.cursor());
        duplicates.add(1, true, AckPolicy.ORDERED, 5, told);
        verdict();
        duplicates.add(1, true, AckPolicy.ORDERED, 6, told);
        assertThat(told.answers).containsExactly("5 ORDERED", "6 WXW-1207");
        assertThat(index.findFinal(1)).isNull();
    }

    @Test
    void itsIdentityIsFreeForANewEventAndAskingForTheOldOneIsAnswered() {
        store();
        assertThat(Objects.requireNonNull(history.findByIdentity("source", "id"))
                        .topic())
                .isEqualTo("t");
        assertThat(journal.findRepeated(IDENTITY)).isNotNull();
        verdict();
        assertThat(journal.findRepeated(IDENTITY)).isNull();
        assertThatThrownBy(() -> history.findByIdentity("source", "id"))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("WXW-1207");
        assertThat(history.find(List.of(-1L)).get(0)).isNull();
        // Said again it is another event, and this one is as good as any.
        journal.addIdentity(IDENTITY, 2, 78);
        journal.commit();
        assertThat(Objects.requireNonNull(journal.findRepeated(IDENTITY)).journalSeq())
                .isEqualTo(2);
    }

    @Test
    void aTopicDoesNotKeepAVoidEventAsItsLastValue() {
        store();
        retained.onDelivered(stored, index);
        index.commit(index.cursor());
        assertThat(verdict()).isTrue();
        index.commit(index.cursor());
        assertThat(retained.size()).isZero();
        assertThat(new Retained(index).size()).isZero();
    }

    @Test
    void theSameHoldsAfterARestartAndForABatchThatComesAfterItsVerdict() {
        assertThat(verdict()).isFalse();
        duplicates.add(1, true, AckPolicy.ORDERED, 5, told);
        store();
        JournaledEvent late = JournaledEvent.recovered(stored, Objects.requireNonNull(topics.get("t")));
        verdicts.onHeld(header, List.of(late));
        assertThat(told.answers).containsExactly("5 WXW-1207");
        DeliveryIndex again = new DeliveryIndex(columns);
        assertThat(again.voids().isEvent(1)).isTrue();
        assertThat(again.voids().seenHeight()).isEqualTo(9);
    }
}
