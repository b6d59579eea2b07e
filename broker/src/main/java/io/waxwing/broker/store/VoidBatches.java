package io.waxwing.broker.store;

import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.VerdictLeaf;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The batches whose events the ledger made void, by the index of their BATCH leaf. Few: each convicted somebody.
 * Written by dispatch, unsynced: what a crash takes is read again from the ledger. Read from any thread.
 */
public final class VoidBatches {
    private static final byte[] SEEN = Keys.ascii("verdicts");
    // Shorter than what is there of an event that is final.
    private static final byte[] VOID = {0};
    private static final byte[] UNGRANTED = {1};
    private static final byte[] HAS_UNGRANTED = Keys.ascii("ungranted");

    private final ColumnStore store;
    private final Map<Long, VerdictLeaf> all = new ConcurrentHashMap<>();
    private final Set<Hash> ids = ConcurrentHashMap.newKeySet();
    private volatile boolean hasUngranted;

    VoidBatches(ColumnStore store) {
        this.store = store;
        this.hasUngranted = store.get(Column.META, HAS_UNGRANTED) != null;
        Columns.forEach(store, Column.VOIDS, entry -> {
            if (LeafCodec.decode(entry.value()) instanceof VerdictLeaf verdict) {
                all.put(Keys.sequence(entry.key()), verdict);
                ids.add(verdict.batchId());
            }
        });
    }

    /** Up to this height the ledger's verdicts were seen; 0 if none was found yet. */
    public long seenHeight() {
        byte[] value = store.get(Column.META, SEEN);
        return value == null ? 0 : Keys.sequence(value);
    }

    /** The verdicts of a final block that make batches void that were not. */
    public List<VerdictLeaf> newIn(Applied applied) {
        return applied.verdicts().stream()
                .map(Applied.AppliedVerdict::leaf)
                .filter(leaf -> leaf.voids() && !all.containsKey(leaf.batchLeafIndex()))
                .toList();
    }

    /**
     * A batch is void.
     *
     * @param journalSeqs of its events, as far as they are here
     * @param height of the block with the verdict
     */
    public void add(VerdictLeaf verdict, Iterable<Long> journalSeqs, long height) {
        ColumnStore.Writes row = new ColumnStore.Writes();
        row.put(Column.VOIDS, Keys.sequence(verdict.batchLeafIndex()), verdict.encode());
        row.put(Column.META, SEEN, Keys.sequence(height));
        markTo(row, journalSeqs);
        store.write(row, false);
        all.put(verdict.batchLeafIndex(), verdict);
        ids.add(verdict.batchId());
    }

    /** Events of a void batch that came after the verdict. */
    public void mark(Iterable<Long> journalSeqs) {
        ColumnStore.Writes row = new ColumnStore.Writes();
        markTo(row, journalSeqs);
        store.write(row, false);
    }

    private static void markTo(ColumnStore.Writes row, Iterable<Long> journalSeqs) {
        journalSeqs.forEach(journalSeq -> row.put(Column.FINALS, Keys.sequence(journalSeq), VOID));
    }

    /** An event had no right to stand where it was ordered: void, by itself. Written with what is under way. */
    void addUngranted(long journalSeq, ColumnStore.Writes row) {
        row.put(Column.FINALS, Keys.sequence(journalSeq), UNGRANTED);
        row.put(Column.META, HAS_UNGRANTED, UNGRANTED);
        hasUngranted = true;
    }

    /** True if the event of that journalSeq belongs to a void batch, or had no right to be there. */
    public boolean isEvent(long journalSeq) {
        byte[] value = mark(journalSeq);
        return value != null && isMark(value);
    }

    /** True if the event of that journalSeq is void because its institution had no right to publish it there. */
    public boolean isUngranted(long journalSeq) {
        byte[] value = mark(journalSeq);
        return value != null && isMark(value) && value[0] == UNGRANTED[0];
    }

    private byte @Nullable [] mark(long journalSeq) {
        return all.isEmpty() && !hasUngranted ? null : store.get(Column.FINALS, Keys.sequence(journalSeq));
    }

    /** True if this value of the column FINALS says that an event is void. */
    static boolean isMark(byte[] value) {
        return value.length == VOID.length;
    }

    /** True if the batch of that id is void. */
    public boolean contains(Hash batchId) {
        return ids.contains(batchId);
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
