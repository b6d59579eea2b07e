package io.waxwing.node.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.DBOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;

/** A database with the ledger's columns, as the broker opens it; and a hand that flips bits in it. */
public final class TestDatabase implements AutoCloseable {
    private final RocksDB db;
    private final DBOptions options = new DBOptions().setCreateIfMissing(true).setCreateMissingColumnFamilies(true);
    private final Map<String, ColumnFamilyHandle> columns = new HashMap<>();
    public final RocksLedgerStore store;
    /** What the disk says it has left. */
    public long freeBytes = Long.MAX_VALUE;

    public TestDatabase(Path folder) throws RocksDBException {
        List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
        descriptors.add(new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, new ColumnFamilyOptions()));
        for (String name : RocksLedgerStore.columnNames()) {
            descriptors.add(
                    new ColumnFamilyDescriptor(name.getBytes(StandardCharsets.UTF_8), new ColumnFamilyOptions()));
        }
        List<ColumnFamilyHandle> handles = new ArrayList<>();
        db = RocksDB.open(options, folder.toString(), descriptors, handles);
        for (int i = 0; i < handles.size(); i++) {
            columns.put(new String(descriptors.get(i).getName(), StandardCharsets.UTF_8), handles.get(i));
        }
        store = new RocksLedgerStore(db, columns, new FreeSpace(() -> freeBytes, FreeSpace.RESERVE_BYTES));
    }

    /** Flips one bit of the n-th row's value of a column. */
    public void flip(String column, int row, int byteAt) throws RocksDBException {
        ColumnFamilyHandle handle = Objects.requireNonNull(columns.get(column));
        try (RocksIterator rows = db.newIterator(handle)) {
            rows.seekToFirst();
            for (int i = 0; i < row; i++) {
                rows.next();
            }
            byte[] value = rows.value();
            value[byteAt] ^= 1;
            db.put(handle, rows.key(), value);
        }
    }

    /** Deletes all rows of a column. */
    public void clear(String column) throws RocksDBException {
        ColumnFamilyHandle handle = Objects.requireNonNull(columns.get(column));
        try (RocksIterator rows = db.newIterator(handle)) {
            for (rows.seekToFirst(); rows.isValid(); rows.next()) {
                db.delete(handle, rows.key());
            }
        }
    }

    /** Deletes the n-th row of a column. */
    public void delete(String column, int row) throws RocksDBException {
        ColumnFamilyHandle handle = Objects.requireNonNull(columns.get(column));
        try (RocksIterator rows = db.newIterator(handle)) {
            rows.seekToFirst();
            for (int i = 0; i < row; i++) {
                rows.next();
            }
            db.delete(handle, rows.key());
        }
    }

    @Override
    public void close() {
        store.close();
        columns.values().forEach(ColumnFamilyHandle::close);
        db.close();
        options.close();
    }
}
