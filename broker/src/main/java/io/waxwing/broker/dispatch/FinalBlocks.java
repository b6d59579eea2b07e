package io.waxwing.broker.dispatch;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.execute.Applied;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The final blocks that are not delivered yet, in the order of height. A block whose payloads are not all here stops
 * those behind it: every subscriber sees one order without holes. Belongs to the core thread.
 */
final class FinalBlocks {
    /** Blocks that are looked through for missing payloads while the first of them waits. */
    private static final int AHEAD = 32;

    private final LongPredicate audiences;
    private final LongPredicate voids;
    private final BatchContents contents;
    // The next blocks, as far as they were told or read.
    private final Deque<Applied> next = new ArrayDeque<>();
    private LongFunction<Applied> appliedAt = height -> {
        throw new IllegalStateException("block " + height + " was not told");
    };
    private Consumer<Applied.AppliedBatch> missing = batch -> {};
    private long height;
    private long ledgerHeight;
    private boolean changed;

    /**
     * The blocks behind {@code height}; {@code audiences} says which ones this node is in, {@code voids} which batches
     * are void, by the index of their BATCH leaf.
     */
    FinalBlocks(LongPredicate audiences, LongPredicate voids, BatchContents contents, long height) {
        this.audiences = audiences;
        this.voids = voids;
        this.contents = contents;
        this.height = height;
        this.ledgerHeight = height;
    }

    /** Height of the last delivered block. */
    long height() {
        return height;
    }

    /** Height of the last final block. */
    long ledgerHeight() {
        return ledgerHeight;
    }

    /** Blocks that are final and not delivered. */
    long behind() {
        return ledgerHeight - height;
    }

    /** True if something came since {@link #ready} last said that a payload is missing. */
    boolean hasChanged() {
        return changed && behind() > 0;
    }

    /** The ledger is at that height; see {@link Dispatcher#catchUp}. */
    void catchUp(long toHeight, LongFunction<Applied> reader, Consumer<Applied.AppliedBatch> search) {
        ledgerHeight = Math.max(ledgerHeight, toHeight);
        appliedAt = reader;
        missing = search;
        changed = true;
    }

    /** False if this block was told before. */
    boolean onApplied(Applied applied) {
        if (applied.height() <= ledgerHeight) {
            return false;
        }
        if (next.size() < AHEAD && applied.height() == height + next.size() + 1) {
            next.add(applied);
        }
        ledgerHeight = applied.height();
        changed = true;
        return true;
    }

    /** Payloads came. */
    void onHeld() {
        changed = true;
    }

    /** The next block, if there is one and all its payloads are here; what is not is looked for. */
    @Nullable Applied ready() {
        if (behind() == 0) {
            return null;
        }
        read(1);
        Applied first = next.element();
        if (isHere(first)) {
            return first;
        }
        changed = false;
        read(AHEAD);
        next.forEach(this::isHere);
        return null;
    }

    private void read(int blocks) {
        for (long at = height + next.size() + 1; at <= ledgerHeight && next.size() < blocks; at++) {
            next.add(appliedAt.apply(at));
        }
    }

    private boolean isHere(Applied applied) {
        boolean all = true;
        for (Applied.AppliedBatch batch : applied.batches()) {
            BatchReference reference = batch.reference();
            if (isOurs(batch) && !voids.test(batch.batchLeafIndex()) && !contents.isHere(reference)) {
                missing.accept(batch);
                all = false;
            }
        }
        return all;
    }

    /** True if this node is in the audience of the batch. */
    boolean isOurs(Applied.AppliedBatch batch) {
        return audiences.test(batch.reference().lane().audienceId());
    }

    /** The block that {@link #ready} gave is in the index. */
    void delivered() {
        next.remove();
        height++;
    }
}
