package io.waxwing.broker.store;

import io.waxwing.broker.store.ErasedRow.Place;
import io.waxwing.broker.store.ErasedRow.Progress;
import io.waxwing.ledger.dispute.ErasedEvents;
import io.waxwing.ledger.leaf.EraseLeaf;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The events whose content the ledger has erased, or is asked to. Those that are not done are in memory too. Any thread
 * may read; the core thread adds, the keeper says how far it is.
 */
public final class ErasedRows {
    private final ColumnStore store;
    private final Map<Progress, NavigableMap<Place, ErasedRow>> open = new EnumMap<>(Progress.class);
    // What is in memory of a batch may be older than these.
    private final Set<Place> gone = ConcurrentHashMap.newKeySet();

    ErasedRows(ColumnStore store) {
        this.store = store;
        for (Progress progress : Progress.values()) {
            open.put(progress, new ConcurrentSkipListMap<>());
        }
        Columns.forEach(store, Column.ERASED, entry -> {
            ErasedRow row = ErasedRow.decode(entry.key(), entry.value());
            if (row.progress() != Progress.DONE) {
                remember(row);
            }
        });
    }

    /** Null if it was not erased and nobody wants it to be. */
    public @Nullable ErasedRow of(Place place) {
        byte[] value = store.get(Column.ERASED, place.key());
        return value == null ? null : ErasedRow.decode(place.key(), value);
    }

    /** Those that are not done, by place. */
    public List<ErasedRow> open(Progress progress) {
        return List.copyOf(rows(progress).values());
    }

    /** True if there is none of these. */
    public boolean isEmpty(Progress progress) {
        return rows(progress).isEmpty();
    }

    private NavigableMap<Place, ErasedRow> rows(Progress progress) {
        return Objects.requireNonNull(open.get(progress));
    }

    /** Stores a row in the place of what was there. */
    public void put(ErasedRow row, boolean synced) {
        ColumnStore.Writes writes = new ColumnStore.Writes();
        writes.put(Column.ERASED, row.place().key(), row.encode());
        store.write(writes, synced);
        remember(row);
    }

    private void remember(ErasedRow row) {
        if (row.progress() != Progress.DONE) {
            rows(row.progress()).put(row.place(), row);
        }
        open.forEach((progress, rows) -> {
            if (progress != row.progress()) {
                rows.remove(row.place());
            }
        });
        if (row.progress() != Progress.ASKED) {
            gone.add(row.place());
        }
    }

    /** True if the event was erased since this node started, or its content is not gone yet. */
    public boolean isGone(long leafIndex, long position) {
        return !gone.isEmpty() && gone.contains(new Place(leafIndex, position));
    }

    /** Which events of a batch the ledger has erased. */
    public ErasedEvents ofBatch(long batchLeafIndex, long segments) {
        ErasedEvents all = ErasedEvents.NONE;
        for (ErasedRow row : rowsOf(batchLeafIndex, segments)) {
            all = all.with(
                    row.place().leafIndex() - batchLeafIndex - 1, row.place().position());
        }
        return all;
    }

    /** Indexes of the ERASE leaves about a batch. */
    public List<Long> leavesOf(long batchLeafIndex, long segments) {
        return rowsOf(batchLeafIndex, segments).stream()
                .map(ErasedRow::leafIndex)
                .toList();
    }

    private List<ErasedRow> rowsOf(long batchLeafIndex, long segments) {
        List<ErasedRow> rows = new ArrayList<>();
        byte[] from = new Place(batchLeafIndex + 1, 0).key();
        ColumnStore.@Nullable Entry entry = store.ceiling(Column.ERASED, from);
        while (entry != null) {
            ErasedRow row = ErasedRow.decode(entry.key(), entry.value());
            if (row.place().leafIndex() > batchLeafIndex + segments) {
                break;
            }
            if (row.progress() != Progress.ASKED) {
                rows.add(row);
            }
            entry = store.ceiling(Column.ERASED, Columns.after(entry.key()));
        }
        return rows;
    }

    /** The place that an ERASE leaf names. */
    public static Place place(EraseLeaf leaf) {
        return new Place(leaf.targetLeafIndex(), leaf.position());
    }
}
