package io.waxwing.broker.store;

import io.waxwing.bus.event.EventId;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.hash.Hash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * In which order this node delivered what, and where the events of the ledger's segments are. Written by dispatch, one
 * unsynced write per step: everything here can be made again from the journal and the ledger's leaves, and the column
 * {@link Column#META} says how far it got. Read from any thread.
 */
public final class DeliveryIndex {
    private static final byte[] EXPIRED = Keys.ascii("expired-before");
    private static final byte[] CURSOR = Keys.ascii("dispatch");
    private static final int SEGMENT_PREFIX_BYTES = Integer.BYTES + Hash.LENGTH;

    private final ColumnStore store;
    private final ColumnStore.Writes writes = new ColumnStore.Writes();
    private final VoidBatches voids;
    private final Gaps gaps;
    private final ErasedRows erased;

    public DeliveryIndex(ColumnStore store) {
        this.store = store;
        this.voids = new VoidBatches(store);
        this.gaps = new Gaps(store);
        this.erased = new ErasedRows(store);
    }

    /** The batches whose events are void. */
    public VoidBatches voids() {
        return voids;
    }

    /** The events whose content is erased. */
    public ErasedRows erased() {
        return erased;
    }

    /** The batches in whose place somebody was given a gap. */
    public Gaps gaps() {
        return gaps;
    }

    /**
     * How far dispatch got.
     *
     * @param height of the last block that is in the index
     * @param journalSeq events delivered at once that are in the index
     * @param nextPosition the next delivery position
     */
    public record Cursor(long height, long journalSeq, long nextPosition) {
        static final Cursor START = new Cursor(0, 0, 1);
    }

    public Cursor cursor() {
        byte[] value = store.get(Column.META, CURSOR);
        if (value == null) {
            return Cursor.START;
        }
        ByteBuffer in = ByteBuffer.wrap(value);
        return new Cursor(in.getLong(), in.getLong(), in.getLong());
    }

    public void addOrder(OrderBlock block) {
        writes.put(Column.ORDER, Keys.sequence(block.firstPosition()), block.encoded());
    }

    public void addSegment(int topicHash, Hash topicTag, SegmentRecord segment) {
        writes.put(Column.SEGMENTS, segmentKey(topicHash, topicTag, segment.topicSeqFirst()), segment.encode());
    }

    public void addFinal(long journalSeq, EventId eventId, long orderTimeMs) {
        byte[] value = ByteBuffer.allocate(Integer.BYTES + 3 * Long.BYTES)
                .putInt(eventId.topicHash())
                .putLong(eventId.topicSeq())
                .putLong(eventId.height())
                .putLong(orderTimeMs)
                .array();
        writes.put(Column.FINALS, Keys.sequence(journalSeq), value);
    }

    /** An event that had no right to be where it was ordered. */
    public void addUngranted(long journalSeq) {
        voids.addUngranted(journalSeq, writes);
    }

    public void setRetained(String topic, long journalSeq) {
        writes.put(Column.RETAINED, TopicRecords.key(topic), Keys.sequence(journalSeq));
    }

    public void clearRetained(String topic) {
        writes.delete(Column.RETAINED, TopicRecords.key(topic));
    }

    /** True if the event is the retained value of its topic. */
    public boolean isRetained(String topic, long journalSeq) {
        byte[] value = store.get(Column.RETAINED, TopicRecords.key(topic));
        return value != null && Keys.sequence(value) == journalSeq;
    }

    /** Before this position no event has its content any more; 1 if that is not known. */
    long expiredBefore() {
        byte[] value = store.get(Column.META, EXPIRED);
        return value == null ? 1 : Keys.sequence(value);
    }

    void putExpiredBefore(long position) {
        ColumnStore.Writes row = new ColumnStore.Writes();
        row.put(Column.META, EXPIRED, Keys.sequence(position));
        store.write(row, false);
    }

    /** Writes what was added, together with the new cursor. */
    public void commit(Cursor cursor) {
        byte[] value = ByteBuffer.allocate(3 * Long.BYTES)
                .putLong(cursor.height())
                .putLong(cursor.journalSeq())
                .putLong(cursor.nextPosition())
                .array();
        writes.put(Column.META, CURSOR, value);
        store.write(writes, false);
        writes.clear();
    }

    /** Forgets what was added since the last commit. */
    public void rollback() {
        writes.clear();
    }

    /** Records which journal events a batch of this node took, before the batch is bound to its number. */
    public void putBatch(BatchRow batch) {
        ColumnStore.Writes row = new ColumnStore.Writes();
        row.put(Column.BATCHES, batch.key(), batch.encode());
        store.write(row, false);
    }

    /** Where the events of a batch are, or null if this node has none of that number. */
    public @Nullable BatchRow batch(Lane lane, long batchSeq) {
        byte[] value = store.get(Column.BATCHES, BatchRow.key(lane, batchSeq));
        return value == null ? null : BatchRow.decode(value);
    }

    /** The last batch up to that number whose events this node took from publishers, or null. */
    public @Nullable BatchRow lastOwnBatch(Lane lane, long upTo) {
        for (long batchSeq = upTo; batchSeq > 0; ) {
            ColumnStore.Entry entry = store.floor(Column.BATCHES, BatchRow.key(lane, batchSeq));
            if (entry == null) {
                return null;
            }
            BatchRow row = BatchRow.decode(entry.value());
            if (!row.header().lane().equals(lane)) {
                return null;
            }
            if (!row.held()) {
                return row;
            }
            batchSeq = row.header().batchSeq() - 1;
        }
        return null;
    }

    /** Up to this journalSeq no event of the lane waits for a batch; 0 if that is not known. */
    public long emptyUpTo(Lane lane) {
        byte[] value = store.get(Column.META, emptyKey(lane));
        return value == null ? 0 : Keys.sequence(value);
    }

    /** Remembers {@link #emptyUpTo}. */
    public void putEmptyUpTo(Lane lane, long journalSeq) {
        ColumnStore.Writes row = new ColumnStore.Writes();
        row.put(Column.META, emptyKey(lane), Keys.sequence(journalSeq));
        store.write(row, false);
    }

    private static byte[] emptyKey(Lane lane) {
        return Keys.ascii("lane-empty " + lane);
    }

    /** How far a group of shared subscriptions got, by its filter; null if that is not known. */
    public @Nullable GroupRow group(String filter) {
        byte[] value = store.get(Column.META, groupKey(filter));
        return value == null ? null : GroupRow.decode(value);
    }

    /** Remembers {@link #group}; null forgets it. */
    public void putGroup(String filter, @Nullable GroupRow group) {
        ColumnStore.Writes row = new ColumnStore.Writes();
        if (group == null) {
            row.delete(Column.META, groupKey(filter));
        } else {
            row.put(Column.META, groupKey(filter), group.encode());
        }
        store.write(row, false);
    }

    private static byte[] groupKey(String filter) {
        return ("group " + filter).getBytes(StandardCharsets.UTF_8);
    }

    /** eventId and order time of an event that was recorded with {@link #addFinal}, or null. */
    public @Nullable Final findFinal(long journalSeq) {
        byte[] value = store.get(Column.FINALS, Keys.sequence(journalSeq));
        if (value == null || VoidBatches.isMark(value)) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(value);
        return new Final(new EventId(in.getInt(), in.getLong(), in.getLong()), in.getLong());
    }

    /**
     * A final event.
     *
     * @param eventId its name
     * @param orderTimeMs Unix milliseconds
     */
    public record Final(EventId eventId, long orderTimeMs) {}

    /** The order block that holds a position, else the first one after it, else null. */
    public @Nullable OrderBlock orderBlockAt(long position) {
        byte[] key = Keys.sequence(position);
        ColumnStore.Entry entry = store.floor(Column.ORDER, key);
        if (entry != null) {
            OrderBlock block = OrderBlock.decode(Keys.sequence(entry.key()), entry.value());
            if (position < block.endPosition()) {
                return block;
            }
        }
        ColumnStore.Entry next = store.ceiling(Column.ORDER, key);
        return next == null ? null : OrderBlock.decode(Keys.sequence(next.key()), next.value());
    }

    /**
     * The segments that hold an event with this topic hash and topicSeq: one, or one per topic that shares the hash.
     */
    public List<SegmentRecord> findSegments(int topicHash, long topicSeq) {
        List<SegmentRecord> found = new ArrayList<>(1);
        byte[] prefix = ByteBuffer.allocate(Integer.BYTES).putInt(topicHash).array();
        ColumnStore.@Nullable Entry first = store.ceiling(Column.SEGMENTS, prefix);
        while (first != null && startsWith(first.key(), prefix)) {
            Hash tag = Hash.of(first.key(), Integer.BYTES);
            SegmentRecord segment = floorSegment(topicHash, tag, topicSeq);
            if (segment != null && segment.holds(topicSeq)) {
                found.add(segment);
            }
            first = store.ceiling(Column.SEGMENTS, Columns.after(segmentKey(topicHash, tag, Long.MAX_VALUE)));
        }
        return found;
    }

    /** The last segment of a topic, or null. */
    public @Nullable SegmentRecord lastSegment(int topicHash, Hash topicTag) {
        return floorSegment(topicHash, topicTag, Long.MAX_VALUE);
    }

    private @Nullable SegmentRecord floorSegment(int topicHash, Hash topicTag, long topicSeq) {
        byte[] key = segmentKey(topicHash, topicTag, topicSeq);
        ColumnStore.Entry entry = store.floor(Column.SEGMENTS, key);
        return entry == null || !startsWith(entry.key(), Arrays.copyOf(key, SEGMENT_PREFIX_BYTES))
                ? null
                : decodeSegment(entry);
    }

    /** Calls {@code each} with every topic that has a retained value, and the value's journalSeq. */
    public void forEachRetained(ObjLongConsumer<String> each) {
        Columns.forEach(
                store,
                Column.RETAINED,
                entry -> each.accept(new String(entry.key(), StandardCharsets.UTF_8), Keys.sequence(entry.value())));
    }

    private static SegmentRecord decodeSegment(ColumnStore.Entry entry) {
        long topicSeqFirst = ByteBuffer.wrap(entry.key()).getLong(SEGMENT_PREFIX_BYTES);
        return SegmentRecord.decode(topicSeqFirst, entry.value());
    }

    private static byte[] segmentKey(int topicHash, Hash topicTag, long topicSeqFirst) {
        return ByteBuffer.allocate(SEGMENT_PREFIX_BYTES + Long.BYTES)
                .putInt(topicHash)
                .put(topicTag.toBytes())
                .putLong(topicSeqFirst)
                .array();
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}
