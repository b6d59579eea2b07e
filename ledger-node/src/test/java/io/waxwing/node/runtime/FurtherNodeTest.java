package io.waxwing.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.control.Change;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.verify.TrustChain;
import io.waxwing.node.check.BlockCheck;
import io.waxwing.node.check.LedgerCheck;
import io.waxwing.node.crypto.KeyRing;
import io.waxwing.node.crypto.NodeKeys;
import io.waxwing.node.crypto.Signatures;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole ledgers of four with one more node of the second member, added while they run: it follows. */
class FurtherNodeTest {
    private static final Signatures SIGNATURES = Signatures.bouncyCastle();

    private final Consortium four = new Consortium(ConsortiumGenesis.of(4, 0, "", true), 4, 0);
    private final Consortium.Node follower = four.newcomer(5, "m2");
    private long submitted;

    private Consortium.Node node(int id) {
        return four.nodes.get(id - 1);
    }

    private void load(int blocks) {
        for (int i = 0; i < blocks; i++) {
            submitted++;
            node(1).agent().submit(four.batch(1, submitted, Hash.ZERO));
            four.run(12);
        }
    }

    private ConfigLeaf newest() {
        return node(1).epochs.get(node(1).epochs.size() - 1);
    }

    @BeforeEach
    void add() {
        follower.ring = KeyRing.of(NodeKeys.following(ConsortiumKeys.of(5).origin()));
        load(5);
        Hash intent =
                node(2).agent().governance().propose(List.of(new Change.AddNode(ConsortiumKeys.joinAsNode(5, "m2"))));
        four.run(1200);
        node(3).agent().governance().vote(intent, true);
        node(4).agent().governance().vote(intent, true);
        load(45);
        four.run(1000);
        assertThat(Registry.parse(newest().registry()).originsOf(2)).hasSize(2);
        follower.start();
        four.run(3000);
    }

    private void assertFollows() {
        assertThat(follower.agent().height()).isEqualTo(node(1).agent().height());
        assertThat(follower.store.state()).isEqualTo(node(1).store.state());
        assertThat(follower.agent().health().isRunning()).isTrue();
        assertThat(new LedgerCheck(follower.store, SIGNATURES).run()).isEmpty();
        assertThat(new BlockCheck(follower.store, SIGNATURES).run()).isEmpty();
    }

    @Test
    void itFollowsIsKilledAndCatchesUpWithoutEverVoting() {
        assertFollows();
        follower.crash(0);
        load(80);
        follower.start();
        four.run(3000);

        assertFollows();
        assertThat(follower.metrics.get("waxwing.ledger.voting").gauge().value())
                .isZero();
        assertThat(follower.checkpoints).isNotEmpty();
        TrustChain.Walked walked =
                TrustChain.decode(follower.agent().reader().trustChain()).walk(four.genesis.policy(), SIGNATURES);
        assertThat(walked.epochs()).hasSize(2);
    }

    @Test
    void itStandsInForNobody() {
        node(2).crash(0);
        node(3).crash(0);
        long height = node(1).agent().height();
        node(1).agent().submit(four.batch(1, submitted + 1, Hash.ZERO));
        four.run(20_000);

        assertThat(node(1).agent().height()).isEqualTo(height);
        assertThat(follower.agent().height()).isEqualTo(height);
    }

    @Test
    void itsOperatorHasNoSayInTheNameOfTheInstitution() {
        Change change = new Change.RemoveMember("m4");
        assertThatThrownBy(() -> follower.agent().governance().propose(List.of(change)))
                .hasMessageContaining("WXW-3195: this node has no vote");
        Hash intent = node(1).agent().governance().propose(List.of(change));
        four.run(1200);
        assertThatThrownBy(() -> follower.agent().governance().vote(intent, true))
                .hasMessageContaining("WXW-3195: this node has no vote");
        node(3).agent().governance().vote(intent, true);
        load(45);
        assertThat(Registry.parse(newest().registry()).isMember(4)).isTrue();
    }

    @Test
    void whatItPublishesIsOrderedUnderItsOwnNumber() {
        follower.agent().submit(four.batch(5, 1, Hash.ZERO));
        four.run(1000);

        assertThat(node(1).applied)
                .anyMatch(block -> block.batches().stream()
                        .anyMatch(batch -> batch.reference().lane().originId() == 5));
    }
}
