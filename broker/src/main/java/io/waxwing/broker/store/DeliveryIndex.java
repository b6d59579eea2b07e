package io.waxwing.broker.store;

import io.waxwing.bus.event.EventId;
import io.waxwing.ledger.hash.Hash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * In which order this node delivered what, and where the events of the ledger's segments are. Written by dispatch, one
 * unsynced write per step: everything here can be made again from the journal and the ledger's leaves, and the column
 * {@link Column#META} says how far it got. Read from any thread.
 */
public final class DeliveryIndex {
    private static final byte[] CURSOR = Keys.ascii("dispatch");
    private static final int SEGMENT_PREFIX_BYTES = Integer.BYTES + Hash.LENGTH;

    private final Database database;
    private final WriteBatch batch = new WriteBatch();

    public DeliveryIndex(Database database) {
        this.database = database;
    }

    /**
     * How far dispatch got.
     *
     * @param treeSize leaves of the ledger that are in the index
     * @param journalSeq events delivered at once that are in the index
     * @param nextPosition the next delivery position
     */
    public record Cursor(long treeSize, long journalSeq, long nextPosition) {
        static final Cursor START = new Cursor(0, 0, 1);
    }

    public Cursor cursor() {
        byte[] value = database.get(Column.META, CURSOR);
        if (value == null) {
            return Cursor.START;
        }
        ByteBuffer in = ByteBuffer.wrap(value);
        return new Cursor(in.getLong(), in.getLong(), in.getLong());
    }

    public void addOrder(OrderBlock block) throws RocksDBException {
        batch.put(database.column(Column.ORDER), Keys.sequence(block.firstPosition()), block.encoded());
    }

    public void addSegment(int topicHash, Hash topicTag, SegmentRecord segment) throws RocksDBException {
        batch.put(
                database.column(Column.SEGMENTS),
                segmentKey(topicHash, topicTag, segment.topicSeqFirst()),
                segment.encode());
    }

    public void addFinal(long journalSeq, EventId eventId, long orderTimeMs) throws RocksDBException {
        byte[] value = ByteBuffer.allocate(Integer.BYTES + 3 * Long.BYTES)
                .putInt(eventId.topicHash())
                .putLong(eventId.topicSeq())
                .putLong(eventId.height())
                .putLong(orderTimeMs)
                .array();
        batch.put(database.column(Column.FINALS), Keys.sequence(journalSeq), value);
    }

    public void setRetained(String topic, long journalSeq) throws RocksDBException {
        batch.put(database.column(Column.RETAINED), TopicRecords.key(topic), Keys.sequence(journalSeq));
    }

    public void clearRetained(String topic) throws RocksDBException {
        batch.delete(database.column(Column.RETAINED), TopicRecords.key(topic));
    }

    /** Writes what was added, together with the new cursor. */
    public void commit(Cursor cursor) throws RocksDBException {
        byte[] value = ByteBuffer.allocate(3 * Long.BYTES)
                .putLong(cursor.treeSize())
                .putLong(cursor.journalSeq())
                .putLong(cursor.nextPosition())
                .array();
        batch.put(database.column(Column.META), CURSOR, value);
        database.rocks().write(database.unsynced(), batch);
        batch.clear();
    }

    /** Forgets what was added since the last commit. */
    public void rollback() {
        batch.clear();
    }

    /** Records which journal events a batch took, before the batch is bound to its number. */
    public void putBatch(long batchSeq, long lastJournalSeq) throws RocksDBException {
        database.rocks()
                .put(
                        database.column(Column.BATCHES),
                        database.unsynced(),
                        Keys.sequence(batchSeq),
                        Keys.sequence(lastJournalSeq));
    }

    /** The last journalSeq a batch took, or -1 if this batch was never recorded here. */
    public long lastJournalSeqOf(long batchSeq) {
        byte[] value = database.get(Column.BATCHES, Keys.sequence(batchSeq));
        return value == null ? -1 : Keys.sequence(value);
    }

    /** eventId and order time of an event that was recorded with {@link #addFinal}, or null. */
    public @Nullable Final findFinal(long journalSeq) {
        byte[] value = database.get(Column.FINALS, Keys.sequence(journalSeq));
        if (value == null) {
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
        try (RocksIterator iterator = database.rocks().newIterator(database.column(Column.ORDER))) {
            iterator.seekForPrev(Keys.sequence(position));
            if (iterator.isValid()) {
                OrderBlock block = OrderBlock.decode(Keys.sequence(iterator.key()), iterator.value());
                if (position < block.endPosition()) {
                    return block;
                }
                iterator.next();
            } else {
                iterator.seekToFirst();
            }
            OrderBlock next =
                    iterator.isValid() ? OrderBlock.decode(Keys.sequence(iterator.key()), iterator.value()) : null;
            iterator.status();
            return next;
        } catch (RocksDBException e) {
            throw Database.failure(e, "reading the delivery order");
        }
    }

    /**
     * The segments that hold an event with this topic hash and topicSeq: one, or one per topic that shares the hash.
     */
    public List<SegmentRecord> findSegments(int topicHash, long topicSeq) {
        List<SegmentRecord> found = new ArrayList<>(1);
        byte[] prefix = ByteBuffer.allocate(Integer.BYTES).putInt(topicHash).array();
        try (RocksIterator iterator = database.rocks().newIterator(database.column(Column.SEGMENTS))) {
            iterator.seek(prefix);
            while (iterator.isValid() && startsWith(iterator.key(), prefix)) {
                byte[] key = iterator.key();
                Hash tag = Hash.of(key, Integer.BYTES);
                iterator.seekForPrev(segmentKey(topicHash, tag, topicSeq));
                if (iterator.isValid()
                        && startsWith(iterator.key(), java.util.Arrays.copyOf(key, SEGMENT_PREFIX_BYTES))) {
                    SegmentRecord segment = decodeSegment(iterator);
                    if (segment.holds(topicSeq)) {
                        found.add(segment);
                    }
                }
                iterator.seek(segmentKey(topicHash, tag, Long.MAX_VALUE));
            }
            iterator.status();
            return found;
        } catch (RocksDBException e) {
            throw Database.failure(e, "reading segments");
        }
    }

    /** The last segment of a topic, or null. */
    public @Nullable SegmentRecord lastSegment(int topicHash, Hash topicTag) {
        try (RocksIterator iterator = database.rocks().newIterator(database.column(Column.SEGMENTS))) {
            iterator.seekForPrev(segmentKey(topicHash, topicTag, Long.MAX_VALUE));
            byte[] prefix = java.util.Arrays.copyOf(segmentKey(topicHash, topicTag, 0), SEGMENT_PREFIX_BYTES);
            SegmentRecord last =
                    iterator.isValid() && startsWith(iterator.key(), prefix) ? decodeSegment(iterator) : null;
            iterator.status();
            return last;
        } catch (RocksDBException e) {
            throw Database.failure(e, "reading segments");
        }
    }

    /** Calls {@code each} with every topic that has a retained value, and the value's journalSeq. */
    public void forEachRetained(ObjLongConsumer<String> each) {
        try (RocksIterator iterator = database.rocks().newIterator(database.column(Column.RETAINED))) {
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                each.accept(new String(iterator.key(), StandardCharsets.UTF_8), Keys.sequence(iterator.value()));
            }
            iterator.status();
        } catch (RocksDBException e) {
            throw Database.failure(e, "reading retained values");
        }
    }

    private static SegmentRecord decodeSegment(RocksIterator iterator) {
        long topicSeqFirst = ByteBuffer.wrap(iterator.key()).getLong(SEGMENT_PREFIX_BYTES);
        return SegmentRecord.decode(topicSeqFirst, iterator.value());
    }

    private static byte[] segmentKey(int topicHash, Hash topicTag, long topicSeqFirst) {
        return ByteBuffer.allocate(SEGMENT_PREFIX_BYTES + Long.BYTES)
                .putInt(topicHash)
                .put(topicTag.toBytes())
                .putLong(topicSeqFirst)
                .array();
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && java.util.Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }
}
