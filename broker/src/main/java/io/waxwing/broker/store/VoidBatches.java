package io.waxwing.broker.store;

import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.VerdictLeaf;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The batches whose events the ledger made void, by the index of their BATCH leaf. Few: each convicted somebody.
 * Written by dispatch, unsynced: what a crash takes is read again from the ledger. Read from any thread.
 */
public final class VoidBatches {
    private static final byte[] SEEN = Keys.ascii("verdicts");

    private final ColumnStore store;
    private final Map<Long, VerdictLeaf> all = new ConcurrentHashMap<>();

    VoidBatches(ColumnStore store) {
        this.store = store;
        Columns.forEach(store, Column.VOIDS, entry -> {
            if (LeafCodec.decode(entry.value()) instanceof VerdictLeaf verdict) {
                all.put(Keys.sequence(entry.key()), verdict);
            }
        });
    }

    /** Up to this height the ledger's verdicts were seen; 0 if none was found yet. */
    public long seenHeight() {
        byte[] value = store.get(Column.META, SEEN);
        return value == null ? 0 : Keys.sequence(value);
    }

    /** Takes the verdicts of a final block; true if one makes a batch void that was not. */
    public boolean onApplied(Applied applied) {
        ColumnStore.Writes row = new ColumnStore.Writes();
        for (Applied.AppliedVerdict verdict : applied.verdicts()) {
            VerdictLeaf leaf = verdict.leaf();
            if (leaf.voids() && all.putIfAbsent(leaf.batchLeafIndex(), leaf) == null) {
                row.put(Column.VOIDS, Keys.sequence(leaf.batchLeafIndex()), leaf.encode());
            }
        }
        if (row.puts().isEmpty()) {
            return false;
        }
        row.put(Column.META, SEEN, Keys.sequence(applied.height()));
        store.write(row, false);
        return true;
    }

    public boolean isEmpty() {
        return all.isEmpty();
    }

    public boolean contains(long batchLeafIndex) {
        return all.containsKey(batchLeafIndex);
    }

    /** The verdict that made a batch void, or null if it is not. */
    public @Nullable VerdictLeaf of(long batchLeafIndex) {
        return all.get(batchLeafIndex);
    }
}
