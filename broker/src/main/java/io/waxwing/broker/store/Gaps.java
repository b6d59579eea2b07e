package io.waxwing.broker.store;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The batches in whose place somebody was given a gap, so that who comes back gets what came while he was away. Few,
 * and unsynced like the rest of the index: what a crash takes costs a late copy. Any thread.
 *
 * <p>Value: u64 height of its block, u64 height of the ledger when delivery got over it (0 before).
 */
public final class Gaps {
    /** Those that delivery got over long ago are forgotten beyond so many. */
    static final int MOST = 4096;

    private final ColumnStore store;
    private final NavigableMap<Long, Gap> all = new ConcurrentSkipListMap<>();

    /** {@code closedAt} is 0 as long as delivery waits there. */
    public record Gap(long height, long closedAt) {
        boolean isOpen() {
            return closedAt == 0;
        }
    }

    Gaps(ColumnStore store) {
        this.store = store;
        Columns.forEach(store, Column.GAPS, entry -> {
            ByteBuffer in = ByteBuffer.wrap(entry.value());
            all.put(Keys.sequence(entry.key()), new Gap(in.getLong(), in.getLong()));
        });
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    /** Somebody is given a gap in place of that batch. */
    public void open(long batchLeafIndex, long height) {
        if (all.putIfAbsent(batchLeafIndex, new Gap(height, 0)) == null) {
            write(batchLeafIndex, new Gap(height, 0));
        }
    }

    /** Delivery got over a batch: its payloads came, or a verdict. Nothing if nobody was given a gap for it. */
    public void close(long batchLeafIndex, long ledgerHeight) {
        Gap gap = all.get(batchLeafIndex);
        if (gap == null || !gap.isOpen()) {
            return;
        }
        Gap closed = new Gap(gap.height(), ledgerHeight);
        all.put(batchLeafIndex, closed);
        write(batchLeafIndex, closed);
        if (all.size() > MOST && !all.firstEntry().getValue().isOpen()) {
            long oldest = all.firstKey();
            all.remove(oldest);
            ColumnStore.Writes row = new ColumnStore.Writes();
            row.delete(Column.GAPS, Keys.sequence(oldest));
            store.write(row, false);
        }
    }

    private void write(long batchLeafIndex, Gap gap) {
        ColumnStore.Writes row = new ColumnStore.Writes();
        byte[] value = ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(gap.height())
                .putLong(gap.closedAt())
                .array();
        row.put(Column.GAPS, Keys.sequence(batchLeafIndex), value);
        store.write(row, false);
    }

    /** Heights, by BATCH leaf, of the gaps before that leaf that delivery waits at. */
    public Map<Long, Long> openBefore(long leafIndex) {
        Map<Long, Long> open = new TreeMap<>();
        all.headMap(leafIndex).forEach((batch, gap) -> {
            if (gap.isOpen()) {
                open.put(batch, gap.height());
            }
        });
        return open;
    }

    /**
     * The same of those that were closed when the ledger was that high or higher: who has seen nothing later may not
     * know.
     */
    public Map<Long, Long> closedBefore(long leafIndex, long ledgerHeight) {
        Map<Long, Long> closed = new TreeMap<>();
        all.headMap(leafIndex).forEach((batch, gap) -> {
            if (!gap.isOpen() && gap.closedAt() >= ledgerHeight) {
                closed.put(batch, gap.height());
            }
        });
        return closed;
    }
}
