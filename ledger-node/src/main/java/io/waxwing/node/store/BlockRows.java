package io.waxwing.node.store;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.spi.LedgerStore.Body;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * The columns of blocks: bodies by u63 height || 32 id, what is known of a height by u63 height ({@link HeightRow}),
 * heights by 32 id.
 */
final class BlockRows {
    private final RocksDB db;
    private final ColumnFamilyHandle bodies;
    private final ColumnFamilyHandle heights;
    private final ColumnFamilyHandle ids;

    BlockRows(RocksDB db, ColumnFamilyHandle bodies, ColumnFamilyHandle heights, ColumnFamilyHandle ids) {
        this.db = db;
        this.bodies = bodies;
        this.heights = heights;
        this.ids = ids;
    }

    void putBody(Body body, WriteBatch batch) throws RocksDBException {
        batch.put(bodies, key(body.height(), body.blockId()), body.block().toBytes());
    }

    void putRow(long height, HeightRow row, WriteBatch batch) throws RocksDBException {
        batch.put(heights, key(height), row.encode());
        if (row.isOfBlock()) {
            batch.put(ids, row.blockId().toBytes(), key(height));
        }
    }

    @Nullable HeightRow row(long height) throws RocksDBException {
        return HeightRow.decode(db.get(heights, key(height)));
    }

    byte @Nullable [] body(long height) throws RocksDBException {
        HeightRow row = row(height);
        return row == null ? null : db.get(bodies, key(height, row.blockId()));
    }

    byte @Nullable [] body(Hash blockId) throws RocksDBException {
        byte[] height = db.get(ids, blockId.toBytes());
        return height == null ? null : db.get(bodies, key(number(height), blockId));
    }

    List<byte[]> bodiesAbove(long height) throws RocksDBException {
        List<byte[]> found = new ArrayList<>();
        try (RocksIterator rows = db.newIterator(bodies)) {
            for (rows.seek(key(height + 1)); rows.isValid(); rows.next()) {
                found.add(rows.value());
            }
            rows.status();
        }
        return found;
    }

    /** The bodies of that height but this one. */
    void forgetOthers(long height, Hash blockId, WriteBatch batch) throws RocksDBException {
        try (RocksIterator rows = db.newIterator(bodies)) {
            byte[] applied = key(height, blockId);
            for (rows.seek(key(height)); rows.isValid() && number(rows.key()) == height; rows.next()) {
                if (!Arrays.equals(rows.key(), applied)) {
                    batch.delete(bodies, rows.key());
                }
            }
            rows.status();
        }
    }

    void forget(List<Long> of, WriteBatch batch) throws RocksDBException {
        for (long height : of) {
            HeightRow row = row(height);
            if (row != null && row.isOfBlock()) {
                batch.delete(bodies, key(height, row.blockId()));
            }
        }
    }

    private static byte[] key(long height) {
        return new ByteWriter(Long.BYTES).u63(height).toBytes();
    }

    private static byte[] key(long height, Hash blockId) {
        return new ByteWriter(Long.BYTES + Hash.LENGTH)
                .u63(height)
                .hash(blockId)
                .toBytes();
    }

    private static long number(byte[] key) {
        return new ByteReader(key, MalformedException.BLOCK).u63("a key");
    }
}
