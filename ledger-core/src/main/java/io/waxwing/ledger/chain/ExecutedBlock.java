package io.waxwing.ledger.chain;

import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.execute.Execution;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.spi.LedgerStore;
import java.util.List;

/**
 * A final block and what it made, ready to be stored.
 *
 * @param block the block
 * @param step its leaves and heads
 * @param state the state record after it
 * @param tiles every tile that it changed
 */
public record ExecutedBlock(Block block, Execution.Step step, ByteString state, List<Tile> tiles) {
    public Applied applied() {
        return step.applied();
    }

    /** What the store writes; {@code finalization} is the encoded certificate, empty for genesis. */
    public LedgerStore.AppliedWrite write(ByteString finalization) {
        return new LedgerStore.AppliedWrite(
                block.blockId(),
                step.applied().firstLeafIndex(),
                step.leaves(),
                tiles,
                step.topicHeads(),
                step.originHeads(),
                state,
                finalization);
    }
}
