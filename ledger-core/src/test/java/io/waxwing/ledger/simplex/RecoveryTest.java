package io.waxwing.ledger.simplex;

import static io.waxwing.ledger.simplex.Vote.Type.FINALIZE;
import static io.waxwing.ledger.simplex.Vote.Type.NOTARIZE;
import static io.waxwing.ledger.simplex.Vote.Type.NULLIFY;
import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.hash.Hash;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    /** A view of the node's life: notarize, nullify late, finalize, jump, lead. */
    private static void live(Script script) {
        TestNode node = script.node;
        Block first = script.block(1, List.of(), TestChain.batch(1));
        node.pending(1, 2);
        script.propose(first);
        script.notarize(first, 1, 2);
        script.finalizes(first, 1, 2);
        node.pass(600);
        script.nullify(2, 1, 2);
        Block third = script.block(3, List.of(first), TestChain.batch(2));
        script.propose(Script.justified(third, script.finalization(first, 1, 2, 3), script.nullification(2, 1, 2, 3)));
        script.notarize(third, 1, 2);
        node.pass(300);
        node.hear(2, script.nullification(7, 1, 2, 3));
        node.pass(3000);
    }

    private static void forEachDeath(Consumer<Script> then) {
        for (int dieAt = 1; ; dieAt++) {
            Script script = new Script(4, 0);
            script.node.dieAt = dieAt;
            script.node.start();
            live(script);
            boolean died = script.node.dead;
            script.node.dieAt = 0;
            if (!died) {
                assertThat(dieAt).isGreaterThan(30);
                return;
            }
            then.accept(script);
        }
    }

    /** Fault 3: whatever has left the node is in its log. */
    @Test
    void nothingIsSentThatIsNotRecordedWhereverItDies() {
        forEachDeath(script -> {
            List<SignedVote> sent = script.node.sent(SignedVote.class);
            for (SignedVote vote : sent) {
                assertThat(script.node.log).contains(record(vote));
            }
        });
    }

    private static VoteRecord record(SignedVote vote) {
        return switch (vote.type()) {
            case PROPOSE -> new VoteRecord.Proposed(vote.view(), vote.blockId());
            case NOTARIZE -> new VoteRecord.Notarized(vote.view(), vote.blockId());
            case NULLIFY -> new VoteRecord.Nullified(vote.view());
            case FINALIZE -> new VoteRecord.Finalized(vote.view(), vote.blockId());
        };
    }

    @Test
    void whereverItDiesItContradictsNothingItHasSaid() {
        forEachDeath(script -> {
            TestNode node = script.node;
            List<SignedVote> before = new ArrayList<>(node.sent(SignedVote.class));
            node.start();
            // The world goes on otherwise than before: other blocks, other certificates, other timing.
            node.pass(10_000);
            long view = node.core().view();
            if (script.validators.leader(view) != node.self) {
                script.propose(script.block(view, List.of(), 3, TestChain.batch(2)));
            }
            script.nullify(view, 1, 2, 3);
            node.hear(1, script.notarization(script.block(1, List.of(), 5), 1, 2, 3));
            node.hear(1, script.notarization(script.block(3, List.of(), 5), 1, 2, 3));
            node.pass(10_000);
            before.addAll(node.sent(SignedVote.class));
            assertConsistent(before);
            assertThat(node.core().standing()).as(node.core().reason()).isEqualTo(Simplex.Standing.VOTING);
        });
    }

    private static void assertConsistent(List<SignedVote> votes) {
        Map<String, Hash> said = new HashMap<>();
        for (SignedVote vote : votes) {
            Hash first = said.putIfAbsent(vote.type() + " " + vote.view(), vote.blockId());
            assertThat(first == null || first.equals(vote.blockId())).isTrue();
        }
        for (SignedVote vote : votes) {
            if (vote.type() == FINALIZE) {
                assertThat(said).doesNotContainKey(NULLIFY + " " + vote.view());
            }
        }
    }

    @Test
    void itGoesOnInTheViewItWasIn() {
        Script script = Script.ofFour(0);
        script.node.hear(2, script.nullification(7, 1, 2, 3));
        script.node.start();
        assertThat(script.node.core().view()).isEqualTo(8);
    }

    @Test
    void everythingSaidInOpenViewsIsSentAgainAsItWas() {
        Script script = Script.ofFour(0);
        TestNode node = script.node;
        Block block = script.block(1, List.of(), TestChain.batch(1));
        node.pending(1);
        node.pass(500);
        script.propose(block);
        script.nullify(1, 1, 2);
        node.pass(1000);
        List<SignedVote> before =
                node.sent(SignedVote.class).stream().distinct().toList();
        node.takeSent();
        node.start();
        assertThat(node.sent(SignedVote.class)).containsExactlyInAnyOrderElementsOf(before);
        assertThat(before).hasSize(3);
    }

    @Test
    void nothingOfSettledViewsIsSentAgain() {
        Script script = Script.ofFour(0);
        Block block = script.block(1, List.of());
        script.propose(block);
        script.notarize(block, 1, 2);
        script.finalizes(block, 1, 2);
        script.node.takeSent();
        script.node.start();
        assertThat(script.node.sent(SignedVote.class)).isEmpty();
    }

    @Test
    void finalBlocksThatWereNotAppliedAreAppliedFromTheLog() {
        Script script = Script.ofFour(0);
        TestNode node = script.node;
        Block block = script.block(1, List.of());
        script.propose(block);
        script.notarize(block, 1, 2);
        script.finalizes(block, 1, 2);
        node.applied.clear();
        node.chain = new TestChain();
        node.start();
        assertThat(node.appliedHeights()).containsExactly(1L);
    }

    @Test
    void oneAloneDiesAnywhereAndGoesOn() {
        for (int dieAt = 1; dieAt < 25; dieAt++) {
            TestNode node = TestNode.of(1, 0);
            node.dieAt = dieAt;
            node.start();
            node.pending(1);
            node.pending(2);
            node.dieAt = 0;
            node.start();
            node.pending(1);
            node.chain.waiting.remove(TestChain.batch(1));
            node.pending(3);
            List<Long> heights = node.appliedHeights();
            assertThat(heights).isNotEmpty().doesNotHaveDuplicates().isSorted();
            assertThat(node.chain.waiting).isEmpty();
        }
    }

    /** A certificate may hold a liar's vote; if only votes were kept, nobody could make it again. */
    @Test
    void certificatesSurviveAPowerFailureOfAllThoughALiarHelpedToMakeThem() {
        Script script = Script.ofFour(0);
        TestNode node = script.node;
        Certificate certificate = script.nullification(1, 1, 2, 3);
        node.hear(1, certificate);
        node.start();
        assertThat(node.sent(Certificate.class)).contains(certificate);
        node.pending(1);
        script.propose(script.block(2, List.of()));
        assertThat(node.sentVotes(NOTARIZE)).hasSize(1);
    }

    /** Fault 4. */
    @Test
    void aKeyWithAHistoryButWithoutItsLogObserves() {
        Script script = new Script(4, 0);
        script.node.keyHasHistory = true;
        script.node.start();
        assertObserves(script);
        // Nobody remembers any more that the key has a history but the log, which says so.
        script.node.keyHasHistory = false;
        script.node.applied.clear();
        script.node.chain = new TestChain();
        script.node.start();
        assertThat(script.node.core().standing()).isEqualTo(Simplex.Standing.OBSERVING);
        assertThat(script.node.core().reason()).contains("rotated");
    }

    /** Fault 4: the data folder is newer than the log beside the key. */
    @Test
    void aLogOlderThanTheLedgerObserves() {
        Script script = Script.ofFour(0);
        TestNode node = script.node;
        Block block = script.block(1, List.of());
        script.propose(block);
        script.notarize(block, 1, 2);
        script.finalizes(block, 1, 2);
        node.log.clear();
        node.start();
        assertThat(node.core().standing()).isEqualTo(Simplex.Standing.OBSERVING);
        assertThat(node.core().reason()).contains("vote log");
    }

    /** Faults 4 and 5. */
    @Test
    void aVoteOfItsOwnKeyThatItDoesNotKnowMakesItObserve() {
        Script alone = Script.ofFour(0);
        alone.node.hear(1, alone.vote(0, NULLIFY, 1, Hash.ZERO));
        assertThat(alone.node.core().standing()).isEqualTo(Simplex.Standing.OBSERVING);
        Script certified = Script.ofFour(0);
        certified.node.hear(1, certified.nullification(1, 0, 2, 3));
        assertThat(certified.node.core().standing()).isEqualTo(Simplex.Standing.OBSERVING);
        assertThat(certified.node.core().reason()).contains("another process");
    }

    @Test
    void itsOwnVotesComingBackChangeNothing() {
        Script script = Script.ofFour(0);
        TestNode node = script.node;
        Block block = script.block(1, List.of());
        script.propose(block);
        script.notarize(block, 1, 2);
        script.finalizes(block, 1, 2);
        List<SignedVote> own = node.sent(SignedVote.class);
        assertThat(own).hasSize(2);
        own.forEach(vote -> node.hear(2, vote));
        node.start();
        own.forEach(vote -> node.hear(2, vote));
        assertThat(node.core().standing()).isEqualTo(Simplex.Standing.VOTING);
    }

    @Test
    void anObserverFollowsAndSignsNothing() {
        Script script = new Script(4, Setup.OBSERVER);
        script.node.start();
        assertObserves(script);
    }

    private static void assertObserves(Script script) {
        TestNode node = script.node;
        assertThat(node.core().standing()).isEqualTo(Simplex.Standing.OBSERVING);
        assertThat(node.core().reason()).isNotEmpty();
        Block block = script.block(1, List.of());
        node.pending(1);
        script.propose(block);
        node.pass(10_000);
        node.hear(1, script.notarization(block, 1, 2, 3));
        node.hear(1, script.finalization(block, 1, 2, 3));
        assertThat(node.appliedHeights()).containsExactly(1L);
        assertThat(node.core().view()).isEqualTo(2);
        node.pass(100_000);
        assertThat(node.sent(SignedVote.class)).isEmpty();
        assertThat(node.sent(Proposal.class)).isEmpty();
        List<VoteRecord> marks = node.self == Setup.OBSERVER
                ? List.of()
                : List.of(new VoteRecord.Condemned(TestKeys.signer(node.self).publicKey()));
        assertThat(node.log).isEqualTo(marks);
    }
}
