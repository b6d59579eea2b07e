package io.waxwing.ledger.simplex;

import static io.waxwing.ledger.simplex.Vote.Type.NULLIFY;
import static io.waxwing.ledger.simplex.Vote.Type.PROPOSE;
import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.hash.Hash;
import java.util.List;
import org.junit.jupiter.api.Test;

/** D is 250 ms here. */
class NullifyRuleTest {
    private final Script script = Script.ofFour(0);
    private final TestNode node = script.node;

    private List<Long> nullified() {
        return node.log.stream()
                .filter(VoteRecord.Nullified.class::isInstance)
                .map(record -> ((VoteRecord.Nullified) record).view())
                .toList();
    }

    @Test
    void afterTwoDelaysWithoutAProposal() {
        node.pending(1);
        node.pass(499);
        assertThat(nullified()).isEmpty();
        node.pass(1);
        assertThat(nullified()).containsExactly(1L);
        assertThat(node.sentVotes(NULLIFY)).hasSize(1);
    }

    @Test
    void afterThreeDelaysWithoutANotarization() {
        script.propose(script.block(1, List.of()));
        node.pass(749);
        assertThat(nullified()).isEmpty();
        node.pass(1);
        assertThat(nullified()).containsExactly(1L);
    }

    @Test
    void aProposalThatNothingJustifiesIsNoProposal() {
        node.hear(2, script.nullification(2, 1, 2, 3));
        node.pending(1);
        script.propose(script.block(3, List.of()));
        node.pass(999);
        assertThat(nullified()).isEmpty();
        node.pass(1);
        assertThat(nullified()).containsExactly(3L);
    }

    @Test
    void onceAViewAndInNoOther() {
        node.pending(1);
        for (int i = 0; i < 100; i++) {
            node.pass(1000);
        }
        assertThat(nullified()).containsExactly(1L);
    }

    @Test
    void neverAfterFinalizingAlsoNotAfterARestartInBetween() {
        Block block = script.block(1, List.of());
        script.propose(block);
        script.notarize(block, 1, 2);
        int finalized = node.log.indexOf(new VoteRecord.Finalized(1, block.blockId()));
        assertThat(finalized).isPositive();
        // The crash came after the finalize record; the certificate and the next view are forgotten.
        node.log.subList(finalized + 1, node.log.size()).clear();
        node.log.removeIf(VoteRecord.Certified.class::isInstance);
        node.start();
        node.pending(1);
        node.pass(10_000);
        assertThat(node.core().view()).isEqualTo(1);
        assertThat(nullified()).isEmpty();
    }

    /** Fault 20. */
    @Test
    void notWhileNothingWaits() {
        node.pass(1_000_000);
        script.nullify(1, 3);
        node.pass(1_000_000);
        assertThat(nullified()).isEmpty();
    }

    @Test
    void aThirdThatIsInAHurryIsAReasonToWaitToo() {
        script.nullify(1, 2, 3);
        node.pass(500);
        assertThat(nullified()).containsExactly(1L);
    }

    @Test
    void aProposalForwardedLateStopsNoTimer() {
        node.pending(1);
        node.pass(499);
        script.propose(script.block(1, List.of()));
        node.pass(250);
        assertThat(nullified()).isEmpty();
        node.pass(1);
        assertThat(nullified()).containsExactly(1L);
    }

    /** Fault 15: the delay follows from views that all share, not from a counter of this node. */
    @Test
    void theDelayDoublesWithEveryNullifiedViewUpToTenSeconds() {
        node.pending(1);
        long[] delays = new long[9];
        for (int view = 1; view <= delays.length; view++) {
            long began = node.nanos;
            while (!nullified().contains((long) view)) {
                node.pass(5);
            }
            delays[view - 1] = (node.nanos - began) / 1_000_000;
            script.nullify(view, 1, 2);
        }
        // Views 1 to 3 have validators 1, 2, 3 as leaders; 4 and 8 are led by this node, which proposes.
        assertThat(delays).startsWith(500, 1000, 2000).endsWith(20_000);
    }

    @Test
    void aNodeThatJumpedAheadWaitsAsLongAsTheOthers() {
        node.hear(2, script.nullification(9, 1, 2, 3));
        node.pending(1);
        node.pass(15_999);
        assertThat(nullified()).isEmpty();
        node.pass(20_000);
        assertThat(nullified()).containsExactly(10L);
    }

    @Test
    void theDelayIsBackWithTheNextFinalization() {
        node.pending(1, 2);
        for (int view = 1; view <= 5; view++) {
            script.nullify(view, 1, 2, 3);
        }
        Block block = script.block(6, List.of(), TestChain.batch(1));
        script.propose(block);
        script.notarize(block, 1, 2);
        script.finalizes(block, 1, 2);
        assertThat(node.appliedHeights()).containsExactly(1L);
        node.pass(499);
        assertThat(nullified()).isEmpty();
        node.pass(1);
        assertThat(nullified()).containsExactly(7L);
    }

    @Test
    void aLeaderSilentForThreeTurnsIsNotWaitedFor() {
        // Leader 1 misses views 1, 5 and 9; the others are heard.
        for (int view = 1; view <= 12; view++) {
            int leader = script.validators.leader(view);
            if (leader > 1) {
                script.propose(script.block(view, List.of()));
            }
            script.nullify(view, 1, 2, 3);
        }
        node.pending(1);
        assertThat(node.core().view()).isEqualTo(13);
        assertThat(nullified()).endsWith(13L);
    }

    @Test
    void aLeaderHeardOnceIsWaitedForAgain() {
        for (int view = 1; view <= 12; view++) {
            int leader = script.validators.leader(view);
            if (leader > 1 || view == 9) {
                script.propose(script.block(view, List.of()));
            }
            script.nullify(view, 1, 2, 3);
        }
        node.pending(1);
        assertThat(nullified()).doesNotContain(13L);
    }

    @Test
    void ifMoreSeemSilentThanAQuorumCanSpareTheNetworkIsToBlame() {
        for (int view = 1; view <= 12; view++) {
            script.nullify(view, 1, 2, 3);
        }
        node.pending(1);
        assertThat(nullified()).isEmpty();
    }

    @Test
    void aConvictedLeaderIsNotWaitedFor() {
        node.hear(2, script.vote(1, NULLIFY, 1, Hash.ZERO));
        node.hear(2, script.vote(1, Vote.Type.FINALIZE, 1, TestKeys.hash("b")));
        node.pending(1);
        assertThat(nullified()).containsExactly(1L);
    }

    @Test
    void theVoteIsRecordedUnderItsView() {
        node.pending(1);
        node.pass(500);
        assertThat(node.sentVotes(PROPOSE)).isEmpty();
        assertThat(node.log).endsWith(new VoteRecord.Nullified(1));
    }
}
