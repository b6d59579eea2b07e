package io.waxwing.ledger.simplex;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.control.JoinFile;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@link Simplex} must know of the ledger that it orders. The shell answers from memory, at once, on the core's
 * thread; the same arguments after the same applied blocks give the same answer on every node, but for
 * {@link #pending()} and {@link #content}. A <em>path</em> is the blocks after the last applied one up to a parent,
 * oldest first, empty if the parent is the last applied block. Within one input the core asks nothing more once its
 * effects apply a block, so answers never have to look ahead of {@link Effects#thenApply()}.
 */
public interface Chain {
    /**
     * True while a batch or control transaction waits that is not final and that {@link #content} would give for the
     * empty path, or while a heartbeat block is due. Blocks that are notarized but not final and evidence are the
     * core's own business.
     */
    boolean pending();

    /**
     * What a proposal after that path should order and no block of the path orders; lists may be empty for a heartbeat.
     * Null if nothing waits and no heartbeat is due.
     */
    @Nullable Content content(List<Block> path);

    /** The log after executing the path on top of what is applied. */
    Tip after(List<Block> path);

    /**
     * True if batches and control transactions of the block may stand after that path. The core itself checks header,
     * time, evidence and that the block names {@link #after} as its parent's tree.
     */
    boolean isValid(List<Block> path, Block block);

    /** True if the ledger itself has convicted that validator of the epoch, without evidence in a block. */
    default boolean convicts(int validator) {
        return false;
    }

    /**
     * The part of a block's body that the ledger gives: at most {@link Block#MAX_BATCHES} batches and
     * {@link Block#MAX_CONTENT_BYTES} encoded.
     */
    record Content(
            List<BatchReference> batches, List<ConfigLeaf> configs, List<JoinFile> joins, List<Dispute> disputes) {
        public static final Content EMPTY = new Content(List.of(), List.of());

        public Content {
            batches = List.copyOf(batches);
            configs = List.copyOf(configs);
            joins = List.copyOf(joins);
            disputes = List.copyOf(disputes);
        }

        /** Without join files. */
        public Content(List<BatchReference> batches, List<ConfigLeaf> configs) {
            this(batches, configs, List.of(), List.of());
        }

        /** Without disputes. */
        public Content(List<BatchReference> batches, List<ConfigLeaf> configs, List<JoinFile> joins) {
            this(batches, configs, joins, List.of());
        }

        /** True if it orders nothing. */
        boolean isEmpty() {
            return batches.isEmpty() && configs.isEmpty() && disputes.isEmpty();
        }
    }

    /** Size and root of a log. */
    record Tip(long treeSize, Hash treeRoot) {}
}
