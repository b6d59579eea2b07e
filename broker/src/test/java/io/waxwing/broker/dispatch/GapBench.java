package io.waxwing.broker.dispatch;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.broker.grant.RightsGate;
import io.waxwing.broker.intake.AudienceNames;
import io.waxwing.broker.intake.JournaledEvent;
import io.waxwing.broker.intake.StoredBatches;
import io.waxwing.broker.intake.TopicState;
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
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.execute.Applied.AppliedBatch;
import io.waxwing.ledger.execute.Applied.AppliedSegment;
import io.waxwing.ledger.execute.Applied.AppliedVerdict;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.leaf.VerdictLeaf;
import io.waxwing.ledger.merkle.MerkleRoot;
import io.waxwing.ledger.sign.Signer;
import io.waxwing.node.crypto.Signatures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A dispatcher over columns in memory, and a ledger that orders batches of other nodes, whether they are here or not.
 */
final class GapBench {
    static final long WAIT_NANOS = 16_000_000_000L;
    private static final TopicPolicy ORDERED = new TopicPolicy(DeliveryClass.ORDERED, AckPolicy.ORDERED);
    private static final Signer SIGNER =
            Signatures.bouncyCastle().signer(Sha256.digest(new byte[] {9}).toBytes());

    private final MemoryColumns columns = withTopics("t", "u");
    private final EventJournal journal = new EventJournal(columns);
    private final Deque<Runnable> reads = new ArrayDeque<>();
    private final Topics topics = new Topics(
            columns,
            name -> ORDERED,
            10,
            (topic, audience) -> Hash.ZERO,
            new AudienceNames(Map.of(), audience -> audience == 1, audience -> audience == 1),
            () -> 1);
    Dispatcher dispatcher;
    long nowNanos = 1;
    long height;
    private final List<Applied> blocks = new ArrayList<>();
    private final Map<Lane, Long> batchSeqs = new HashMap<>();
    private final Map<String, Long> topicSeqs = new HashMap<>();
    private long leaves = 1;
    private long journalSeq;

    GapBench() {
        dispatcher = newDispatcher();
    }

    private Dispatcher newDispatcher() {
        DeliveryIndex index = new DeliveryIndex(columns);
        Dispatcher made = new Dispatcher(
                audience -> true,
                new BatchContents(new StoredBatches(journal, topics), index),
                index,
                next -> new History(journal, index, topics, next),
                reads::add,
                () -> {},
                new GapRules(
                        new StoredBatches(journal, topics), origin -> "bank-" + origin, WAIT_NANOS, RightsGate.open()),
                new SimpleMeterRegistry());
        made.catchUp(height, at -> blocks.get((int) at - 1), batch -> {});
        return made;
    }

    /** The process ends between two turns, and another begins with what was written. */
    void restart() {
        reads.clear();
        dispatcher = newDispatcher();
    }

    private static MemoryColumns withTopics(String... names) {
        MemoryColumns columns = new MemoryColumns();
        for (String name : names) {
            Hash key = Sha256.digest(name.getBytes(StandardCharsets.UTF_8));
            TopicRecords.put(columns, name, 1, new TopicRecords.Stored(ORDERED, 1, 1, key, 0));
        }
        return columns;
    }

    /** A batch of one topic with its events' names, that is ordered next. */
    record Made(AppliedBatch applied, String topic, List<String> names) {
        long leaf() {
            return applied.batchLeafIndex();
        }
    }

    private Hash commit(String name) {
        return Sha256.digest(name.getBytes(StandardCharsets.UTF_8));
    }

    private Hash tagOf(String topic) {
        TopicState known = topics.get(topic);
        return known == null ? Sha256.digest(topic.getBytes(StandardCharsets.UTF_8)) : known.topicTag();
    }

    /** In the block that {@link #block} makes next. */
    Made batch(int originId, String topic, List<String> names) {
        Lane lane = new Lane(originId, 1);
        long batchSeq = batchSeqs.merge(lane, 1L, Long::sum);
        Hash root = MerkleRoot.ofHashEntries(names.stream().map(this::commit).toList());
        OriginPart part = new OriginPart(originId, batchSeq * 100, names.size(), 1, tagOf(topic), root);
        BatchReference reference = new BatchReference(
                BatchStatement.over(lane, batchSeq, batchSeq * 100, List.of(part))
                        .signedBy(SIGNER, Hash.ZERO),
                List.of(part),
                AvailabilityCertificate.ORIGIN_ONLY);
        long batchLeaf = leaves++;
        long topicSeq = topicSeqs.merge(topic, (long) names.size(), Long::sum) - names.size() + 1;
        SegmentLeaf leaf = new SegmentLeaf(height + 1, 1000 * (height + 1), topicSeq, Hash.ZERO, part);
        AppliedSegment segment = new AppliedSegment(leaf, leaves++, Hash.ZERO);
        return new Made(new AppliedBatch(reference, batchLeaf, List.of(segment)), topic, names);
    }

    /** The next final block. */
    void block(List<Made> batches, List<Made> voided) {
        long first = leaves;
        List<AppliedVerdict> verdicts = new ArrayList<>();
        for (Made made : voided) {
            BatchReference of = made.applied().reference();
            VerdictLeaf leaf = new VerdictLeaf(
                    VerdictLeaf.Finding.WITHHELD,
                    of.lane(),
                    of.batchSeq(),
                    of.batchId(),
                    made.leaf(),
                    0,
                    9,
                    1,
                    of.lane().originId());
            verdicts.add(new AppliedVerdict(leaf, leaves++));
        }
        height++;
        Applied applied = new Applied(
                height,
                1000 * height,
                0,
                first,
                ++leaves,
                Hash.ZERO,
                batches.stream().map(Made::applied).toList(),
                List.of(),
                verdicts,
                List.of(),
                List.of());
        blocks.add(applied);
        dispatcher.onApplied(applied);
    }

    /** The payloads of a batch come. */
    void hold(Made made) {
        BatchReference of = made.applied().reference();
        List<JournaledEvent> events = new ArrayList<>();
        List<StoredEvent> stored = new ArrayList<>();
        long first = journalSeq + 1;
        for (String name : made.names()) {
            StoredEvent event = new StoredEvent(
                    ++journalSeq,
                    of.lane(),
                    true,
                    made.topic(),
                    DeliveryClass.ORDERED,
                    1,
                    false,
                    1,
                    Hash.ZERO,
                    commit(name),
                    Attributes.NONE,
                    Payload.utf8(name),
                    "");
            stored.add(event);
            events.add(JournaledEvent.recovered(event, Objects.requireNonNull(topics.get(made.topic()))));
        }
        journal.addBatch(new BatchRow(true, of.header(), first, journalSeq));
        journal.add(stored);
        journal.commit();
        dispatcher.onDurable(events);
        dispatcher.onHeld(of.header(), events);
    }

    /** One turn, and one read if there is any. */
    void turn() {
        int unused = dispatcher.doWork(nowNanos);
        Runnable read = reads.poll();
        if (read != null) {
            read.run();
        }
    }

    void settle() {
        for (int idle = 0; idle < 4; idle++) {
            if (!reads.isEmpty() || dispatcher.doWork(nowNanos) > 0) {
                idle = 0;
            }
            turn();
        }
    }

    void pass(long nanos) {
        nowNanos += nanos;
    }
}
