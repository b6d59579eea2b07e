package io.waxwing.broker.dispatch;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.waxwing.broker.grant.RightsGate;
import io.waxwing.broker.intake.AudienceNames;
import io.waxwing.broker.intake.JournaledEvent;
import io.waxwing.broker.intake.StoredBatches;
import io.waxwing.broker.intake.TopicState;
import io.waxwing.broker.intake.Topics;
import io.waxwing.broker.sim.MemoryColumns;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.broker.store.TopicRecords;
import io.waxwing.bus.event.Attributes;
import io.waxwing.bus.event.Payload;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.bus.topic.TopicPolicy;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;

/** A dispatcher over columns in memory with topics of class local, and a pool of readers that takes one at a time. */
class DispatchBench {
    private static final TopicPolicy LOCAL = new TopicPolicy(DeliveryClass.LOCAL, AckPolicy.DURABLE);

    final MemoryColumns columns =
            withTopics("t", "u", "rare", "often", "t/0", "t/1", "t/2", "spBv1.0/g/NBIRTH/e", "spBv1.0/g/DBIRTH/e/d");
    private final EventJournal journal = new EventJournal(columns);
    final Deque<Runnable> reads = new ArrayDeque<>();
    private final Topics topics = new Topics(
            columns,
            name -> LOCAL,
            10,
            (topic, audience) -> Hash.ZERO,
            new AudienceNames(Map.of(), audience -> audience == 1, audience -> audience == 1),
            () -> 1);
    private final DeliveryIndex index = new DeliveryIndex(columns);
    Dispatcher dispatcher = newDispatcher();

    private Dispatcher newDispatcher() {
        return new Dispatcher(
                audience -> true,
                new BatchContents(new StoredBatches(journal, topics), index),
                index,
                next -> new History(journal, index, topics, next),
                this::readOneAtATime,
                () -> {},
                new GapRules(
                        new StoredBatches(journal, topics),
                        origin -> "bank-" + origin,
                        16_000_000_000L,
                        RightsGate.open()),
                new SimpleMeterRegistry());
    }

    /** The process ends between two turns, and another begins with what was written. */
    void restart() {
        reads.clear();
        dispatcher = newDispatcher();
    }

    private long journalSeq;
    int refusedReads;

    private static MemoryColumns withTopics(String... names) {
        MemoryColumns columns = new MemoryColumns();
        for (String name : names) {
            Hash key = Sha256.digest(name.getBytes(StandardCharsets.UTF_8));
            TopicRecords.put(columns, name, 1, new TopicRecords.Stored(LOCAL, 1, 1, key, 0));
        }
        return columns;
    }

    private void readOneAtATime(Runnable read) {
        if (!reads.isEmpty()) {
            refusedReads++;
            throw new RejectedExecutionException("full");
        }
        reads.add(read);
    }

    void publish(String topic, String payload, boolean retain) {
        StoredEvent stored = new StoredEvent(
                ++journalSeq,
                new Lane(1, 1),
                false,
                topic,
                DeliveryClass.LOCAL,
                1,
                retain,
                1,
                Hash.ZERO,
                Hash.ZERO,
                Attributes.of(Map.of()),
                Payload.utf8(payload),
                "");
        journal.add(List.of(stored));
        journal.commit();
        TopicState state = Objects.requireNonNull(topics.get(topic));
        dispatcher.onDurable(List.of(JournaledEvent.recovered(stored, state)));
    }

    void settle() {
        for (int idle = 0; idle < 3; idle++) {
            if (dispatcher.doWork(0) > 0) {
                idle = 0;
            }
            Runnable read = reads.poll();
            if (read != null) {
                read.run();
                idle = 0;
            }
        }
    }
}
