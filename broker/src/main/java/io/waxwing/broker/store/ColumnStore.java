package io.waxwing.broker.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sorted columns of bytes with atomic writes across columns: what the broker needs of a store, and no more. Implemented
 * by {@link Database} on RocksDB and by the simulator in memory. Failures are thrown as
 * {@link io.waxwing.bus.failure.RefusedException} WXW-2101 (storage) or WXW-2104 (damage).
 */
public interface ColumnStore {
    /** The value under exactly this key, or null. */
    byte @Nullable [] get(Column column, byte[] key);

    /** The entry with the greatest key not above this one, or null. */
    @Nullable Entry floor(Column column, byte[] key);

    /** The entry with the smallest key not below this one, or null. */
    @Nullable Entry ceiling(Column column, byte[] key);

    /** The entry with the greatest key, or null. */
    @Nullable Entry last(Column column);

    /**
     * Writes all or nothing.
     *
     * @param synced true: it is on the disk when this returns. False: it survives the end of the process but not that
     *     of the machine, and a later synced write covers it
     */
    void write(Writes writes, boolean synced);

    /** One key and its value. */
    @SuppressWarnings("ArrayRecordComponent") // A pair on its way out of a read, never compared.
    record Entry(byte[] key, byte[] value) {}

    /** What is to be written together. One thread; can be used again after {@link #clear}. */
    final class Writes {
        private final List<Put> puts = new ArrayList<>();

        /** Later puts of the same key win. */
        public void put(Column column, byte[] key, byte[] value) {
            puts.add(new Put(column, key, value));
        }

        public void delete(Column column, byte[] key) {
            puts.add(new Put(column, key, null));
        }

        public void clear() {
            puts.clear();
        }

        /** In the order in which they were added. */
        public List<Put> puts() {
            return puts;
        }
    }

    /** One change; a null value deletes. */
    @SuppressWarnings("ArrayRecordComponent") // Written once, never compared.
    record Put(Column column, byte[] key, byte @Nullable [] value) {}
}
