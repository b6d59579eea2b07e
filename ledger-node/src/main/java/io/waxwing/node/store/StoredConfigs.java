package io.waxwing.node.store;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.leaf.BlockLeaf;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.spi.LedgerStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Finds the CONFIG leaves of a stored ledger. A BLOCK leaf names the epoch in force, and epochs rise with the height,
 * so the first block of an epoch is found by halving; the CONFIG is the first leaf of the block before it. Any thread.
 */
public final class StoredConfigs {
    private final LedgerStore store;

    public StoredConfigs(LedgerStore store) {
        this.store = store;
    }

    /** A CONFIG leaf and the block that carries it. */
    public record Placed(ConfigLeaf config, long height, long leafIndex, long treeSizeAfter) {}

    /**
     * All of them from genesis to the one in force after the last applied block.
     *
     * @throws LedgerFailure WXW-3110 if a leaf is missing or is not what must be there
     */
    public List<Placed> upTo(ConfigLeaf inForce) {
        List<Placed> found = new ArrayList<>();
        Placed newest = at(inForce.epoch() == 0 ? 0 : inForce.firstHeight() - 1);
        found.add(newest);
        while (newest.config().epoch() > 0) {
            long epoch = newest.config().epoch() - 1;
            newest = at(epoch == 0 ? 0 : firstOf(epoch, newest.height()) - 1);
            found.add(newest);
        }
        Collections.reverse(found);
        return found;
    }

    /** The lowest height of that epoch; the block of {@code last} is of it, and those above are not looked at. */
    private long firstOf(long epoch, long last) {
        long low = 1;
        long high = last;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (block(middle).epoch() < epoch) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private Placed at(long height) {
        BlockLeaf block = block(height);
        ConfigLeaf config = LeafCodec.decodeConfig(leaf(block.firstLeafIndex()));
        return new Placed(config, height, block.firstLeafIndex(), block.treeSizeAfter());
    }

    private BlockLeaf block(long height) {
        return LeafCodec.decodeBlock(leaf(store.treeSizeAt(height) - 1));
    }

    private byte[] leaf(long leafIndex) {
        byte[] leaf = leafIndex < 0 ? null : store.leaf(leafIndex);
        if (leaf == null) {
            throw new LedgerFailure(StoreCodes.DAMAGED, "leaf " + leafIndex + " is missing");
        }
        return leaf;
    }
}
