package io.waxwing.node.store;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteOptions;

/** The column of published checkpoints: u63 tree size to 32 root, then the note. */
final class CheckpointRows {
    private final RocksDB db;
    private final ColumnFamilyHandle column;

    CheckpointRows(RocksDB db, ColumnFamilyHandle column) {
        this.db = db;
        this.column = column;
    }

    void put(PublishedCheckpoint checkpoint, WriteOptions options) throws RocksDBException {
        byte[] value = new ByteWriter(512)
                .hash(checkpoint.root())
                .string(checkpoint.note())
                .toBytes();
        db.put(column, options, key(checkpoint.treeSize()), value);
    }

    @Nullable PublishedCheckpoint at(long treeSize) throws RocksDBException {
        byte[] value = db.get(column, key(treeSize));
        return value == null ? null : checkpoint(treeSize, value);
    }

    /** The smallest of at least that size. */
    @Nullable PublishedCheckpoint covering(long treeSize) throws RocksDBException {
        try (RocksIterator rows = db.newIterator(column)) {
            rows.seek(key(treeSize));
            return current(rows);
        }
    }

    @Nullable PublishedCheckpoint latest() throws RocksDBException {
        try (RocksIterator rows = db.newIterator(column)) {
            rows.seekToLast();
            return current(rows);
        }
    }

    private static @Nullable PublishedCheckpoint current(RocksIterator rows) throws RocksDBException {
        rows.status();
        return rows.isValid()
                ? checkpoint(new ByteReader(rows.key(), MalformedException.BLOCK).u63("a key"), rows.value())
                : null;
    }

    private static PublishedCheckpoint checkpoint(long treeSize, byte[] value) {
        return new PublishedCheckpoint(treeSize, Hash.of(value, 0), ByteString.of(value, Hash.LENGTH, value.length));
    }

    private static byte[] key(long treeSize) {
        return new ByteWriter(Long.BYTES).u63(treeSize).toBytes();
    }
}
