package io.waxwing.node.store;

import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.spi.LedgerStore;
import java.util.ArrayList;
import java.util.List;

/**
 * Forgets the bodies of old blocks (ledger-runtime.md section 5). What they ordered stays, as leaves, tiles and
 * certificates, so nothing that was provable becomes less so. The first block and those that end epochs stay, which
 * newcomers need, and the newest, which snapshots are proved by. One thread.
 */
public final class OldBlocks {
    /** So many of the newest blocks stay whatever their age. */
    public static final long NEWEST_KEPT = 2 * LedgerStore.POINTS_KEPT * LedgerStore.POINT_BLOCKS;
    /** Bodies that are looked at in one turn, so that a disk is not kept busy by an old ledger's first. */
    static final int MOST_AT_ONCE = 4096;

    private final RocksLedgerStore store;
    private final long newestKept;

    public OldBlocks(RocksLedgerStore store) {
        this(store, NEWEST_KEPT);
    }

    OldBlocks(RocksLedgerStore store, long newestKept) {
        this.store = store;
        this.newestKept = newestKept;
    }

    /**
     * Forgets the bodies of blocks that were ordered before that time. Ends early if its thread is interrupted.
     *
     * @return how many; as many as one turn takes: there may be more
     */
    public int forget(long beforeMs) {
        long from = Math.max(1, store.bodiesFrom());
        long end = Math.min(store.appliedHeight() - newestKept, from + MOST_AT_ONCE);
        List<Long> old = new ArrayList<>();
        long height = from;
        while (height < end && !Thread.currentThread().isInterrupted()) {
            byte[] body = store.block(height);
            if (body != null) {
                Block block = Block.decodeStored(body);
                if (block.header().timeMs() >= beforeMs) {
                    break;
                }
                if (!block.endsEpoch()) {
                    old.add(height);
                }
            }
            height++;
        }
        if (height > from) {
            store.forgetBodies(old, height);
        }
        return old.size();
    }
}
