package io.waxwing.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.control.Change;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.verify.TrustChain;
import io.waxwing.node.check.BlockCheck;
import io.waxwing.node.check.LedgerCheck;
import io.waxwing.node.crypto.KeyRing;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.snapshot.Arrival;
import io.waxwing.node.store.AppliedReader;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whole ledgers that somebody comes to late: he begins with a snapshot. */
class SnapshotTest {
    private static final Signatures SIGNATURES = Signatures.bouncyCastle();
    private static final long BEHIND = 200;
    private static final int BEHIND_MOST = 20;

    private final Consortium four = new Consortium(4);
    private long submitted;

    private Consortium.Node node(int id) {
        return four.nodes.get(id - 1);
    }

    private void load(int blocks) {
        for (int i = 0; i < blocks; i++) {
            submitted++;
            node(2).agent().submit(four.batch(2, submitted, Hash.ZERO));
            four.run(12);
        }
    }

    /** Until the last point of all has that height. */
    private void growTo(long height) {
        while (node(2).agent().height() < height) {
            load(4);
            if (lastFinal() + BEHIND_MOST < submitted) {
                // One was lost, in the change of an epoch say, and none behind it can be final: whoever submits asks
                // again.
                again();
            }
        }
    }

    private long lastFinal() {
        return node(2).applied.stream()
                .flatMap(block -> block.batches().stream())
                .mapToLong(batch -> batch.reference().batchSeq())
                .max()
                .orElse(0);
    }

    private void again() {
        for (long batchSeq = lastFinal() + 1; batchSeq <= submitted; batchSeq++) {
            node(2).agent().submit(four.batch(2, batchSeq, Hash.ZERO));
        }
        four.run(200);
    }

    private void agree(Change change, int... voters) {
        Hash intent = node(1).agent().governance().propose(List.of(change));
        four.run(1200);
        for (int voter : voters) {
            node(voter).agent().governance().vote(intent, true);
        }
        load(40);
        four.run(1000);
        again();
    }

    private ConfigLeaf newest() {
        List<ConfigLeaf> epochs = node(1).epochs;
        return epochs.isEmpty() ? four.genesis : epochs.get(epochs.size() - 1);
    }

    /** Under load, until the node runs. */
    private void arrive(Consortium.Node node, ConfigLeaf known) {
        node.arrive(known, BEHIND);
        for (int i = 0; i < 8000 && node.arrived == null; i++) {
            if (i % 20 == 0) {
                load(1);
            }
            four.run(8);
        }
    }

    private void assertSameLedger(Consortium.Node node) {
        four.run(3000);
        assertThat(node.agent().health().isRunning()).isTrue();
        assertThat(node.store.state()).isEqualTo(node(2).store.state());
        assertThat(new LedgerCheck(node.store, SIGNATURES).run()).isEmpty();
        assertThat(new BlockCheck(node.store, SIGNATURES).run()).isEmpty();
        AppliedReader here = new AppliedReader(node.store);
        AppliedReader there = new AppliedReader(node(2).store);
        for (long height = 1; height <= node.agent().height(); height++) {
            assertThat(here.at(height)).isEqualTo(there.at(height));
        }
    }

    private void assertBeganWithSnapshot(Consortium.Node node) {
        assertThat(node.arrived)
                .as("of " + node(2).agent().height() + " blocks")
                .isEqualTo(Arrival.Outcome.ADOPTED);
        assertThat(node.store.bodiesFrom()).isGreaterThanOrEqualTo(256);
        assertThat(node.applied).allMatch(block -> block.height() > node.store.bodiesFrom());
    }

    @Test
    void aNewcomerBeginsWithASnapshotAfterTwoEpochsAndVotes() {
        load(30);
        agree(new Change.AddMember(ConsortiumKeys.join(5, ConsortiumKeys.of(5))), 2, 3);
        Consortium.Node fifth = four.newcomer(5);
        ConfigLeaf known = newest();
        // It comes later still, in an epoch that its trust chain does not know.
        node(4).crash(0);
        node(4).ring = new KeyRing(List.of(ConsortiumKeys.of(4), ConsortiumKeys.rotated(4)));
        node(4).start();
        agree(new Change.ReplaceMember(ConsortiumKeys.join(4, ConsortiumKeys.rotated(4))), 2, 3, 4);
        growTo(275);

        arrive(fifth, known);

        assertBeganWithSnapshot(fifth);
        assertSameLedger(fifth);
        assertThat(fifth.metrics.get("waxwing.ledger.voting").gauge().value()).isOne();
        ByteString chain = fifth.agent().reader().trustChain();
        TrustChain.Walked walked = TrustChain.decode(chain).walk(four.genesis.policy(), SIGNATURES);
        assertThat(walked.epochs()).hasSize(3);
        // Four of five are a quorum, and one of them is gone.
        node(3).crash(0);
        load(5);
        again();
        four.run(5000);
        assertThat(fifth.agent().height()).isEqualTo(node(2).agent().height());
        assertThat(fifth.applied)
                .anyMatch(block -> block.batches().stream()
                        .anyMatch(batch -> batch.reference().batchSeq() == submitted));
    }

    @Test
    void aYoungLedgerIsExecutedBlockByBlock() {
        load(20);
        Consortium.Node auditor = four.newcomer(5);
        auditor.arrive(four.genesis, BEHIND);
        four.run(3000);

        assertThat(auditor.arrived).isEqualTo(Arrival.Outcome.NOT_NEEDED);
        assertSameLedger(auditor);
    }
}
