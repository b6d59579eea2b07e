package io.waxwing.node.store;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.LeafType;
import io.waxwing.ledger.leaf.SegmentLeaf;
import java.util.Arrays;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * Where the SEGMENT leaves of each topic are: key 32 tag || u64 last topicSeq of the segment, value u64 leaf index. A
 * folder from before there was this column gets it filled from the leaves, once; the row {@code v} says that it is.
 */
final class SegmentIndex {
    private static final byte[] FILLED = {'v'};
    private static final int FILLED_AT_ONCE = 4096;

    private final RocksDB db;
    private final ColumnFamilyHandle column;

    SegmentIndex(RocksDB db, ColumnFamilyHandle column) {
        this.db = db;
        this.column = column;
    }

    /** Fills the column from the leaves unless it is. Keys of {@code leaves} are u64 leaf indices. */
    void fill(ColumnFamilyHandle leaves, WriteOptions forced) throws RocksDBException {
        if (db.get(column, FILLED) != null) {
            return;
        }
        try (WriteBatch batch = new WriteBatch();
                RocksIterator rows = db.newIterator(leaves)) {
            for (rows.seekToFirst(); rows.isValid(); rows.next()) {
                add(ByteString.of(rows.value()), number(rows.key()), batch);
                if (batch.count() >= FILLED_AT_ONCE) {
                    db.write(forced, batch);
                    batch.clear();
                }
            }
            rows.status();
            batch.put(column, FILLED, FILLED);
            db.write(forced, batch);
        }
    }

    /** Adds the leaf if it is a SEGMENT. */
    void add(ByteString leaf, long leafIndex, WriteBatch batch) throws RocksDBException {
        byte[] bytes = leaf.toBytes();
        if ((bytes[1] & 0xff) == LeafType.SEGMENT.code()) {
            SegmentLeaf segment = LeafCodec.decodeSegment(bytes);
            batch.put(column, key(segment.topicTag(), segment.topicSeqLast()), value(leafIndex));
        }
    }

    /** The first segment of the topic that does not end before that event, or -1. */
    long find(Hash topicTag, long topicSeq) throws RocksDBException {
        try (RocksIterator rows = db.newIterator(column)) {
            rows.seek(key(topicTag, topicSeq));
            rows.status();
            boolean found = rows.isValid()
                    && rows.key().length == Hash.LENGTH + Long.BYTES
                    && Arrays.equals(rows.key(), 0, Hash.LENGTH, topicTag.toBytes(), 0, Hash.LENGTH);
            return found ? number(rows.value()) : -1;
        }
    }

    private static byte[] key(Hash topicTag, long topicSeq) {
        return new ByteWriter(Hash.LENGTH + Long.BYTES)
                .hash(topicTag)
                .u63(topicSeq)
                .toBytes();
    }

    private static byte[] value(long leafIndex) {
        return new ByteWriter(Long.BYTES).u63(leafIndex).toBytes();
    }

    private static long number(byte[] bytes) {
        return new ByteReader(bytes, MalformedException.BLOCK).u63("a leaf index");
    }
}
