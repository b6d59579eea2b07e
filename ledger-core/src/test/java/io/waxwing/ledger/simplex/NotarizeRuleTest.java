package io.waxwing.ledger.simplex;

import static io.waxwing.ledger.simplex.Vote.Type.FINALIZE;
import static io.waxwing.ledger.simplex.Vote.Type.NOTARIZE;
import static io.waxwing.ledger.simplex.Vote.Type.NULLIFY;
import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.hash.Hash;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class NotarizeRuleTest {
    private final Script script = Script.ofFour(0);
    private final TestNode node = script.node;

    @Test
    void aValidProposalIsNotarizedItsBodyStoredFirst() {
        Block block = script.block(1, List.of(), TestChain.batch(1));
        script.propose(block);
        assertThat(node.sentVotes(NOTARIZE)).containsExactly(script.vote(0, NOTARIZE, 1, block.blockId()));
        assertThat(node.disk).containsKey(block.blockId());
        assertThat(node.log).contains(new VoteRecord.Notarized(1, block.blockId()));
    }

    @Test
    void atMostOnceAView() {
        script.propose(script.block(1, List.of()));
        script.propose(script.block(1, List.of(), 7));
        node.pass(10_000);
        assertThat(node.sentVotes(NOTARIZE).stream().map(SignedVote::blockId).distinct())
                .hasSize(1);
    }

    @Test
    void onlyWhileInTheView() {
        script.nullify(1, 1, 2, 3);
        script.propose(script.block(1, List.of()));
        assertThat(node.sentVotes(NOTARIZE)).isEmpty();
    }

    @Test
    void aProposalForALaterViewWaitsForItsView() {
        Block block = script.block(2, List.of());
        script.propose(block);
        assertThat(node.sentVotes(NOTARIZE)).isEmpty();
        script.nullify(1, 1, 2, 3);
        assertThat(node.sentVotes(NOTARIZE)).containsExactly(script.vote(0, NOTARIZE, 2, block.blockId()));
    }

    /** Fault 17. */
    @Test
    void alsoAfterNullifyingTheView() {
        node.pending(1);
        node.pass(500);
        assertThat(node.sentVotes(NULLIFY)).hasSize(1);
        Block block = script.block(1, List.of(), TestChain.batch(1));
        script.propose(block);
        assertThat(node.sentVotes(NOTARIZE)).containsExactly(script.vote(0, NOTARIZE, 1, block.blockId()));
        script.notarize(block, 1, 2);
        assertThat(node.core().view()).isEqualTo(2);
        assertThat(node.sentVotes(FINALIZE)).isEmpty();
    }

    /** Fault 2: view 1 may hold a block that is final elsewhere. */
    @Test
    void notWhileAViewBetweenParentAndBlockIsNotNullified() {
        node.hear(2, script.nullification(2, 1, 2, 3));
        Block block = script.block(3, List.of());
        script.propose(Script.justified(block, script.nullification(2, 1, 2, 3)));
        assertThat(node.sentVotes(NOTARIZE)).isEmpty();
        node.hear(2, script.nullification(1, 1, 2, 3));
        assertThat(node.sentVotes(NOTARIZE)).hasSize(1);
    }

    @Test
    void theJustificationItselfIsEnough() {
        Block block = script.block(3, List.of());
        script.propose(Script.justified(block, script.nullification(1, 1, 2, 3), script.nullification(2, 1, 2, 3)));
        assertThat(node.core().view()).isEqualTo(3);
        assertThat(node.sentVotes(NOTARIZE)).hasSize(1);
    }

    @Test
    void notOnAParentThatNobodyNotarized() {
        Block parent = script.block(1, List.of());
        script.propose(parent);
        node.hear(2, script.nullification(1, 1, 2, 3));
        node.takeSent();
        script.propose(script.block(2, List.of(parent)));
        assertThat(node.sentVotes(NOTARIZE)).isEmpty();
    }

    @Test
    void notOnAParentNotarizedInAnotherViewThanClaimed() {
        Block parent = script.block(1, List.of());
        script.propose(parent);
        script.notarize(parent, 1, 2);
        node.hear(2, script.nullification(2, 1, 2, 3));
        node.takeSent();
        // Claiming view 2 for the parent would leave no gap to cover.
        script.propose(with(script.block(3, List.of(parent)), header -> edit(header, 0, 0, 2)));
        assertThat(node.sentVotes(NOTARIZE)).isEmpty();
    }

    @Test
    void theBodyOfAnUnknownParentIsFetchedFirst() {
        Block parent = script.block(1, List.of(), TestChain.batch(1));
        Block block = script.block(2, List.of(parent));
        node.hear(2, script.notarization(parent, 1, 2, 3));
        script.propose(block);
        assertThat(node.sentVotes(NOTARIZE)).isEmpty();
        assertThat(node.sent(BlockRequest.class)).containsExactly(new BlockRequest(0, parent.blockId()));
        node.hear(1, new BlockAnswer(0, parent.blockId(), parent));
        assertThat(node.sentVotes(NOTARIZE)).containsExactly(script.vote(0, NOTARIZE, 2, block.blockId()));
    }

    @Test
    void anInvalidBlockIsNullifiedAtOnce() {
        node.chain.valid = block -> false;
        script.propose(script.block(1, List.of()));
        assertThat(node.sentVotes(NOTARIZE)).isEmpty();
        assertThat(node.sentVotes(NULLIFY)).hasSize(1);
    }

    @Test
    void everyFaultOfTheHeaderIsInvalid() {
        List<UnaryOperator<BlockHeader>> faults = List.of(
                header -> edit(header, 1, 0, 0),
                header -> edit(header, -1, 0, 0),
                header -> edit(header, 0, -header.timeMs() + TestChain.GENESIS.timeMs(), 0),
                header -> tip(header, header.parentTreeSize() + 1, header.parentTreeRoot()),
                header -> tip(header, header.parentTreeSize(), TestKeys.hash("other")));
        for (UnaryOperator<BlockHeader> fault : faults) {
            Script fresh = Script.ofFour(0);
            fresh.propose(with(fresh.block(1, List.of()), fault));
            assertThat(fresh.node.sentVotes(NOTARIZE)).isEmpty();
            assertThat(fresh.node.sentVotes(NULLIFY)).hasSize(1);
        }
    }

    @Test
    void aBlockFromTheFutureWaitsForItsTime() {
        Block block = script.block(1, List.of(), 600);
        script.propose(block);
        assertThat(node.sentVotes(NOTARIZE)).isEmpty();
        node.pass(99);
        assertThat(node.sentVotes(NOTARIZE)).isEmpty();
        assertThat(node.timeoutNanos).isEqualTo(node.nanos + 1_000_000);
        node.pass(1);
        assertThat(node.sentVotes(NOTARIZE)).hasSize(1);
    }

    @Test
    void aClockSetBackDoesNotStopTheLedger() {
        Block first = script.block(1, List.of());
        script.propose(first);
        node.clockSkewMs = -3_600_000;
        script.notarize(first, 1, 2);
        Block next = script.block(2, List.of(first));
        assertThat(next.header().timeMs()).isEqualTo(first.header().timeMs() + 1);
        script.propose(next);
        assertThat(node.sentVotes(NOTARIZE)).hasSize(2);
    }

    private static Block with(Block block, UnaryOperator<BlockHeader> fault) {
        return new Block(
                fault.apply(block.header()), block.justify(), block.batches(), block.configs(), block.evidence());
    }

    private static BlockHeader edit(BlockHeader header, long height, long time, long parentView) {
        return new BlockHeader(
                header.ledgerId(),
                header.epoch(),
                header.view(),
                header.height() + height,
                header.parentId(),
                parentView == 0 ? header.parentView() : parentView,
                header.proposer(),
                header.timeMs() + time,
                header.batchesRoot(),
                header.batchCount(),
                header.evidenceRoot(),
                header.parentTreeSize(),
                header.parentTreeRoot());
    }

    private static BlockHeader tip(BlockHeader header, long size, Hash root) {
        return new BlockHeader(
                header.ledgerId(),
                header.epoch(),
                header.view(),
                header.height(),
                header.parentId(),
                header.parentView(),
                header.proposer(),
                header.timeMs(),
                header.batchesRoot(),
                header.batchCount(),
                header.evidenceRoot(),
                size,
                root);
    }
}
