package io.waxwing.ledger.simplex;

import static io.waxwing.ledger.simplex.Vote.Type.FINALIZE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FinalizeRuleTest {
    private final Script script = Script.ofFour(0);
    private final TestNode node = script.node;

    @Test
    void onTheNotarizationBeforeTheNextViewIsEntered() {
        Block block = script.block(1, List.of());
        script.propose(block);
        script.notarize(block, 1, 2);
        assertThat(node.sentVotes(FINALIZE)).containsExactly(script.vote(0, FINALIZE, 1, block.blockId()));
        assertThat(node.log).containsSubsequence(new VoteRecord.Finalized(1, block.blockId()), new VoteRecord.Enter(2));
    }

    @Test
    void onceAView() {
        Block block = script.block(1, List.of());
        script.propose(block);
        script.notarize(block, 1, 2, 3);
        node.hear(3, script.notarization(block, 1, 2, 3));
        assertThat(node.sentVotes(FINALIZE)).hasSize(1);
    }

    @Test
    void notOnVotesAlone() {
        Block block = script.block(1, List.of());
        script.propose(block);
        script.notarize(block, 1);
        assertThat(node.sentVotes(FINALIZE)).isEmpty();
    }

    private Block nullifiedThenNotarized() {
        node.pending(1);
        node.pass(500);
        return script.block(1, List.of(), TestChain.batch(1));
    }

    /** Fault 1. */
    @Test
    void neverAfterNullifying() {
        Block block = nullifiedThenNotarized();
        script.propose(block);
        script.notarize(block, 1, 2, 3);
        assertThat(node.core().view()).isEqualTo(2);
        assertThat(node.sentVotes(FINALIZE)).isEmpty();
    }

    /** Fault 1, the side path: the whole certificate arrives when the view is long left. */
    @Test
    void neverAfterNullifyingHoweverLateTheNotarizationComes() {
        Block block = nullifiedThenNotarized();
        script.nullify(1, 1, 2);
        for (int view = 2; view < 30; view++) {
            script.nullify(view, 1, 2, 3);
        }
        node.hear(3, script.notarization(block, 1, 2, 3));
        assertThat(node.sentVotes(FINALIZE)).isEmpty();
    }

    /** Fault 1, across a restart and a new segment of the vote log. */
    @Test
    void neverAfterNullifyingBeforeARestart() {
        Block block = nullifiedThenNotarized();
        script.nullify(1, 1, 2);
        for (int view = 2; view < 30; view++) {
            script.nullify(view, 1, 2, 3);
        }
        VoteHistory history = new VoteHistory();
        node.log.forEach(history::add);
        node.log.clear();
        node.log.addAll(history.snapshot());
        node.start();
        node.hear(3, script.notarization(block, 1, 2, 3));
        assertThat(node.sentVotes(FINALIZE)).isEmpty();
    }

    @Test
    void alsoForAViewThatWasLeftWithoutNullifyingIt() {
        Block block = script.block(1, List.of());
        node.hear(2, script.nullification(5, 1, 2, 3));
        node.hear(2, script.notarization(block, 1, 2, 3));
        assertThat(node.sentVotes(FINALIZE)).containsExactly(script.vote(0, FINALIZE, 1, block.blockId()));
    }

    @Test
    void notForAViewThatASettledOneCovers() {
        Block first = script.block(1, List.of());
        Block second = script.block(2, List.of(first));
        node.hear(2, script.finalization(second, 1, 2, 3));
        node.hear(2, script.notarization(first, 1, 2, 3));
        assertThat(node.sentVotes(FINALIZE)).isEmpty();
    }
}
