package io.waxwing.broker.sim;

import io.waxwing.broker.store.Column;
import io.waxwing.broker.store.ColumnStore;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Columns in memory that forget as a machine does: writes are kept in one log, as RocksDB does; a loss of power keeps
 * what was synced and any number of the writes behind it, in order. A full disk refuses writes.
 */
public final class MemoryColumns implements ColumnStore {
    private final EnumMap<Column, NavigableMap<byte[], byte[]>> columns = new EnumMap<>(Column.class);
    private final List<List<Put>> unsynced = new ArrayList<>();
    private final EnumMap<Column, NavigableMap<byte[], byte[]>> durable = new EnumMap<>(Column.class);
    private boolean full;
    private long endAtWrite = -1;
    private boolean endAfterEffect;
    private long written;

    public MemoryColumns() {
        for (Column column : Column.values()) {
            columns.put(column, new TreeMap<>(Arrays::compareUnsigned));
            durable.put(column, new TreeMap<>(Arrays::compareUnsigned));
        }
    }

    private NavigableMap<byte[], byte[]> column(Column column) {
        return Objects.requireNonNull(columns.get(column));
    }

    @Override
    public byte @Nullable [] get(Column column, byte[] key) {
        return column(column).get(key);
    }

    @Override
    public @Nullable Entry floor(Column column, byte[] key) {
        return entry(column(column).floorEntry(key));
    }

    @Override
    public @Nullable Entry ceiling(Column column, byte[] key) {
        return entry(column(column).ceilingEntry(key));
    }

    @Override
    public @Nullable Entry last(Column column) {
        return entry(column(column).lastEntry());
    }

    private static @Nullable Entry entry(Map.@Nullable Entry<byte[], byte[]> found) {
        return found == null ? null : new Entry(found.getKey(), found.getValue());
    }

    @Override
    public void write(Writes writes, boolean synced) {
        if (full) {
            throw new RefusedException(FailureCode.STORAGE, "no space left on device");
        }
        boolean ends = written++ == endAtWrite;
        if (ends && !endAfterEffect) {
            throw new PowerCut("before a write");
        }
        List<Put> puts = List.copyOf(writes.puts());
        apply(columns, puts);
        unsynced.add(puts);
        if (synced) {
            sync();
        }
        if (ends) {
            throw new PowerCut("after a write");
        }
    }

    /** The process ends at that write (0 is the next one), before or after its effect. */
    public void endAt(long write, boolean afterEffect) {
        endAtWrite = written + write;
        endAfterEffect = afterEffect;
    }

    /** What was written so far is on the disk; the ledger's forced writes go through the same log. */
    public void sync() {
        unsynced.forEach(puts -> apply(durable, puts));
        unsynced.clear();
    }

    /** The power fails: some of the unsynced writes, the first ones, may have made it. */
    public void losePower(SplittableRandom random) {
        int kept = unsynced.isEmpty() ? 0 : random.nextInt(unsynced.size() + 1);
        for (int i = 0; i < kept; i++) {
            apply(durable, unsynced.get(i));
        }
        unsynced.clear();
        columns.forEach((column, entries) -> {
            entries.clear();
            entries.putAll(Objects.requireNonNull(durable.get(column)));
        });
    }

    public void full(boolean isFull) {
        full = isFull;
    }

    /** Alters one stored value. */
    public void flip(Column column, byte[] key, int at) {
        byte[] value = Objects.requireNonNull(column(column).get(key)).clone();
        value[at] ^= 1;
        column(column).put(key, value);
    }

    private static void apply(Map<Column, NavigableMap<byte[], byte[]>> to, List<Put> puts) {
        for (Put put : puts) {
            NavigableMap<byte[], byte[]> entries = Objects.requireNonNull(to.get(put.column()));
            if (put.value() == null) {
                entries.remove(put.key());
            } else {
                entries.put(put.key(), put.value());
            }
        }
    }
}
