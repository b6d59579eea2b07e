package io.waxwing.broker.intake;

import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.Sequence;
import io.waxwing.anchor.availability.HeldBatch;
import io.waxwing.broker.store.BatchRow;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.bus.delivery.Acknowledgement;
import io.waxwing.bus.event.EventDraft;
import io.waxwing.bus.event.SessionMark;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.AckPolicy;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The durable local write. Takes whatever has gathered in the ring, gives each event its journalSeq, salt and
 * commitment, writes all with one force, and only then tells publishers and passes the events on. While one group is
 * being forced the next one gathers: the disk's own pace makes the groups, no timer does.
 *
 * <p>Runs on the journal thread, which owns everything here.
 */
public final class Journal implements EventHandler<IntakeSlot> {
    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);

    /** Largest group, so that one force never holds up acknowledgements for long. */
    static final int MAX_GROUP_EVENTS = 4096;

    static final long MAX_GROUP_BYTES = 8L << 20;

    private final Origins origins;
    private final EventJournal store;
    private final Topics topics;
    private final StorageGuard guard;
    private final DurableSink next;
    private final Supplier<Hash> salts;
    private final LongSupplier clockMs;
    private final IntakeMetrics metrics;
    private final Runnable groupDone;

    private final List<JournaledEvent> group = new ArrayList<>();
    private final List<StoredEvent> storedGroup = new ArrayList<>();
    private final NewTopics newTopics;
    private final List<Held> holds = new ArrayList<>();
    private final RecentIdentities recent = new RecentIdentities();
    // Packets whose events are in the group under way.
    private final Set<SessionMark> marks = new HashSet<>();
    private Sequence done = new Sequence();
    private long groupBytes;
    private long lastJournalSeq;

    /**
     * Continues after the last durable event of {@code store}; {@code groupDone} runs after each group.
     *
     * @param origins which node this is
     */
    public Journal(
            Origins origins,
            EventJournal store,
            Topics topics,
            StorageGuard guard,
            DurableSink next,
            Supplier<Hash> salts,
            LongSupplier clockMs,
            IntakeMetrics metrics,
            Runnable groupDone) {
        this.origins = origins;
        this.store = store;
        this.topics = topics;
        this.newTopics = new NewTopics(topics, store, metrics);
        this.guard = guard;
        this.next = next;
        this.salts = salts;
        this.clockMs = clockMs;
        this.metrics = metrics;
        this.groupDone = groupDone;
        this.lastJournalSeq = store.lastJournalSeq();
    }

    @Override
    public void onEvent(IntakeSlot slot, long ringSequence, boolean endOfBatch) throws InterruptedException {
        TopicCreation creation = slot.creation();
        HoldRequest hold = slot.hold();
        List<IntakeSlot> together = slot.together();
        if (creation != null) {
            create(creation);
        } else if (together != null) {
            takeTogether(together);
        } else if (hold != null) {
            hold(hold);
        } else {
            take(slot);
        }
        slot.clear();
        if (endOfBatch || group.size() >= MAX_GROUP_EVENTS || groupBytes >= MAX_GROUP_BYTES) {
            commit();
            // Told now and not at the end of the ring's batch: whoever waits for room is only called back here.
            done.setVolatile(ringSequence);
            groupDone.run();
        }
    }

    @Override
    public void setSequenceCallback(Sequence sequence) {
        done = sequence;
    }

    private void create(TopicCreation creation) throws InterruptedException {
        if (topics.get(creation.topic()) != null) {
            // It may belong to the group under way, and "it is there" must not be said of what is not on the disk.
            commit();
        }
        newTopics.create(creation);
    }

    /** A batch of another node with its events, in the group under way. */
    private record Held(HoldRequest request, List<JournaledEvent> events) {}

    private void hold(HoldRequest request) throws InterruptedException {
        HeldBatch batch = request.batch();
        List<JournaledEvent> events = new ArrayList<>(batch.events().size());
        try {
            List<StoredEvent> checked = new ArrayList<>(batch.events().size());
            for (HeldBatch.Content content : batch.events()) {
                checked.add(CarriedEvents.stored(lastJournalSeq + 1 + checked.size(), request, origins, content));
            }
            int broughtBy = batch.lane().originId() == origins.self()
                    ? NewTopics.OURS
                    : batch.lane().originId();
            long audienceId = batch.lane().audienceId();
            if (!request.wanted()) {
                List<String> names = checked.stream().map(StoredEvent::topic).toList();
                topics.requireRoom(broughtBy, audienceId, names);
            }
            for (StoredEvent stored : checked) {
                TopicState topic = newTopics.brought(stored.topic(), audienceId, broughtBy);
                events.add(
                        broughtBy == NewTopics.OURS
                                ? JournaledEvent.recovered(stored, topic)
                                : JournaledEvent.held(stored, topic));
            }
        } catch (RefusedException e) {
            LOG.atWarn()
                    .addKeyValue("code", e.refusal().code().text())
                    .log("batch {} of lane {} is not stored: {}", batch.batchSeq(), batch.lane(), e.getMessage());
            next.onHeld(request, null);
            return;
        }
        if (batch.lane().originId() == origins.self()) {
            rememberIdentities(events);
        }
        store.addBatch(new BatchRow(true, batch.header(), lastJournalSeq + 1, lastJournalSeq + events.size()));
        holds.add(new Held(request, events));
        group.addAll(events);
        events.forEach(event -> storedGroup.add(event.stored()));
        groupBytes += batch.sizeBytes();
        lastJournalSeq += events.size();
    }

    /** Of events that this node took, lost and was given back: their publishers may say them again. */
    private void rememberIdentities(List<JournaledEvent> events) {
        for (JournaledEvent event : events) {
            StoredEvent stored = event.stored();
            byte @Nullable [] identity = RecentIdentities.keyOf(stored.attributes());
            if (identity != null && recent.find(identity) == null && store.findRepeated(identity) == null) {
                long fingerprint = RecentIdentities.fingerprint(stored.topic(), stored.attributes(), stored.payload());
                store.addIdentity(identity, stored.journalSeq(), fingerprint);
                recent.put(identity, event, fingerprint);
            }
        }
    }

    private void take(IntakeSlot slot) throws InterruptedException {
        try {
            EventDraft draft = slot.draft();
            SessionMark mark = draft.mark();
            if (mark != null && answerIfMarked(mark, slot)) {
                return;
            }
            byte @Nullable [] identity = draft.identified() ? RecentIdentities.keyOf(draft.attributes()) : null;
            long fingerprint = identity == null ? 0 : RecentIdentities.fingerprint(draft);
            if (identity != null && answerIfKnown(identity, fingerprint, slot)) {
                return;
            }
            JournaledEvent event = journaled(slot);
            if (identity != null) {
                store.addIdentity(identity, event.stored().journalSeq(), fingerprint);
                recent.put(identity, event, fingerprint);
            }
            if (mark != null) {
                store.addMark(mark, event.stored().journalSeq());
                marks.add(mark);
            }
            group.add(event);
            storedGroup.add(event.stored());
            groupBytes += slot.draft().sizeBytes();
            lastJournalSeq++;
        } catch (RefusedException e) {
            refuse(slot, e.refusal());
        }
    }

    /** All in one group or none: whatever could refuse one of them is asked before the first is taken. */
    private void takeTogether(List<IntakeSlot> parts) throws InterruptedException {
        Refusal refusal = Together.refusal(parts, newTopics, this::hasOtherContent);
        for (IntakeSlot part : parts) {
            if (refusal == null) {
                take(part);
            } else {
                refuse(part, refusal);
            }
        }
    }

    private boolean hasOtherContent(EventDraft draft) throws InterruptedException {
        byte @Nullable [] identity = RecentIdentities.keyOf(draft.attributes());
        if (identity == null) {
            return false;
        }
        if (recent.find(identity) != null) {
            commit(); // Here and not between two of them.
        }
        EventJournal.Identity known = store.findRepeated(identity);
        return known != null && !known.mayBe(RecentIdentities.fingerprint(draft));
    }

    /** A packet of a durable session that came again makes no second event. */
    private boolean answerIfMarked(SessionMark mark, IntakeSlot slot) throws InterruptedException {
        if (marks.contains(mark)) {
            commit(); // Told only of what is on the disk.
        }
        Long known = store.findMark(mark);
        if (known != null) {
            answerRepeat(known, slot);
        }
        return known != null;
    }

    private void answerRepeat(long journalSeq, IntakeSlot slot) throws InterruptedException {
        metrics.duplicates.increment();
        slot.left();
        if (slot.wanted() != AckPolicy.ACCEPTED) {
            next.onDuplicate(journalSeq, slot.wanted(), slot.token(), slot.sink());
        }
    }

    /** A repeat gets what the first one got; another event under the same name is refused. */
    private boolean answerIfKnown(byte[] identity, long fingerprint, IntakeSlot slot) throws InterruptedException {
        EventJournal.Identity known = recent.find(identity);
        boolean underWay = known != null;
        if (known == null) {
            known = store.findRepeated(identity);
        }
        if (known == null) {
            return false;
        }
        if (!known.mayBe(fingerprint)) {
            refuse(
                    slot,
                    new Refusal(FailureCode.IDENTITY_REUSED, "an event with this source and id has other content"));
            return true;
        }
        if (underWay) {
            // The first one is in this group: it must be durable before the repeat is told so. If it was refused
            // instead, this one is the first now.
            commit();
            known = store.findRepeated(identity);
            if (known == null) {
                return false;
            }
        }
        answerRepeat(known.journalSeq(), slot);
        return true;
    }

    private JournaledEvent journaled(IntakeSlot slot) {
        EventDraft draft = slot.draft();
        TopicState topic = newTopics.home(draft.topic());
        Together.settle(slot, topic.policy());
        boolean isLocal = !topic.policy().deliveryClass().isOnTheLedger();
        // What is written of class live is as local as any.
        DeliveryClass deliveryClass =
                isLocal ? DeliveryClass.LOCAL : topic.policy().deliveryClass();
        Hash salt = isLocal ? Hash.ZERO : salts.get();
        long receivedMs = clockMs.getAsLong();
        StoredEvent stored = new StoredEvent(
                lastJournalSeq + 1,
                new Lane(origins.self(), topic.audienceId()),
                false,
                draft.topic(),
                deliveryClass,
                draft.qos(),
                draft.retain(),
                receivedMs,
                salt,
                isLocal ? Hash.ZERO : Commitments.of(draft, deliveryClass, receivedMs, salt),
                draft.attributes(),
                draft.payload(),
                draft.publisher());
        return new JournaledEvent(stored, topic, slot);
    }

    private void refuse(IntakeSlot slot, Refusal refusal) {
        slot.left();
        if (refusal.code() == FailureCode.TOPIC_LIMIT) {
            metrics.refusedTopic.increment();
        }
        if (slot.wanted() != AckPolicy.ACCEPTED) {
            slot.sink().refused(slot.token(), refusal);
        }
    }

    private void commit() throws InterruptedException {
        if (group.isEmpty() && !newTopics.isAnswerDue()) {
            return;
        }
        try {
            guard.requireRoom(groupBytes);
            if (!group.isEmpty()) {
                store.add(storedGroup);
            }
            long before = System.nanoTime();
            store.commit();
            long now = System.nanoTime();
            metrics.sync.record(now - before, TimeUnit.NANOSECONDS);
            guard.wrote();
            acknowledge(now);
            if (!group.isEmpty()) {
                next.onDurable(List.copyOf(group));
            }
            for (Held held : holds) {
                next.onHeld(held.request(), held.events());
            }
        } catch (RefusedException e) {
            giveUp(e.refusal());
        } finally {
            recent.settled();
            marks.clear();
            group.clear();
            storedGroup.clear();
            newTopics.settled();
            holds.clear();
            groupBytes = 0;
        }
    }

    private void acknowledge(long nowNanos) {
        newTopics.stored();
        metrics.durable.increment(group.size());
        for (JournaledEvent event : group) {
            if (event.receivedNanos() != 0) {
                metrics.durableDuration.record(nowNanos - event.receivedNanos(), TimeUnit.NANOSECONDS);
            }
            if (event.wanted() == AckPolicy.DURABLE) {
                event.acknowledge(Acknowledgement.DURABLE);
            } else if (event.wanted() == AckPolicy.ORDERED) {
                event.durable();
            }
        }
    }

    /** Nothing of the group is stored: every publisher is told, and the numbers are free again. */
    private void giveUp(Refusal refusal) throws InterruptedException {
        store.rollback();
        boolean firstTime = guard.failed(refusal.detail());
        newTopics.giveUp(refusal);
        lastJournalSeq -= group.size();
        metrics.refusedStorage.increment(group.size());
        if (firstTime) {
            // Once per outage: a full disk must not be filled further by what is said about it.
            LOG.atError()
                    .addKeyValue("code", refusal.code().text())
                    .log("events are refused until this ends: {}", refusal.detail());
        }
        group.forEach(event -> {
            event.left();
            event.refuse(refusal);
        });
        for (Held held : holds) {
            next.onHeld(held.request(), null);
        }
    }
}
