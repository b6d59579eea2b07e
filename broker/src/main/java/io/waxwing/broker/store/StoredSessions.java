package io.waxwing.broker.store;

import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.SessionStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Sessions in {@link Column#SESSIONS}, or what is like them in another column. Whatever has gathered is written as one
 * group with at most one force, then all who wait are told: the disk's own pace makes the groups. {@link #writeGroup}
 * belongs to one thread; everything else may be called from any.
 *
 * <p>All columns share one write-ahead log and a position is in the order's column before a session hears of it, so a
 * session's rows never refer to a position that a loss of power took.
 */
public final class StoredSessions implements SessionStore {
    /** Changes in one group, so that one force never holds up those who wait for long. */
    static final int MAX_GROUP_CHANGES = 4096;

    private final ColumnStore store;
    private final Column column;
    private final Runnable wake;
    private final Queue<Asked> asked = new ConcurrentLinkedQueue<>();

    /** {@code wake} makes the owning thread call {@link #writeGroup}. */
    public StoredSessions(ColumnStore store, Column column, Runnable wake) {
        this.store = store;
        this.column = column;
        this.wake = wake;
    }

    private record Asked(Change change, Done done) {}

    @Override
    public void write(Change change, Done done) {
        asked.add(new Asked(change, done));
        wake.run();
    }

    @Override
    public void forEach(EachRow each) {
        Columns.forEach(store, column, entry -> {
            List<String> names = SessionRows.names(entry.key());
            each.row(names.get(0), names.get(1), entry.value());
        });
    }

    /** Writes what has gathered; returns how many changes that were. */
    public int writeGroup() {
        List<Asked> group = new ArrayList<>();
        ColumnStore.Writes writes = new ColumnStore.Writes();
        boolean synced = false;
        Asked next = asked.poll();
        while (next != null) {
            group.add(next);
            add(next.change(), writes);
            synced |= next.change().synced();
            next = group.size() == MAX_GROUP_CHANGES ? null : asked.poll();
        }
        if (group.isEmpty()) {
            return 0;
        }
        Refusal refusal = null;
        try {
            store.write(writes, synced);
        } catch (RefusedException e) {
            refusal = e.refusal();
        }
        for (Asked one : group) {
            tell(one.done(), refusal);
        }
        return group.size();
    }

    private static void tell(Done done, @Nullable Refusal refusal) {
        if (refusal == null) {
            done.written();
        } else {
            done.failed(refusal);
        }
    }

    private void add(Change change, ColumnStore.Writes writes) {
        if (change.discarded()) {
            discard(change.session(), writes);
        }
        for (Row row : change.rows()) {
            byte[] key = SessionRows.key(change.session(), row.name());
            byte[] value = row.value();
            if (value == null) {
                writes.delete(column, key);
            } else {
                writes.put(column, key, value);
            }
        }
    }

    /** Rows that are stored, and those of the group under way. */
    private void discard(String session, ColumnStore.Writes writes) {
        for (ColumnStore.Put put : List.copyOf(writes.puts())) {
            if (put.value() != null && SessionRows.isOf(session, put.key())) {
                writes.delete(column, put.key());
            }
        }
        ColumnStore.@Nullable Entry entry = store.ceiling(column, SessionRows.key(session, ""));
        while (entry != null && SessionRows.isOf(session, entry.key())) {
            writes.delete(column, entry.key());
            entry = store.ceiling(column, Columns.after(entry.key()));
        }
    }

    /** Nothing waits to be written. */
    public boolean isEmpty() {
        return asked.isEmpty();
    }
}
