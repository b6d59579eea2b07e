package io.waxwing.node.solo;

import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.execute.Execution;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one turn of the ledger does: records of others, at most one block, at most one checkpoint. It is computed once
 * and then carried through its stages in order; a stage that fails is done again, never the turn.
 */
public final class Turn {
    final List<VoteRecord> records;
    final @Nullable BlockWork block;
    final @Nullable Head checkpoint;
    Stage stage = Stage.BODY;

    @Nullable PublishedCheckpoint published;

    Turn(List<VoteRecord> records, @Nullable BlockWork block, @Nullable Head checkpoint) {
        this.records = List.copyOf(records);
        this.block = block;
        this.checkpoint = checkpoint;
    }

    /** The stages, in order. */
    enum Stage {
        /** The block's body is to be stored and forced. */
        BODY,
        /** All records are to be logged and forced. */
        LOG,
        /** What the block made is to be stored. */
        APPLY,
        /** The checkpoint is to be signed and stored. */
        PUBLISH,
        DONE
    }

    /** {@code body} is the encoded block. */
    record BlockWork(Block block, ByteString body, Execution.Step step, List<Tile> tiles, Certificate finalization) {}

    record Head(long treeSize, Hash root) {}

    /** What the block did, or null if the turn had none. */
    public @Nullable Applied applied() {
        return block == null ? null : block.step().applied();
    }

    /** Bytes of the block's body, 0 without one. */
    public int blockBytes() {
        return block == null ? 0 : block.body().size();
    }

    /** The checkpoint published by this turn; null before its end and for a turn without. */
    public @Nullable PublishedCheckpoint published() {
        return published;
    }
}
