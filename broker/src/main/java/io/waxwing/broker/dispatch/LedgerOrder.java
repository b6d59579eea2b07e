package io.waxwing.broker.dispatch;

import io.waxwing.broker.grant.RightsGate;
import io.waxwing.broker.intake.JournaledEvent;
import io.waxwing.broker.intake.StoredBatches;
import io.waxwing.broker.intake.TopicState;
import io.waxwing.broker.store.BatchRow;
import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.bus.delivery.Gap;
import io.waxwing.bus.event.Event;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.execute.Applied.AppliedBatch;
import io.waxwing.ledger.execute.Applied.AppliedSegment;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads what is ordered in the ledger's own order, past payloads that are not here: gaps stand in their place. Reads
 * the disk; any thread, but never event loops or the core thread.
 */
final class LedgerOrder {
    /** Blocks that one read looks at, so that a filter that matches little does not hold a thread. */
    static final int MAX_BLOCKS = 64;

    private final DeliveryIndex index;
    private final StoredBatches stored;
    private final Function<Hash, @Nullable TopicState> byTag;
    private final LongPredicate audiences;
    private final IntFunction<String> institutions;
    private final RightsGate rights;
    private volatile LongFunction<Applied> appliedAt = height -> {
        throw new IllegalStateException("block " + height + " cannot be read yet");
    };

    /**
     * A reader.
     *
     * @param byTag knows the topics that have been seen here
     * @param audiences says which ones this node is in
     */
    LedgerOrder(
            DeliveryIndex index, GapRules rules, Function<Hash, @Nullable TopicState> byTag, LongPredicate audiences) {
        this.index = index;
        this.stored = rules.batches();
        this.institutions = rules.institutions();
        this.rights = rules.rights();
        this.byTag = byTag;
        this.audiences = audiences;
    }

    /** From now on blocks are read by that. */
    void blocks(LongFunction<Applied> reader) {
        appliedAt = reader;
    }

    /** Throws {@link RefusedException} WXW-2104 if it cannot be read. */
    Applied block(long height) {
        try {
            return appliedAt.apply(height);
        } catch (LedgerFailure e) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, e.code() + " " + e.text());
        }
    }

    /**
     * One event, or the gap where events are missing.
     *
     * @param at its place, or that of the last missing one
     * @param batchLeafIndex of its batch
     */
    record Item(
            LedgerPlace at,
            long batchLeafIndex,
            @Nullable Event event,
            @Nullable Gap gap) {}

    /**
     * What one read found.
     *
     * @param end as far as it looked
     * @param stopped it ended at payloads that are missing, for which it is too early to give a gap
     */
    record Chunk(List<Item> items, LedgerPlace end, boolean stopped) {}

    /**
     * How far to read.
     *
     * @param height of the last block
     * @param gapHeight of the last block whose missing payloads are not waited for
     * @param limit items
     */
    record Until(long height, long gapHeight, int limit) {
        /** The last block that one read looks at. */
        long lastOf(LedgerPlace from) {
            return Math.min(height, from.height() + MAX_BLOCKS - 1);
        }
    }

    /**
     * Reads behind a place.
     *
     * @param wanted which topics; asked with null for one whose name is not known here
     */
    Chunk read(LedgerPlace from, Until until, Predicate<@Nullable String> wanted) {
        List<Item> items = new ArrayList<>();
        LedgerPlace at = from;
        for (long height = from.height(); height <= until.lastOf(from); height++) {
            Applied applied = block(height);
            for (AppliedBatch batch : applied.batches()) {
                if (!isOrderedHere(batch)) {
                    continue;
                }
                List<List<JournaledEvent>> contents = contents(batch);
                if (contents == null && height > until.gapHeight()) {
                    return new Chunk(items, at, true);
                }
                for (Item item : items(applied, batch, contents, false)) {
                    if (item.at().compareTo(from) > 0) {
                        at = item.at();
                        if (wanted.test(topicOf(item))) {
                            items.add(item);
                        }
                        if (items.size() == until.limit()) {
                            return new Chunk(items, at, false);
                        }
                    }
                }
            }
            at = LedgerPlace.beginOf(height + 1);
        }
        return new Chunk(items, at, false);
    }

    /** A batch that was a gap: its events, or the gaps that say that they are void; nothing if it still is one. */
    List<Item> late(long height, long batchLeafIndex, Predicate<@Nullable String> wanted) {
        Applied applied = block(height);
        for (AppliedBatch batch : applied.batches()) {
            if (batch.batchLeafIndex() == batchLeafIndex) {
                boolean isVoid = index.voids().contains(batchLeafIndex);
                List<List<JournaledEvent>> contents = isVoid ? null : contents(batch);
                return contents == null && !isVoid
                        ? List.of()
                        : items(applied, batch, contents, isVoid).stream()
                                .filter(item -> wanted.test(topicOf(item)))
                                .toList();
            }
        }
        return List.of();
    }

    /** The place of an event of that block by its name; null if it is not there. */
    PastGaps.@Nullable Found place(Applied applied, EventId eventId) {
        for (AppliedBatch batch : applied.batches()) {
            for (AppliedSegment segment : batch.segments()) {
                TopicState topic = byTag.apply(segment.leaf().topicTag());
                long offset = eventId.topicSeq() - segment.leaf().topicSeqFirst();
                boolean here =
                        offset >= 0 && offset < segment.leaf().originPart().count();
                if (here && topic != null && topic.topicHash() == eventId.topicHash()) {
                    LedgerPlace at = new LedgerPlace(applied.height(), segment.leafIndex(), (int) offset);
                    return new PastGaps.Found(at, batch.batchLeafIndex());
                }
            }
        }
        return null;
    }

    /** The last place of a SEGMENT leaf of that block; null if it is none. */
    static PastGaps.@Nullable Found place(Applied applied, long leafIndex) {
        for (AppliedBatch batch : applied.batches()) {
            for (AppliedSegment segment : batch.segments()) {
                if (segment.leafIndex() == leafIndex) {
                    int count = segment.leaf().originPart().count();
                    LedgerPlace at = new LedgerPlace(applied.height(), leafIndex, count - 1);
                    return new PastGaps.Found(at, batch.batchLeafIndex());
                }
            }
        }
        return null;
    }

    private static @Nullable String topicOf(Item item) {
        Event event = item.event();
        if (event != null) {
            return event.topic();
        }
        Gap gap = item.gap();
        return gap == null ? null : gap.topic();
    }

    private boolean isOrderedHere(AppliedBatch batch) {
        return audiences.test(batch.reference().lane().audienceId())
                && !index.voids().contains(batch.batchLeafIndex());
    }

    private @Nullable List<List<JournaledEvent>> contents(AppliedBatch batch) {
        BatchReference reference = batch.reference();
        BatchRow row = index.batch(reference.lane(), reference.batchSeq());
        return row == null || !row.header().batchId().equals(reference.batchId())
                ? null
                : stored.read(row).segments();
    }

    private List<Item> items(
            Applied applied, AppliedBatch batch, @Nullable List<List<JournaledEvent>> contents, boolean isVoid) {
        List<Item> items = new ArrayList<>();
        for (int i = 0; i < batch.segments().size(); i++) {
            AppliedSegment segment = batch.segments().get(i);
            if (contents == null) {
                addGap(applied, batch, segment, isVoid, items);
            } else {
                addEvents(applied, batch, segment, contents.get(i), items);
            }
        }
        return items;
    }

    private void addEvents(
            Applied applied,
            AppliedBatch batch,
            AppliedSegment segment,
            List<JournaledEvent> contents,
            List<Item> items) {
        for (int i = 0; i < contents.size(); i++) {
            JournaledEvent journaled = contents.get(i);
            // The gate first: what it has forgotten is delivered, and marked.
            boolean shown = journaled.stored().deliveryClass() == DeliveryClass.ORDERED
                    && !journaled.stored().expired()
                    && stands(batch, segment, journaled)
                    && !index.voids().isUngranted(journaled.journalSeq());
            if (shown) {
                long topicSeq = segment.leaf().topicSeqFirst() + i;
                EventId eventId = new EventId(journaled.topic().topicHash(), topicSeq, applied.height());
                Event event = History.event(journaled.stored(), eventId, applied.orderTimeMs(), 0);
                LedgerPlace at = new LedgerPlace(applied.height(), segment.leafIndex(), i);
                items.add(new Item(at, batch.batchLeafIndex(), event, null));
            }
        }
    }

    private boolean stands(AppliedBatch batch, AppliedSegment segment, JournaledEvent event) {
        return rights.stands(
                batch.reference().lane().audienceId(),
                segment.leaf().originPart().originId(),
                event.topic().name(),
                segment.leafIndex());
    }

    private void addGap(Applied applied, AppliedBatch batch, AppliedSegment segment, boolean isVoid, List<Item> items) {
        TopicState topic = byTag.apply(segment.leaf().topicTag());
        if (topic != null && topic.policy().deliveryClass() != DeliveryClass.ORDERED) {
            return; // Delivered whenever it comes; nobody waits for it.
        }
        BatchReference reference = batch.reference();
        List<String> signers = new ArrayList<>();
        for (int originId = 0; originId < Long.SIZE; originId++) {
            if (reference.certificate().isHolder(originId)) {
                signers.add(institutions.apply(originId));
            }
        }
        int count = segment.leaf().originPart().count();
        Gap gap = new Gap(
                topic == null ? null : topic.name(),
                segment.leaf().topicTag().hex(),
                new Gap.Place(
                        applied.height(),
                        applied.orderTimeMs(),
                        segment.leafIndex(),
                        segment.leaf().topicSeqFirst(),
                        count),
                segment.leaf().originPart().eventsRoot().hex(),
                institutions.apply(reference.lane().originId()),
                signers,
                isVoid);
        LedgerPlace at = new LedgerPlace(applied.height(), segment.leafIndex(), count - 1);
        items.add(new Item(at, batch.batchLeafIndex(), null, gap));
    }
}
