package io.waxwing.broker.store;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Walks over a whole column. */
public final class Columns {
    private Columns() {}

    /** Calls {@code each} with every entry in the order of keys. */
    public static void forEach(ColumnStore store, Column column, Consumer<ColumnStore.Entry> each) {
        ColumnStore.@Nullable Entry entry = store.ceiling(column, new byte[0]);
        while (entry != null) {
            each.accept(entry);
            entry = store.ceiling(column, after(entry.key()));
        }
    }

    /** The smallest key above this one. */
    static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }
}
