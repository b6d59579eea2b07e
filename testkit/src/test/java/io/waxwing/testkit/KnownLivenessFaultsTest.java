package io.waxwing.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockAnswer;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.BlockRequest;
import io.waxwing.ledger.simplex.Certificate;
import io.waxwing.ledger.simplex.CertificateRequest;
import io.waxwing.ledger.simplex.MessageCheck;
import io.waxwing.ledger.simplex.MessageCodec;
import io.waxwing.ledger.simplex.Recovered;
import io.waxwing.ledger.simplex.Setup;
import io.waxwing.ledger.simplex.SignedVote;
import io.waxwing.ledger.simplex.Simplex;
import io.waxwing.ledger.simplex.Simplex.Standing;
import io.waxwing.ledger.simplex.Validators;
import io.waxwing.ledger.simplex.Vote;
import io.waxwing.ledger.simplex.VoteHistory;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.simplex.VotingRules;
import io.waxwing.testkit.sim.Chance;
import io.waxwing.testkit.sim.Mouth;
import io.waxwing.testkit.sim.SimLedger;
import io.waxwing.testkit.sim.SimNode;
import io.waxwing.testkit.sim.World;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Faults 15 to 24 of ledger.md section 2.1: liveness, synchronisation and resources. */
class KnownLivenessFaultsTest {
    private static final long MS = Puppets.MS;

    private static Puppets follower() {
        int leader = new Puppets(4, 0).world().validators().leader(1);
        Puppets puppets = new Puppets(4, (leader + 3) % 4).start();
        puppets.batch(puppets.node().identity());
        puppets.takeSaid();
        return puppets;
    }

    /** n real nodes on a quiet network. */
    private static World four() {
        World world = new World(new World.Shape(4, 4, Puppets.TIMING, VotingRules.PROTOCOL), new Chance(3), null);
        for (int i = 0; i < 4; i++) {
            world.add(i, true, Mouth.HONEST);
        }
        world.nodes().forEach(SimNode::boot);
        return world;
    }

    private static void pass(World world, long ms) {
        long end = world.agenda().nowNanos() + ms * MS;
        world.agenda().after(ms * MS, () -> {});
        while (world.agenda().nowNanos() < end) {
            world.agenda().step();
        }
    }

    private static void order(World world, int batches) {
        for (int i = 0; i < batches; i++) {
            world.newBatch(0);
            for (int round = 0; round < 8; round++) {
                world.gossip();
                pass(world, 20);
            }
        }
    }

    @Test
    void fault15_viewsDoNotDriftApartOnTheirTimers() {
        World world = four();
        world.network().split(0b0101);
        world.newBatch(0);
        world.newBatch(1);
        pass(world, 60_000);
        // Nobody could leave the view, and nobody's patience grew beyond its cap.
        assertThat(world.nodes()).extracting(node -> node.core().view()).containsOnly(1L);
        world.network().heal();
        for (int i = 0; i < 50; i++) {
            world.gossip();
            pass(world, 40);
        }
        assertThat(world.nodes()).allSatisfy(node -> {
            assertThat(node.ledger().applied(0)).isEqualTo(1);
            assertThat(node.ledger().applied(1)).isEqualTo(1);
        });
    }

    @Test
    void fault16_aViewNumberWithoutACertificateMovesNothing() {
        Puppets puppets = follower();
        int liar = puppets.world().validators().leader(1);
        for (long view : new long[] {2, 5, 9, 10, 1000, Long.MAX_VALUE}) {
            puppets.tell(liar, puppets.vote(Vote.Type.NULLIFY, view, Hash.ZERO, liar));
            puppets.tell(liar, puppets.vote(Vote.Type.NOTARIZE, view, Puppets.someHash(1), liar));
        }
        puppets.tell(liar, new CertificateRequest(0, Long.MAX_VALUE));
        puppets.tell(liar, puppets.proposal(puppets.block(puppets.viewLedBy(liar, 2), null, List.of())));
        assertThat(puppets.core().view()).isEqualTo(1);
    }

    @Test
    void fault17_aGoodProposalIsNotarizedAlsoAfterNullify() {
        Puppets puppets = follower();
        puppets.pass(300);
        assertThat(puppets.takeVotes(Vote.Type.NULLIFY)).isNotEmpty();
        Block block = puppets.block(1, null, List.of());
        puppets.tell(1, puppets.proposal(block));
        assertThat(puppets.takeVotes(Vote.Type.NOTARIZE))
                .extracting(SignedVote::blockId)
                .containsOnly(block.blockId());
    }

    @Test
    void fault18_certificatesAreSentAgainWhileNothingMoves() {
        Puppets puppets = follower();
        Certificate nullification = puppets.nullification(1);
        puppets.tell(1, nullification);
        assertThat(puppets.takeSaid()).contains(nullification);
        puppets.pass(1000);
        assertThat(puppets.takeSaid()).filteredOn(nullification::equals).hasSizeGreaterThan(1);
    }

    @Test
    void fault19_synchronisingResetsNeitherViewNorVotes() {
        Puppets puppets = follower();
        for (long view = 1; view < 6; view++) {
            puppets.tell(1, puppets.nullification(view));
        }
        puppets.pass(2000);
        assertThat(puppets.takeVotes(Vote.Type.NULLIFY))
                .extracting(SignedVote::view)
                .contains(6L);
        Block synced = puppets.block(3, null, List.of());
        MessageCheck check =
                new MessageCheck(puppets.world().validators(), puppets.world().keys(), VotingRules.PROTOCOL);
        var effects = puppets.core()
                .onSynced(
                        synced.header(),
                        check.check(1, puppets.byOthers(Vote.Type.FINALIZE, 3, synced.blockId())),
                        puppets.node().now());
        assertThat(puppets.core().view()).isEqualTo(6);
        assertThat(puppets.core().lastApplied()).isEqualTo(synced.header());
        assertThat(effects.persistFirst()).noneMatch(VoteRecord.Nullified.class::isInstance);
        // Its nullify of view 6 still forbids the finalize vote.
        puppets.tell(1, puppets.byOthers(Vote.Type.NOTARIZE, 6, Puppets.someHash(6)));
        assertThat(puppets.takeVotes(Vote.Type.FINALIZE)).isEmpty();
    }

    @Test
    void fault20_viewsStandStillWhileNothingIsToBeProposed() {
        World world = four();
        order(world, 3);
        pass(world, 2000);
        List<Long> views =
                world.nodes().stream().map(node -> node.core().view()).toList();
        long sent = world.network().sent();
        pass(world, 600_000);
        assertThat(world.nodes()).extracting(node -> node.core().view()).isEqualTo(views);
        assertThat(world.network().sent()).isEqualTo(sent);
        assertThat(world.nodes())
                .allSatisfy(node -> assertThat(node.ledger().applied(0)).isEqualTo(3));
    }

    @Test
    void fault21_oneCutOffStopsNobodyAndCatchesUp() {
        World world = four();
        SimNode cutOff = world.nodes().get(3);
        order(world, 1);
        for (int other = 0; other < 3; other++) {
            world.network().cut(other, 3);
            world.network().cut(3, other);
        }
        order(world, 90);
        pass(world, 5000);
        assertThat(world.nodes().get(0).ledger().applied(0)).isEqualTo(91);
        assertThat(cutOff.ledger().applied(0)).isEqualTo(1);
        world.network().heal();
        order(world, 1);
        pass(world, 5000);
        assertThat(cutOff.ledger().applied(0)).isEqualTo(92);
        assertThat(cutOff.core().view()).isEqualTo(world.nodes().get(0).core().view());
    }

    @Test
    void fault21_aNodeThatWasDownCatchesUpThoughNothingNewComes() {
        World world = four();
        SimNode down = world.nodes().get(2);
        down.crash();
        order(world, 30);
        pass(world, 5000);
        down.boot();
        pass(world, 5000);
        assertThat(down.ledger().applied(0)).isEqualTo(30);
    }

    @Test
    void fault22_aBodyIsTakenOnlyUnderItsOwnId() {
        Puppets puppets = follower();
        int self = puppets.node().identity();
        Block real = puppets.block(1, null, List.of());
        Block other = puppets.block(1, null, List.of(), 1);
        puppets.tell((self + 1) % 4, puppets.byOthers(Vote.Type.FINALIZE, 1, real.blockId()));
        assertThat(puppets.takeSaid())
                .anyMatch(message -> message instanceof BlockRequest request
                        && request.blockId().equals(real.blockId()));
        for (int peer = 0; peer < 4; peer++) {
            puppets.tell(peer, new BlockAnswer(0, real.blockId(), other));
        }
        assertThat(puppets.applied()).isEmpty();
        puppets.pass(500);
        for (int peer = 0; peer < 4; peer++) {
            puppets.tell(peer, new BlockAnswer(0, real.blockId(), real));
        }
        assertThat(puppets.applied()).containsExactly(real);
    }

    @Test
    void fault22_aTipIsClaimedByACertificateOrNotAtAll() {
        Puppets puppets = follower();
        Certificate notarization = puppets.byOthers(Vote.Type.NOTARIZE, 50, Puppets.someHash(1));
        puppets.tell(
                1,
                new Certificate(
                        Vote.Type.FINALIZE,
                        0,
                        50,
                        notarization.blockId(),
                        notarization.voters(),
                        notarization.signatures()));
        assertThat(puppets.node().refused()).isEqualTo(1);
        assertThat(puppets.core().settledView()).isZero();
        assertThat(puppets.core().view()).isEqualTo(1);
    }

    @Test
    void fault23_futureVotesAndProposalsAreNotKept() {
        Puppets puppets = follower();
        int liar = (puppets.node().identity() + 1) % 4;
        for (long view = 10; view < 2000; view++) {
            puppets.tell(liar, puppets.vote(Vote.Type.NOTARIZE, view, Puppets.someHash((int) view), liar));
        }
        for (long view = puppets.viewLedBy(liar, 10); view < 1000; view += 4) {
            puppets.tell(liar, puppets.proposal(puppets.block(view, null, List.of())));
        }
        assertThat(puppets.core().held().votes()).isZero();
        assertThat(puppets.core().held().blocks()).isZero();
    }

    @Test
    void fault23_nothingLargerThanABlockIsRead() {
        byte[] huge = new byte[MessageCodec.MAX_BYTES + 1];
        huge[0] = 5;
        huge[1 + 4 + 32] = 0x7f;
        assertThatThrownBy(() -> MessageCodec.decode(huge, 4)).isInstanceOf(MalformedException.class);
    }

    @Test
    void fault24_theNextEpochStandsOnTheFinalBlockThatBeginsIt() {
        World world = four();
        order(world, 2);
        ConfigLeaf config = new ConfigLeaf(1, 3, Hash.ZERO, ByteString.EMPTY, ByteString.EMPTY, List.of());
        world.nodes().forEach(node -> {
            node.ledger().approve(config);
            node.pendingChanged();
        });
        pass(world, 5000);
        assertThat(world.nodes())
                .allSatisfy(node -> assertThat(node.core().standing()).isEqualTo(Standing.ENDED));
        BlockHeader last = world.nodes().get(0).core().lastApplied();
        assertThat(world.nodes()).extracting(node -> node.core().lastApplied()).containsOnly(last);
        List<Integer> heights = world.nodes().stream()
                .map(node -> node.disk().blocks().applied().size())
                .toList();
        // Work that comes later waits for the next epoch; the old one only answers.
        order(world, 1);
        pass(world, 5000);
        assertThat(world.nodes())
                .extracting(node -> node.disk().blocks().applied().size())
                .isEqualTo(heights);
        assertThatTheNextEpochBegins(world, last);
    }

    private static void assertThatTheNextEpochBegins(World world, BlockHeader last) {
        Validators old = world.validators();
        Validators next = new Validators(old.ledgerId(), 1, 0, old.members().subList(0, 1));
        SimNode node = world.nodes().get(0);
        SimLedger ledger = node.ledger();
        ledger.learn(0, 3);
        Setup setup = new Setup(next, 0, world.keys().signer(0), VotingRules.PROTOCOL, Puppets.TIMING, ledger);
        VoteHistory history = new VoteHistory();
        node.disk().votes().history().snapshot().forEach(history::add);
        Simplex core = new Simplex(setup, new Recovered(history, true, last, last, null, List.of(), new TreeSet<>()));
        var applied = core.start(node.now()).thenApply();
        assertThat(core.standing()).isEqualTo(Standing.VOTING);
        assertThat(applied).hasSize(1);
        assertThat(applied.get(0).block().header().epoch()).isEqualTo(1);
        assertThat(applied.get(0).block().header().parentId()).isEqualTo(last.blockId());
        assertThat(applied.get(0).block().header().view()).isGreaterThan(last.view());
    }

    @Test
    void fault24_theOldEpochKeepsAnswering() {
        World world = four();
        SimNode absent = world.nodes().get(1);
        absent.crash();
        ConfigLeaf config = new ConfigLeaf(1, 1, Hash.ZERO, ByteString.EMPTY, ByteString.EMPTY, List.of());
        for (SimNode node : world.nodes()) {
            if (node.isUp()) {
                node.ledger().approve(config);
                node.pendingChanged();
            }
        }
        pass(world, 8000);
        absent.boot();
        absent.ledger().approve(config);
        pass(world, 8000);
        assertThat(absent.core().standing()).isEqualTo(Standing.ENDED);
        assertThat(absent.core().lastApplied())
                .isEqualTo(world.nodes().get(0).core().lastApplied());
    }
}
