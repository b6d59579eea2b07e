package io.waxwing.node.store;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.LedgerStore.Point;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;

/**
 * The column of state records: {@code s} the newest, which begins with its height; {@code p} || u64 height the points
 * kept for others; {@code b} the height from which on all bodies are here.
 */
final class StateRows {
    private static final byte[] NEWEST = {'s'};
    private static final byte[] BODIES = {'b'};
    private static final byte POINT = 'p';

    private final RocksDB db;
    private final ColumnFamilyHandle column;

    StateRows(RocksDB db, ColumnFamilyHandle column) {
        this.db = db;
        this.column = column;
    }

    @Nullable ByteString newest() throws RocksDBException {
        byte[] state = db.get(column, NEWEST);
        return state == null ? null : ByteString.of(state);
    }

    /** -1 for none. */
    long height() throws RocksDBException {
        byte[] state = db.get(column, NEWEST);
        return state == null ? -1 : number(state, 0);
    }

    void put(long height, ByteString state, WriteBatch batch) throws RocksDBException {
        batch.put(column, NEWEST, state.toBytes());
        if (height > 0 && height % LedgerStore.POINT_BLOCKS == 0) {
            batch.put(column, point(height), state.toBytes());
            long old = height - LedgerStore.POINTS_KEPT * LedgerStore.POINT_BLOCKS;
            if (old >= 0) {
                batch.delete(column, point(old));
            }
        }
    }

    List<Point> points() throws RocksDBException {
        List<Point> points = new ArrayList<>();
        try (RocksIterator rows = db.newIterator(column)) {
            for (rows.seek(point(0)); rows.isValid() && rows.key()[0] == POINT; rows.next()) {
                points.add(new Point(number(rows.key(), 1), ByteString.of(rows.value())));
            }
            rows.status();
        }
        return points;
    }

    long bodiesFrom() throws RocksDBException {
        byte[] from = db.get(column, BODIES);
        return from == null ? 0 : number(from, 0);
    }

    void putBodiesFrom(long height, WriteBatch batch) throws RocksDBException {
        batch.put(column, BODIES, new ByteWriter(Long.BYTES).u63(height).toBytes());
    }

    private static byte[] point(long height) {
        return new ByteWriter(1 + Long.BYTES).u8(POINT).u63(height).toBytes();
    }

    private static long number(byte[] bytes, int at) {
        ByteReader in = new ByteReader(bytes, MalformedException.BLOCK);
        if (at > 0) {
            in.bytes(at);
        }
        return in.u63("height");
    }
}
