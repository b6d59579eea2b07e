package io.waxwing.broker.erase;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.broker.intake.AudienceNames;
import io.waxwing.broker.intake.JournaledEvent;
import io.waxwing.broker.intake.StoredBatches;
import io.waxwing.broker.intake.Topics;
import io.waxwing.broker.sim.MemoryColumns;
import io.waxwing.broker.store.BatchRow;
import io.waxwing.broker.store.Column;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.ErasedRow;
import io.waxwing.broker.store.ErasedRow.Progress;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.OrderBlock;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.broker.store.TopicRecords;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.merkle.MerkleRoot;
import io.waxwing.node.crypto.Signatures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A birth, its copy, the birth that came next with the same content, and its copy; each in a block of its own. */
class DestructionTest {
    private static final Lane LANE = new Lane(1, 1);
    private static final String BIRTHS = "spBv1.0/plant/NBIRTH/press";
    private static final String COPIES = "$sparkplug/certificates/" + BIRTHS;
    private static final int FIRST = 1;
    private static final int COPY = 2;
    private static final int NEXT_COPY = 4;
    private static final byte[] NAME = EventJournal.identityKey("//press", "1");

    private final MemoryColumns columns = withTopic();
    private final EventJournal journal = new EventJournal(columns);
    private final Topics topics = new Topics(
            columns,
            name -> new TopicPolicy(DeliveryClass.ORDERED, AckPolicy.ORDERED),
            10,
            (topic, audience) -> Hash.ZERO,
            new AudienceNames(Map.of(), audience -> audience == 1, audience -> audience == 1),
            () -> 1);
    private final DeliveryIndex index = new DeliveryIndex(columns);
    private final List<Long> blocks = new ArrayList<>();
    private final List<byte[]> names = new ArrayList<>();
    private final Set<Column> wholes = new HashSet<>();
    private Hash batchId = Hash.ZERO;

    private static MemoryColumns withTopic() {
        MemoryColumns columns = new MemoryColumns();
        TopicPolicy ordered = new TopicPolicy(DeliveryClass.ORDERED, AckPolicy.ORDERED);
        TopicRecords.put(columns, BIRTHS, 1, new TopicRecords.Stored(ordered, 1, 1, Hash.ZERO, 0));
        return columns;
    }

    private void add(long journalSeq, String topic, String source, String id) {
        boolean copy = topic.equals(COPIES);
        StoredEvent event = new StoredEvent(
                journalSeq,
                LANE,
                false,
                topic,
                copy ? DeliveryClass.LOCAL : DeliveryClass.ORDERED,
                1,
                false,
                1,
                Hash.ZERO,
                copy ? Hash.ZERO : Sha256.digest(new byte[] {(byte) journalSeq}),
                Attributes.of(Map.of("source", source, "id", id)),
                Payload.utf8("the same birth"),
                "");
        journal.addIdentity(EventJournal.identityKey(source, id), journalSeq, 77);
        journal.add(List.of(event));
        if (!copy) {
            BatchHeader header = header(event);
            batchId = journalSeq == FIRST ? header.batchId() : batchId;
            journal.addBatch(new BatchRow(false, header, journalSeq, journalSeq));
        }
        journal.commit();
    }

    private BatchHeader header(StoredEvent of) {
        JournaledEvent journaled = JournaledEvent.recovered(of, Objects.requireNonNull(topics.get(BIRTHS)));
        Hash root = MerkleRoot.ofHashEntries(List.of(of.commit()));
        List<OriginPart> parts = List.of(new OriginPart(1, of.journalSeq(), 1, 1, journaled.topicTag(), root));
        return BatchStatement.over(LANE, of.journalSeq(), of.journalSeq(), parts)
                .signedBy(Signatures.get().signer(Sha256.digest(new byte[] {9}).toBytes()), Hash.ZERO);
    }

    @BeforeEach
    void published() {
        add(FIRST, BIRTHS, "//press", "1");
        add(COPY, COPIES, "//sim/sparkplug", "birth-10");
        add(3, BIRTHS, "//press", "2");
        add(NEXT_COPY, COPIES, "//sim/sparkplug", "birth-12");
        OrderBlock order = OrderBlock.create(10, 0, 0, 4);
        for (int i = 0; i < 4; i++) {
            order.set(i, i + 1, 0);
        }
        index.addOrder(order);
        index.commit(new DeliveryIndex.Cursor(1, 4, 14));
    }

    private void destroy(Progress progress) {
        ErasedRow.Place place = new ErasedRow.Place(5, 0);
        index.erased().put(new ErasedRow(place, progress, 9, 9, 9, LANE, 1, batchId, 0), true);
        ErasedPlaces places =
                new ErasedPlaces(leaf -> null, index, new StoredBatches(journal, topics), audience -> true);
        new Destruction(index.erased(), places, journal, this::purged).doWork(0);
        assertThat(Objects.requireNonNull(index.erased().of(place)).progress()).isEqualTo(Progress.DONE);
    }

    private void purged(Map<Column, ? extends Collection<byte[]>> keys, Set<Column> whole) {
        for (long seq = FIRST; seq <= NEXT_COPY; seq++) {
            byte[] key = journal.blockKeys(List.of(seq)).get(0);
            if (Objects.requireNonNull(keys.get(Column.EVENTS)).stream().anyMatch(each -> Arrays.equals(each, key))) {
                blocks.add(seq);
            }
        }
        names.addAll(Objects.requireNonNull(keys.get(Column.IDENTITIES)));
        wholes.addAll(whole);
    }

    private boolean hasContent(long journalSeq) {
        return !journal.reader().read(journalSeq).expired();
    }

    private void assertTheNextStays() {
        assertThat(hasContent(3)).isTrue();
        assertThat(hasContent(NEXT_COPY)).as("the copy of another birth").isTrue();
    }

    @Test
    void aBirthGoesWithItsCopyAndWithNoOther() {
        destroy(Progress.ORDERED);
        assertThat(hasContent(FIRST)).isFalse();
        assertThat(hasContent(COPY)).isFalse();
        assertTheNextStays();
        assertThat(blocks).containsExactly(1L, 2L);
        assertThat(names).hasSize(2).anyMatch(key -> Arrays.equals(key, NAME));
        assertThat(wholes).containsExactlyInAnyOrder(Column.SESSIONS, Column.SCHEDULES);
    }

    @Test
    void theCopyOfABirthThatRetentionTookBeforeGoesToo() {
        journal.expire(List.of(1L));
        destroy(Progress.ORDERED);
        assertThat(hasContent(COPY)).isFalse();
        assertTheNextStays();
        assertThat(blocks).containsExactly(1L, 2L);
    }

    @Test
    void theFingerprintOfAnEventThatRetentionTookBeforeGoesToo() {
        journal.expire(List.of(1L));
        destroy(Progress.ORDERED);
        assertThat(Objects.requireNonNull(journal.findIdentity(NAME)).mayBe(78))
                .as("nobody can tell what it was")
                .isTrue();
        assertThat(names).anyMatch(key -> Arrays.equals(key, NAME));
        byte[] next = EventJournal.identityKey("//press", "2");
        assertThat(Objects.requireNonNull(journal.findIdentity(next)).mayBe(78)).isFalse();
    }

    @Test
    void afterACrashFilesThatHaveTheCopyOrFingerprintsAreWrittenAnewToo() {
        for (Progress crash : List.of(Progress.ORDERED, Progress.REWRITTEN)) {
            blocks.clear();
            wholes.clear();
            List<byte[]> lost = journal.erase(List.of(1L, 2L));
            assertThat(lost.size()).isIn(0, 2);
            destroy(crash);
            assertThat(blocks).as("%s", crash).containsExactly(1L, 2L);
            assertThat(wholes).as("%s", crash).contains(Column.IDENTITIES);
            assertTheNextStays();
        }
    }
}
