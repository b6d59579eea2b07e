package io.waxwing.ledger.simplex;

import static io.waxwing.ledger.simplex.Vote.Type.FINALIZE;
import static io.waxwing.ledger.simplex.Vote.Type.NOTARIZE;
import static io.waxwing.ledger.simplex.Vote.Type.NULLIFY;
import static io.waxwing.ledger.simplex.Vote.Type.PROPOSE;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.hash.Hash;
import java.util.Arrays;
import java.util.List;

/** One real node, and the other validators played by the test, which holds all their keys. */
final class Script {
    final Validators validators;
    final TestNode node;
    /** The played validators' view of the ledger. */
    final TestChain chain = new TestChain();

    Script(int n, int self) {
        validators = TestKeys.validators(n, 0);
        node = new TestNode(validators, self);
    }

    /** A started node of four. View 1 is led by validator 1. */
    static Script ofFour(int self) {
        Script script = new Script(4, self);
        script.node.start();
        script.node.takeSent();
        return script;
    }

    /** A valid block on that parent, which must be on top of {@code path}. */
    Block block(long view, List<Block> path, BatchReference... batches) {
        return block(view, path, 0, batches);
    }

    Block block(long view, List<Block> path, long laterMs, BatchReference... batches) {
        BlockHeader parent = path.isEmpty() ? base() : path.get(path.size() - 1).header();
        Chain.Tip tip = chain.after(path);
        List<BatchReference> content = List.of(batches);
        int leader = validators.leader(view);
        BlockHeader header = new BlockHeader(
                validators.ledgerId(),
                validators.epoch(),
                view,
                parent.height() + 1,
                parent.blockId(),
                parent.view(),
                leader + 1,
                Math.max(node.now().wallMs(), parent.timeMs() + 1) + laterMs,
                Block.batchesRoot(content),
                content.size(),
                Block.evidenceRoot(List.of()),
                tip.treeSize(),
                tip.treeRoot());
        return new Block(header, List.of(), content, List.of());
    }

    private BlockHeader base() {
        return node.applied.isEmpty()
                ? TestChain.GENESIS
                : node.applied.get(node.applied.size() - 1).block().header();
    }

    static Block justified(Block block, Certificate... justify) {
        return new Block(block.header(), Arrays.asList(justify), block.batches(), block.configs(), block.evidence());
    }

    /** The block's leader proposes it. */
    void propose(Block block) {
        node.hear(leaderOf(block), proposal(block));
    }

    Proposal proposal(Block block) {
        return new Proposal(vote(leaderOf(block), PROPOSE, block.header().view(), block.blockId()), block);
    }

    int leaderOf(Block block) {
        return validators.leader(block.header().view());
    }

    SignedVote vote(int voter, Vote.Type type, long view, Hash blockId) {
        return TestKeys.vote(validators, voter, type, view, blockId);
    }

    void notarize(Block block, int... voters) {
        for (int voter : voters) {
            node.hear(voter, vote(voter, NOTARIZE, block.header().view(), block.blockId()));
        }
    }

    void finalizes(Block block, int... voters) {
        for (int voter : voters) {
            node.hear(voter, vote(voter, FINALIZE, block.header().view(), block.blockId()));
        }
    }

    void nullify(long view, int... voters) {
        for (int voter : voters) {
            node.hear(voter, vote(voter, NULLIFY, view, Hash.ZERO));
        }
    }

    Certificate notarization(Block block, int... voters) {
        return TestKeys.certificate(validators, NOTARIZE, block.header().view(), block.blockId(), voters);
    }

    Certificate finalization(Block block, int... voters) {
        return TestKeys.certificate(validators, FINALIZE, block.header().view(), block.blockId(), voters);
    }

    Certificate nullification(long view, int... voters) {
        return TestKeys.certificate(validators, NULLIFY, view, Hash.ZERO, voters);
    }
}
