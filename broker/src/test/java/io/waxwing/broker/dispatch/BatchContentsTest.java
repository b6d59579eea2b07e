package io.waxwing.broker.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.merkle.MerkleRoot;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.node.crypto.Signatures;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Batches of nodes 2 and 3, one event each, as they come to this node 1. */
class BatchContentsTest {
    private static final TopicPolicy ORDERED = new TopicPolicy(DeliveryClass.ORDERED, AckPolicy.ORDERED);
    private static final Signer SIGNER =
            Signatures.bouncyCastle().signer(Sha256.digest(new byte[] {9}).toBytes());
    private static final Lane LANE = new Lane(2, 1);

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
    private long journalSeq;

    private static MemoryColumns withTopic() {
        MemoryColumns columns = new MemoryColumns();
        TopicRecords.put(columns, "t", 1, new TopicRecords.Stored(ORDERED, 1, 1, Hash.ZERO, 0));
        return columns;
    }

    private record Batch(BatchReference reference, JournaledEvent event) {}

    /** On the disk, and the core was not told. */
    private Batch stored(Lane lane, long batchSeq, int payloadBytes) {
        Hash commit = Sha256.digest(("e" + lane + batchSeq).getBytes(StandardCharsets.US_ASCII));
        StoredEvent stored = new StoredEvent(
                ++journalSeq,
                lane,
                true,
                "t",
                DeliveryClass.ORDERED,
                1,
                false,
                1,
                Hash.ZERO,
                commit,
                Attributes.NONE,
                Payload.of(new byte[payloadBytes]),
                "");
        JournaledEvent event = JournaledEvent.recovered(stored, Objects.requireNonNull(topics.get("t")));
        Hash root = MerkleRoot.ofHashEntries(List.of(commit));
        List<OriginPart> parts = List.of(new OriginPart(lane.originId(), batchSeq, 1, 1, event.topicTag(), root));
        BatchReference reference = new BatchReference(
                BatchStatement.over(lane, batchSeq, batchSeq, parts).signedBy(SIGNER, Hash.ZERO),
                parts,
                AvailabilityCertificate.ORIGIN_ONLY);
        journal.addBatch(new BatchRow(true, reference.header(), journalSeq, journalSeq));
        journal.add(List.of(stored));
        journal.commit();
        return new Batch(reference, event);
    }

    private long seqOf(Batch batch) {
        return contents.take(batch.reference(), () -> 1).get(0).get(0).journalSeq();
    }

    @Test
    void aBatchOnTheDiskIsHereOnlyWhenTheCoreHasSeenTheJournalUpToIt() {
        Batch batch = stored(LANE, 1, 10);
        assertThat(contents.isHere(batch.reference())).isFalse();
        contents.seen(1);
        assertThat(contents.isHere(batch.reference())).isTrue();
        assertThat(seqOf(batch)).isEqualTo(1);
    }

    @Test
    void anotherBatchUnderTheSameNumberIsNotThisOne() {
        Batch other = stored(new Lane(3, 1), 1, 10);
        Batch batch = stored(LANE, 1, 10);
        contents.seen(2);
        contents.keepHeld(batch.reference().header(), List.of(batch.event()));
        assertThat(contents.isHere(other.reference())).isTrue();
        assertThat(seqOf(other)).isEqualTo(1);
        assertThat(seqOf(batch)).isEqualTo(2);
    }

    @Test
    void aLaneThatNeverBecomesFinalFillsItsOwnShareOfMemoryAndNobodyElses() {
        int each = (int) (BatchContents.KEPT_BYTES_EACH / 4);
        for (int number = 1; number <= 10; number++) {
            Batch batch = stored(new Lane(3, 1), number, each);
            contents.keepHeld(batch.reference().header(), List.of(batch.event()));
        }
        assertThat(contents.keptBytes()).isBetween(2L * each, BatchContents.KEPT_BYTES_EACH);
        Batch honest = stored(LANE, 1, each);
        long before = contents.keptBytes();
        contents.keepHeld(honest.reference().header(), List.of(honest.event()));
        assertThat(contents.keptBytes()).isGreaterThanOrEqualTo(before + each);
        contents.take(honest.reference(), () -> 1);
        assertThat(contents.keptBytes()).isEqualTo(before);
    }

    @Test
    void whatIsTakenAlreadyIsNotKeptAgain() {
        Batch batch = stored(LANE, 1, 10);
        contents.seen(1);
        contents.take(batch.reference(), () -> 1);
        contents.keepHeld(batch.reference().header(), List.of(batch.event()));
        assertThat(contents.keptBytes()).isZero();
    }
}
