package io.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.control.Quorum;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.Evidence;
import io.waxwing.ledger.simplex.Message;
import io.waxwing.ledger.simplex.MessageCheck;
import io.waxwing.ledger.simplex.MessageCodec;
import io.waxwing.ledger.simplex.Proposal;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Simplex.Standing;
import io.waxwing.ledger.simplex.Validators;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.simplex.VotingRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Faults 1 to 14 of ledger.md section 2.1, each as the shortest story in which other systems failed. 12 (libraries that
 * differ about a signature) lies outside of the core: StrictEd25519 and its vectors in ledger-core and ledger-node.
 */
class KnownSafetyFaultsTest {
    private static final long MS = Puppets.MS;

    /** A node that does not lead the first views, with work to do. */
    private static Puppets follower() {
        Puppets puppets = new Puppets(4, 0);
        int self = (puppets.world().validators().leader(1) + 3) % 4;
        Puppets other = new Puppets(4, self).start();
        other.batch(self);
        other.takeSaid();
        return other;
    }

    @Test
    void fault1_nothingIsFinalizedAfterItWasNullified() {
        Puppets puppets = follower();
        puppets.pass(500);
        assertThat(puppets.takeVotes(Vote.Type.NULLIFY))
                .extracting(SignedVote::view)
                .contains(1L);
        puppets.tell(1, puppets.byOthers(Vote.Type.NOTARIZE, 1, Puppets.someHash(1)));
        assertThat(puppets.core().view()).isEqualTo(2);
        assertThat(puppets.takeVotes(Vote.Type.FINALIZE)).isEmpty();
    }

    @Test
    void fault1_alsoNotAfterTheFlagCouldHaveBeenForgotten() {
        Puppets puppets = follower();
        puppets.pass(500);
        for (long view = 1; view <= 40; view++) {
            puppets.tell(1, puppets.nullification(view));
        }
        puppets.node().crash();
        puppets.node().disk().rollVotes();
        puppets.restart();
        puppets.tell(1, puppets.byOthers(Vote.Type.NOTARIZE, 1, Puppets.someHash(1)));
        assertThat(puppets.core().view()).isEqualTo(41);
        assertThat(puppets.takeVotes(Vote.Type.FINALIZE)).isEmpty();
    }

    @Test
    void fault2_aGapWithoutNullificationIsNoJustification() {
        Puppets puppets = follower();
        Block elder = puppets.block(1, null, List.of());
        puppets.tell(1, puppets.byOthers(Vote.Type.NOTARIZE, 1, elder.blockId()));
        puppets.takeSaid();
        puppets.tell(1, puppets.proposal(puppets.block(2, null, List.of())));
        assertThat(puppets.takeVotes(Vote.Type.NOTARIZE)).isEmpty();
        // The same block is voted for as soon as the gap is nullified.
        puppets.tell(1, puppets.nullification(1));
        assertThat(puppets.takeVotes(Vote.Type.NOTARIZE)).hasSize(1);
    }

    @Test
    void fault3_noVoteLeavesBeforeItsRecordIsForced() {
        Puppets puppets = follower();
        puppets.node().disk().forceTakes(40 * MS);
        puppets.tell(1, puppets.proposal(puppets.block(1, null, List.of())));
        // 40 ms for the block's body, 40 ms for the record.
        puppets.pass(79);
        assertThat(puppets.takeVotes(Vote.Type.NOTARIZE)).isEmpty();
        puppets.pass(2);
        assertThat(puppets.takeVotes(Vote.Type.NOTARIZE)).hasSize(1);
        assertThat(puppets.records()).anyMatch(VoteRecord.Notarized.class::isInstance);
    }

    @Test
    void fault3_aVoteThatWasNotForcedWasNeverSent() {
        Puppets puppets = follower();
        puppets.node().disk().forceTakes(40 * MS);
        puppets.tell(1, puppets.proposal(puppets.block(1, null, List.of())));
        puppets.pass(50);
        assertThat(puppets.takeVotes(Vote.Type.NOTARIZE)).isEmpty();
        puppets.node().disk().forceTakes(0);
        puppets.restart();
        // It is free to vote for another one, unless the record reached the disk after all.
        puppets.tell(1, puppets.proposal(puppets.block(1, null, List.of(), 1)));
        assertThat(puppets.takeVotes(Vote.Type.NOTARIZE)).hasSize(1);
    }

    /** Found by seed 21603: the leader's own vote completes the certificate that its proposal carries. */
    @Test
    void fault3_aVoteThatWasNeverLoggedDoesNotLeaveInsideAJustification() {
        int self = new Puppets(4, 0).world().validators().leader(2);
        Puppets puppets = new Puppets(4, self).start();
        puppets.batch(self);
        Block first = puppets.block(1, null, List.of());
        puppets.tell((self + 1) % 4, puppets.vote(Vote.Type.NOTARIZE, 1, first.blockId(), (self + 1) % 4));
        puppets.tell((self + 2) % 4, puppets.vote(Vote.Type.NOTARIZE, 1, first.blockId(), (self + 2) % 4));
        // One before the bodies, one after each of the two, one after their force: ends before the records.
        puppets.node().deeds().endAt(4);
        puppets.tell((self + 3) % 4, puppets.proposal(first));
        assertThat(puppets.node().isUp()).isFalse();
        puppets.restart();
        assertThat(puppets.records()).noneMatch(VoteRecord.Notarized.class::isInstance);
        puppets.tell((self + 3) % 4, puppets.proposal(puppets.block(1, null, List.of(), 1)));
        assertThat(puppets.takeVotes(Vote.Type.NOTARIZE)).hasSize(1);
        puppets.tell((self + 1) % 4, puppets.byOthers(Vote.Type.NOTARIZE, 1, first.blockId()));
        puppets.restart();
        for (Message message : puppets.takeSaid()) {
            if (message instanceof Proposal proposal) {
                assertThat(proposal.block().justify())
                        .allSatisfy(certificate -> assertThat(certificate.votes())
                                .extracting(SignedVote::voter)
                                .doesNotContain(self));
            }
        }
    }

    @Test
    void fault4_aKeyWithoutItsLogObserves() {
        Puppets puppets = follower();
        puppets.tell(1, puppets.proposal(puppets.block(1, null, List.of())));
        assertThat(puppets.takeVotes(Vote.Type.NOTARIZE)).hasSize(1);
        puppets.node().crash();
        puppets.node().disk().wipeVotes();
        puppets.restart();
        assertThat(puppets.core().standing()).isEqualTo(Standing.OBSERVING);
        assertThat(puppets.core().reason()).contains("vote log");
        puppets.tell(1, puppets.proposal(puppets.block(1, null, List.of(), 1)));
        puppets.pass(5000);
        assertThat(puppets.takeSaid()).noneMatch(SignedVote.class::isInstance);
    }

    @Test
    void fault4_aLogOlderThanTheLedgerObserves() {
        Puppets puppets = follower();
        byte[] old = puppets.node().disk().votes().copy();
        finalizeOneBlock(puppets);
        assertThat(puppets.applied()).hasSize(1);
        puppets.node().crash();
        puppets.node().disk().votes().restore(old);
        puppets.restart();
        assertThat(puppets.core().standing()).isEqualTo(Standing.OBSERVING);
    }

    private static void finalizeOneBlock(Puppets puppets) {
        Block block = puppets.block(1, null, List.of());
        puppets.tell(1, puppets.proposal(block));
        puppets.tell(1, puppets.byOthers(Vote.Type.NOTARIZE, 1, block.blockId()));
        puppets.tell(1, puppets.byOthers(Vote.Type.FINALIZE, 1, block.blockId()));
        // What is applied is safe with the next body that is stored.
        puppets.tell(1, puppets.proposal(puppets.block(2, block, List.of(), 1)));
        assertThat(puppets.takeVotes(Vote.Type.NOTARIZE)).hasSize(2);
    }

    @Test
    void fault5_aSecondProcessWithTheKeyStopsTheFirst() {
        Puppets puppets = follower();
        int self = puppets.node().identity();
        puppets.tell(1, puppets.vote(Vote.Type.NOTARIZE, 1, Puppets.someHash(5), self));
        assertThat(puppets.core().standing()).isEqualTo(Standing.OBSERVING);
        assertThat(puppets.core().reason()).contains("another process");
    }

    @Test
    void fault6_oneVoterCountsOnce() {
        Puppets puppets = follower();
        int liar = (puppets.node().identity() + 1) % 4;
        for (int i = 0; i < 5; i++) {
            puppets.tell(liar, puppets.vote(Vote.Type.NULLIFY, 1, Hash.ZERO, liar));
        }
        assertThat(puppets.core().view()).isEqualTo(1);
    }

    @Test
    void fault6_aCertificateNamesEachVoterOnce() {
        Puppets puppets = follower();
        SignedVote mine = puppets.vote(Vote.Type.NULLIFY, 1, Hash.ZERO, 1);
        ByteString three = ByteString.of(new byte[] {0b0111});
        puppets.tell(
                1,
                new Certificate(Vote.Type.NULLIFY, 0, 1, Hash.ZERO, three, Collections.nCopies(3, mine.signature())));
        assertThat(puppets.core().view()).isEqualTo(1);
        assertThat(puppets.node().refused()).isEqualTo(1);
        assertThatThrownBy(() -> new Certificate(
                        Vote.Type.NULLIFY,
                        0,
                        1,
                        Hash.ZERO,
                        ByteString.of(new byte[] {1}),
                        Collections.nCopies(3, mine.signature())))
                .isInstanceOf(MalformedException.class);
    }

    @Test
    void fault7_aCheckedSignatureIsNotValidUnderAnotherStatementOrKey() {
        Puppets puppets = follower();
        SignedVote real = puppets.vote(Vote.Type.NULLIFY, 1, Hash.ZERO, 1);
        puppets.tell(1, real);
        puppets.tell(1, new SignedVote(Vote.Type.NULLIFY, 0, 2, Hash.ZERO, 1, real.signature()));
        puppets.tell(1, new SignedVote(Vote.Type.NULLIFY, 0, 1, Hash.ZERO, 2, real.signature()));
        assertThat(puppets.node().refused()).isEqualTo(2);
    }

    @Test
    void fault8_oneFormulaForTheQuorum() {
        for (int n = 1; n <= 40; n++) {
            Puppets puppets = new Puppets(n, 0);
            int quorum = Quorum.of(n);
            assertThat(puppets.world().validators().quorum()).isEqualTo(quorum);
            MessageCheck check = new MessageCheck(
                    puppets.world().validators(), puppets.world().keys(), VotingRules.PROTOCOL);
            int[] voters = new int[quorum];
            for (int i = 0; i < quorum; i++) {
                voters[i] = n - 1 - i;
            }
            check.check(0, puppets.certificate(Vote.Type.NULLIFY, 3, Hash.ZERO, voters));
            int[] fewer = new int[Math.max(1, quorum - 1)];
            System.arraycopy(voters, 0, fewer, 0, fewer.length);
            if (quorum > 1) {
                Certificate tooFew = puppets.certificate(Vote.Type.NULLIFY, 3, Hash.ZERO, fewer);
                assertThatThrownBy(() -> check.check(0, tooFew)).isInstanceOf(MalformedException.class);
            }
        }
    }

    @Test
    void fault9_aTimerOfAViewThatIsOverDoesNothing() {
        Puppets puppets = follower();
        puppets.pass(190);
        // The view moves on just before its timer; at the old time the new view has not had its own.
        puppets.tell(1, puppets.nullification(1));
        puppets.takeSaid();
        puppets.pass(15);
        puppets.core().onTimeout(puppets.node().now());
        assertThat(puppets.takeVotes(Vote.Type.NULLIFY)).isEmpty();
    }

    @Test
    void fault10_theFirstVoteStaysAndTheSecondConvicts() {
        Puppets puppets = follower();
        int liar = (puppets.node().identity() + 1) % 4;
        puppets.tell(liar, puppets.vote(Vote.Type.NOTARIZE, 1, Puppets.someHash(1), liar));
        puppets.tell(liar, puppets.vote(Vote.Type.NOTARIZE, 1, Puppets.someHash(2), liar));
        assertThat(puppets.evidence()).hasSize(1);
        Evidence pair = puppets.evidence().get(0);
        assertThat(pair.culprit()).isEqualTo(liar);
        assertThat(pair.kind()).isEqualTo(Evidence.Kind.DOUBLE_NOTARIZE);
        // The first counts on: with two others it is a quorum.
        for (int other = 1; other < 3; other++) {
            int voter = (liar + other) % 4 == puppets.node().identity() ? (liar + 3) % 4 : (liar + other) % 4;
            puppets.tell(voter, puppets.vote(Vote.Type.NOTARIZE, 1, Puppets.someHash(1), voter));
        }
        assertThat(puppets.core().view()).isEqualTo(2);
    }

    @Test
    void fault11_aVoteIsBoundToTypeEpochAndLedger() {
        Puppets puppets = follower();
        Hash blockId = Puppets.someHash(1);
        SignedVote notarize = puppets.vote(Vote.Type.NOTARIZE, 1, blockId, 1);
        puppets.tell(1, new SignedVote(Vote.Type.FINALIZE, 0, 1, blockId, 1, notarize.signature()));
        puppets.tell(1, new SignedVote(Vote.Type.NOTARIZE, 1, 1, blockId, 1, notarize.signature()));
        Validators here = puppets.world().validators();
        for (Validators elsewhere : List.of(
                new Validators(Puppets.someHash(9), here.epoch(), here.seed(), here.members()),
                new Validators(here.ledgerId(), 7, here.seed(), here.members()))) {
            byte[] statement = elsewhere.vote(Vote.Type.NOTARIZE, 1, blockId).signedMessage();
            ByteString signature =
                    ByteString.of(puppets.world().keys().signer(1).sign(statement));
            puppets.tell(1, new SignedVote(Vote.Type.NOTARIZE, 0, 1, blockId, 1, signature));
        }
        assertThat(puppets.node().refused()).isEqualTo(4);
    }

    @Test
    void fault13_indicesLengthsAndBitmapsFromTheWireAreChecked() {
        Puppets puppets = follower();
        byte[] vote = MessageCodec.encode(puppets.vote(Vote.Type.NULLIFY, 1, Hash.ZERO, 1));
        byte[] certificate = MessageCodec.encode(puppets.nullification(1));
        byte[] proposal = MessageCodec.encode(puppets.proposal(puppets.block(1, null, List.of())));
        List<byte[]> broken = new ArrayList<>();
        broken.add(with(vote, 1 + 1 + 4 + 8 + 32, 0xff));
        broken.add(with(certificate, 1 + 1 + 4 + 8 + 32, 0xf7));
        broken.add(with(proposal, 1 + SignedVote.ENCODED_BYTES, 0x7f));
        for (int i = 0; i < 500; i++) {
            byte[] source = List.of(vote, certificate, proposal).get(i % 3);
            broken.add(Arrays.copyOf(source, i % source.length));
        }
        MessageCheck check =
                new MessageCheck(puppets.world().validators(), puppets.world().keys(), VotingRules.PROTOCOL);
        for (byte[] bytes : broken) {
            assertThatThrownBy(() -> check.check(1, MessageCodec.decode(bytes, 4)))
                    .isInstanceOf(MalformedException.class);
        }
    }

    private static byte[] with(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return changed;
    }

    @Test
    void fault14_aBlocksTimeIsAfterItsParentsAndNotAheadOfTheClock() {
        Puppets puppets = follower();
        puppets.tell(1, puppets.proposal(puppets.block(1, null, List.of(), 560)));
        assertThat(puppets.takeVotes(Vote.Type.NOTARIZE)).isEmpty();
        puppets.pass(70);
        assertThat(puppets.takeVotes(Vote.Type.NOTARIZE)).hasSize(1);

        Puppets other = follower();
        long beforeGenesis = -other.node().now().wallMs() + 1;
        other.tell(1, other.proposal(other.block(1, null, List.of(), beforeGenesis)));
        assertThat(other.takeVotes(Vote.Type.NOTARIZE)).isEmpty();
    }
}
