package io.waxwing.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.control.Change;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.spi.PeerLinks.Channel;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.ledger.verify.CheckpointCheck;
import io.waxwing.ledger.verify.TrustChain;
import io.waxwing.node.check.BlockCheck;
import io.waxwing.node.check.LedgerCheck;
import io.waxwing.node.crypto.KeyRing;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.testkit.fake.MemoryLedgerStore;
import io.waxwing.testkit.fake.MemoryVoteLog;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whole ledgers change who they are of: members come and go and change their keys while events are ordered. */
class GovernanceTest {
    private static final Signatures SIGNATURES = Signatures.bouncyCastle();

    private final Consortium four = new Consortium(4);
    private long submitted;

    private Consortium.Node node(int id) {
        return four.nodes.get(id - 1);
    }

    /** So many batches of the first member, in as many blocks. */
    private void load(int count) {
        for (int i = 0; i < count; i++) {
            submitted++;
            node(1).agent().submit(four.batch(1, submitted, Hash.ZERO));
            four.run(12);
        }
    }

    /** What the registry of a new epoch refuses has to be signed and certified again, as its origin does. */
    private void again() {
        long last = lastOrdered();
        for (long batchSeq = last + 1; batchSeq <= submitted; batchSeq++) {
            node(1).agent().submit(four.batch(1, batchSeq, Hash.ZERO));
        }
        four.run(200);
        assertThat(lastOrdered()).isEqualTo(submitted);
    }

    private long lastOrdered() {
        return node(1).applied.stream()
                .flatMap(block -> block.batches().stream())
                .mapToLong(batch -> batch.reference().batchSeq())
                .max()
                .orElse(0);
    }

    private Hash propose(int by, Change change) {
        return node(by).agent().governance().propose(List.of(change));
    }

    /** The others hear of it, approve it, and the change gets into a block, under load. */
    private void agree(Hash intent, int... voters) {
        four.run(1200);
        for (int voter : voters) {
            node(voter).agent().governance().vote(intent, true);
        }
        load(40);
        four.run(1000);
        again();
    }

    private void assertOneLedger(int... ids) {
        Consortium.Node first = node(ids[0]);
        for (int id : ids) {
            assertThat(node(id).agent().health().isRunning()).isTrue();
            assertThat(node(id).store.state()).as("state of " + id).isEqualTo(first.store.state());
            assertThat(new LedgerCheck(node(id).store, SIGNATURES).run()).isEmpty();
            assertThat(new BlockCheck(node(id).store, SIGNATURES).run()).isEmpty();
        }
    }

    /**
     * What anybody may check with the trust file alone: every epoch, and every checkpoint by the policy of its epoch.
     */
    private void assertVerifiable(int id, int epochs) {
        Consortium.Node node = node(id);
        ByteString chain = node.agent().reader().trustChain();
        TrustChain.Walked walked = TrustChain.decode(chain).walk(four.genesis.policy(), SIGNATURES);
        assertThat(walked.epochs()).hasSize(epochs);
        for (PublishedCheckpoint checkpoint : node.checkpoints) {
            SignedNote note = SignedNote.parse(checkpoint.note().toBytes());
            new CheckpointCheck(walked.epochOf(checkpoint.treeSize()).policy(), SIGNATURES).verify(note);
        }
        PublishedCheckpoint latest = node.agent().reader().latestCheckpoint();
        assertThat(latest.treeSize())
                .isGreaterThan(walked.epochs().get(epochs - 1).afterSize());
    }

    private void assertEverythingIsOrdered() {
        assertThat(lastOrdered()).isEqualTo(submitted);
    }

    private double gauge(int id, String name) {
        return node(id).metrics.get(name).gauge().value();
    }

    @Test
    void aMemberJoinsUnderLoadAndVotes() {
        Consortium.Node fifth = four.newcomer(5);
        fifth.start();
        Hash intent = propose(1, new Change.AddMember(ConsortiumKeys.join(5, ConsortiumKeys.of(5))));

        agree(intent, 2, 3);
        load(10);
        four.run(3000);

        assertOneLedger(1, 2, 3, 4, 5);
        assertThat(fifth.epochs).hasSize(1);
        assertThat(gauge(5, "waxwing.ledger.voting")).isOne();
        assertThat(gauge(1, "waxwing.ledger.validators")).isEqualTo(5);
        for (int id = 1; id <= 5; id++) {
            assertVerifiable(id, 2);
        }
        // Four of five are a quorum that needs the new one once another is gone.
        node(2).crash(0);
        load(5);
        four.run(5000);
        assertEverythingIsOrdered();
    }

    @Test
    void aMemberIsRemovedUnderLoadAndFollowsOnly() {
        Hash intent = propose(1, new Change.RemoveMember("m4"));

        agree(intent, 2, 3);
        load(10);
        four.run(3000);

        assertOneLedger(1, 2, 3, 4);
        assertThat(gauge(4, "waxwing.ledger.voting")).isZero();
        assertThat(gauge(1, "waxwing.ledger.validators")).isEqualTo(3);
        assertVerifiable(1, 2);
        assertVerifiable(4, 2);
    }

    @Test
    void keysAreRotatedUnderLoadWithoutARestart() {
        node(4).crash(0);
        node(4).ring = new KeyRing(List.of(ConsortiumKeys.of(4), ConsortiumKeys.rotated(4)));
        node(4).start();
        Hash intent = propose(4, new Change.ReplaceMember(ConsortiumKeys.join(4, ConsortiumKeys.rotated(4))));

        agree(intent, 2, 3);
        load(10);
        four.run(3000);

        assertOneLedger(1, 2, 3, 4);
        assertThat(gauge(4, "waxwing.ledger.voting")).isOne();
        assertVerifiable(2, 2);
        // The rotated key is needed for a quorum.
        node(2).crash(0);
        load(5);
        four.run(5000);
        assertEverythingIsOrdered();
    }

    @Test
    void aKeyWhoseLogWasLostVotesAgainWhenItIsRotated() {
        load(5);
        node(4).crash(0);
        node(4).log = new MemoryVoteLog(node(4).faults);
        node(4).ring = new KeyRing(List.of(ConsortiumKeys.of(4), ConsortiumKeys.rotated(4)));
        node(4).start();
        load(5);
        four.run(1000);
        assertThat(gauge(4, "waxwing.ledger.voting")).isZero();

        agree(propose(1, new Change.ReplaceMember(ConsortiumKeys.join(4, ConsortiumKeys.rotated(4)))), 2, 3);
        load(5);
        four.run(3000);

        assertThat(gauge(4, "waxwing.ledger.voting")).isOne();
        assertOneLedger(1, 2, 3, 4);
    }

    @Test
    void nothingChangesWithoutAQuorumOfApprovals() {
        Hash intent = propose(1, new Change.RemoveMember("m4"));

        agree(intent, 2);

        assertThat(node(1).epochs).isEmpty();
        assertThat(node(3).agent().governance().proposed()).singleElement().satisfies(change -> {
            assertThat(change.intent()).isEqualTo(intent);
            assertThat(change.approvedBy()).containsExactly("m1", "m2");
            assertThat(change.needed()).isEqualTo(3);
            assertThat(change.approvedHere()).isFalse();
            assertThat(change.differences()).contains("quorum 3 -> 2");
        });
        node(4).agent().governance().vote(intent, true);
        four.run(4000);
        assertThat(node(1).epochs).hasSize(1);
        assertThat(node(1).agent().governance().proposed()).isEmpty();
    }

    @Test
    void approvalsOutliveTheProcessThatGaveThem() {
        Hash intent = propose(1, new Change.RemoveMember("m4"));
        four.run(1500);
        node(2).agent().governance().vote(intent, true);
        for (int id = 1; id <= 3; id++) {
            node(id).crash(0);
        }
        for (int id = 1; id <= 3; id++) {
            node(id).start();
        }
        four.run(3000);
        assertThat(node(1).epochs).isEmpty();

        node(3).agent().governance().vote(intent, true);
        four.run(4000);

        assertThat(node(1).epochs).hasSize(1);
        assertOneLedger(1, 2, 3);
    }

    @Test
    void nobodyStopsAChangeByTalkingNonsenseAboutIt() {
        Hash intent = propose(1, new Change.RemoveMember("m4"));
        four.run(50);
        node(2).agent().governance().vote(intent, true);
        ByteString junk = ByteString.of(new byte[64]);
        for (int i = 0; i < 200; i++) {
            long target = Governance.target(node(1).agent().height());
            for (long height : new long[] {target, target + 1, target + 2, target + 3, target + 4, target + 32}) {
                byte[] frame = ConsensusFrame.of(new ConsensusFrame.Approved(intent, height, 4, junk));
                for (int peer = 1; peer <= 3; peer++) {
                    node(4).send(peer, Channel.CONSENSUS, frame);
                }
            }
            if (i == 20) {
                node(3).agent().governance().vote(intent, true);
            }
            load(1);
        }
        assertThat(node(1).epochs).hasSize(1);
    }

    @Test
    void whatCouldNotBeKeptIsNotToldToAnybody() {
        node(1).faults.refuse(true);
        assertThatThrownBy(() -> propose(1, new Change.RemoveMember("m4"))).hasMessageContaining("WXW-3121");
        node(1).faults.refuse(false);
        four.run(1500);
        for (int id = 1; id <= 4; id++) {
            assertThat(node(id).agent().governance().proposed()).isEmpty();
        }

        Hash intent = propose(1, new Change.RemoveMember("m4"));
        four.run(1500);
        node(2).faults.refuse(true);
        assertThatThrownBy(() -> node(2).agent().governance().vote(intent, true))
                .hasMessageContaining("WXW-3121");
        node(2).faults.refuse(false);
        four.run(1500);
        assertThat(node(3).agent().governance().proposed())
                .singleElement()
                .satisfies(change -> assertThat(change.approvedBy()).containsExactly("m1"));
    }

    @Test
    void whatIsTakenBackDoesNotCount() {
        Hash intent = propose(1, new Change.RemoveMember("m4"));
        four.run(1500);
        node(2).agent().governance().vote(intent, true);
        node(2).agent().governance().vote(intent, false);
        node(3).agent().governance().vote(intent, true);
        node(1).agent().governance().vote(intent, false);
        four.run(100);
        for (int id = 1; id <= 2; id++) {
            assertThat(node(id).agent().governance().proposed())
                    .allSatisfy(change -> assertThat(change.approvedHere()).isFalse());
        }
        load(40);
        assertThat(node(1).epochs).isEmpty();
    }

    @Test
    void aChangeThatMakesNoSenseIsRefusedAtOnce() {
        assertThatThrownBy(() -> propose(1, new Change.RemoveMember("nobody"))).hasMessageContaining("WXW-3193");
        assertThatThrownBy(() -> node(1).agent().governance().vote(Hash.ZERO, true))
                .hasMessageContaining("WXW-3195");
        Consortium.Node fifth = four.newcomer(5);
        fifth.start();
        assertThatThrownBy(() -> propose(5, new Change.RemoveMember("m4"))).hasMessageContaining("WXW-3195");
    }

    @Test
    void aNodeThatMissedTwoEpochsAndOneThatLostItsDataCatchUp() {
        node(4).crash(0);
        load(5);
        agree(propose(1, new Change.ReplaceMember(ConsortiumKeys.join(1, ConsortiumKeys.of(1)))), 2, 3);
        load(80);
        agree(propose(1, new Change.SetAudience(2, Availability.ALL, Set.of(1, 2))), 2, 3);
        load(80);
        assertThat(node(1).epochs).hasSize(2);

        node(3).crash(0);
        node(3).store = new MemoryLedgerStore(node(3).faults);
        node(3).epochs.clear();
        node(3).start();
        node(4).start();
        four.run(8000);
        load(5);
        four.run(4000);

        assertOneLedger(1, 2, 3, 4);
        assertThat(gauge(3, "waxwing.ledger.voting")).isOne();
        assertThat(gauge(4, "waxwing.ledger.voting")).isOne();
        assertVerifiable(3, 3);
        assertVerifiable(4, 3);
    }

    @Test
    void thePowerOfAllFailsInTheMiddleOfAChange() {
        Hash intent = propose(1, new Change.RemoveMember("m4"));
        four.run(1200);
        node(2).agent().governance().vote(intent, true);
        node(3).agent().governance().vote(intent, true);
        for (int i = 0; i < 60 && node(1).epochs.isEmpty(); i++) {
            load(1);
        }
        assertThat(node(1).epochs).hasSize(1);
        for (int id = 1; id <= 4; id++) {
            node(id).crash(0);
        }
        for (int id = 1; id <= 4; id++) {
            node(id).start();
        }
        four.run(6000);
        again();
        load(5);
        four.run(4000);

        assertOneLedger(1, 2, 3, 4);
        assertVerifiable(1, 2);
    }
}
