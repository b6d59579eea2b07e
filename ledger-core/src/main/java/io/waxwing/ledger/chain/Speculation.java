package io.waxwing.ledger.chain;

import io.waxwing.ledger.dispute.AnswerCheck;
import io.waxwing.ledger.execute.Execution;
import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.execute.Order;
import io.waxwing.ledger.execute.Undo;
import io.waxwing.ledger.failure.Invariant;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.merkle.TileBuffer;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.simplex.Block;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Blocks executed on top of the last final one before they are final themselves. Each is executed once: if it becomes
 * final its result is taken as it is, if another does, it is taken back. One thread.
 */
final class Speculation {
    private final LedgerState state;
    private final SignatureCheck signatures;
    private final AnswerCheck answers;
    private final TileBuffer tiles;
    private final List<Attempt> attempts = new ArrayList<>();

    Speculation(LedgerState state, TileBuffer tiles, SignatureCheck signatures, AnswerCheck answers) {
        this.state = state;
        this.answers = answers;
        this.tiles = tiles;
        this.signatures = signatures;
    }

    private record Node(int level, long index, Hash hash) {}

    private record Attempt(
            Block block, Hash blockId, Execution.Step step, ByteString stateAfter, List<Node> nodes, Undo undo) {}

    /** Makes the state what it is after that path. The blocks of a path were found valid before. */
    LedgerState after(List<Block> path) {
        int common = 0;
        while (common < path.size()
                && common < attempts.size()
                && attempts.get(common).blockId().equals(path.get(common).blockId())) {
            common++;
        }
        takeBackTo(common);
        for (Block block : path.subList(common, path.size())) {
            Invariant.check(execute(block) != null, "a block of a path can be executed");
        }
        return state;
    }

    /** Executes the block after that path; null if it cannot stand there, and then nothing of it remains. */
    Execution.@Nullable Step attempt(List<Block> path, Block block) {
        Hash blockId = block.blockId();
        boolean known = attempts.size() > path.size()
                && attempts.get(path.size()).blockId().equals(blockId);
        if (known) {
            List<Block> whole = new ArrayList<>(path);
            whole.add(block);
            after(whole);
            return attempts.get(path.size()).step();
        }
        after(path);
        return execute(block);
    }

    /** The last attempt is not worth keeping. */
    void takeBackLast() {
        takeBackTo(attempts.size() - 1);
    }

    /** The block is final: its result, and the state stands on it from now on. */
    ExecutedBlock settle(Block block) {
        Hash blockId = block.blockId();
        if (attempts.isEmpty() || !attempts.get(0).blockId().equals(blockId)) {
            takeBackTo(0);
            if (execute(block) == null) {
                throw new LedgerFailure(
                        LedgerChain.DIVERGED, "block " + block.header().height() + " is final but cannot be executed");
            }
        }
        Attempt settled = attempts.remove(0);
        settled.nodes().forEach(node -> tiles.node(node.level(), node.index(), node.hash()));
        return new ExecutedBlock(block, settled.step(), settled.stateAfter(), tiles.drain());
    }

    private Execution.@Nullable Step execute(Block block) {
        List<Node> nodes = new ArrayList<>();
        Undo undo = state.remember();
        try {
            Execution.Step step = Execution.apply(
                    state,
                    Order.of(block),
                    signatures,
                    answers,
                    (level, index, hash) -> nodes.add(new Node(level, index, hash)));
            attempts.add(new Attempt(block, block.blockId(), step, state.encode(), nodes, undo));
            return step;
        } catch (LedgerFailure e) {
            state.takeBack(undo);
            return null;
        }
    }

    private void takeBackTo(int size) {
        for (int last = attempts.size() - 1; last >= size; last--) {
            state.takeBack(attempts.remove(last).undo());
        }
    }
}
