package io.waxwing.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.simplex.VoteRecord;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.ledger.verify.CheckpointCheck;
import io.waxwing.node.TestLedger;
import io.waxwing.node.check.BlockCheck;
import io.waxwing.node.check.LedgerCheck;
import io.waxwing.node.crypto.Signatures;
import io.waxwing.node.start.LedgerStart;
import io.waxwing.node.store.StoreCodes;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Four whole ledgers, from the batch handed over to the cosigned checkpoint, with links that are memory. */
class ConsortiumTest {
    private static final Signatures SIGNATURES = Signatures.bouncyCastle();

    private final Consortium four = new Consortium(4);

    private void submit(int member, long batchSeq) {
        four.nodes.get(member - 1).agent().submit(four.batch(member, batchSeq, Hash.ZERO));
    }

    private List<Long> heights() {
        return four.nodes.stream()
                .filter(Consortium.Node::isUp)
                .map(node -> node.agent().height())
                .toList();
    }

    private static List<Applied> withEvents(Consortium.Node node) {
        return node.applied.stream().filter(block -> block.eventCount() > 0).toList();
    }

    private void assertOneLedger() {
        Consortium.Node first = four.nodes.get(0);
        for (Consortium.Node node : four.nodes) {
            assertThat(node.agent().height()).isEqualTo(first.agent().height());
            assertThat(node.agent().reader().treeSize())
                    .isEqualTo(first.agent().reader().treeSize());
            assertThat(node.store.state()).isEqualTo(first.store.state());
            assertThat(new LedgerCheck(node.store, SIGNATURES).run()).isEmpty();
            assertThat(new BlockCheck(node.store, SIGNATURES).run()).isEmpty();
        }
    }

    @Test
    void batchesOfEveryMemberGetOnePlaceEverywhere() {
        for (int seq = 1; seq <= 3; seq++) {
            for (int member = 1; member <= 4; member++) {
                submit(member, seq);
            }
            four.run(20);
        }
        four.run(200);
        assertThat(withEvents(four.nodes.get(0)).stream()
                        .mapToInt(Applied::eventCount)
                        .sum())
                .isEqualTo(12);
        assertThat(withEvents(four.nodes.get(3))).isEqualTo(withEvents(four.nodes.get(0)));
        assertOneLedger();
    }

    @Test
    void aCheckpointHasTheCosignaturesOfAQuorumAndAnyNodeAssemblesIt() {
        submit(2, 1);
        four.run(300);
        TrustPolicy policy = TrustPolicy.parse(four.genesis.policy().toBytes());
        for (Consortium.Node node : four.nodes) {
            PublishedCheckpoint last = node.checkpoints.get(node.checkpoints.size() - 1);
            assertThat(last.treeSize()).isEqualTo(node.agent().reader().treeSize());
            SignedNote note = SignedNote.parse(last.note().toBytes());
            assertThat(note.signatures()).hasSize(1 + 3);
            assertThat(new CheckpointCheck(policy, SIGNATURES)
                            .verify(note)
                            .checkpoint()
                            .root())
                    .isEqualTo(last.root());
        }
    }

    @Test
    void threeOfFourGoOnAndTheFourthCatchesUpWhenItReturns() {
        submit(1, 1);
        four.run(200);
        four.nodes.get(3).crash(0);
        for (int seq = 2; seq <= 6; seq++) {
            submit(1, seq);
            four.run(3000);
        }
        assertThat(withEvents(four.nodes.get(0))).hasSize(6);
        four.nodes.get(3).start();
        submit(1, 7);
        four.run(5000);
        assertThat(heights()).containsOnly(four.nodes.get(0).agent().height());
        assertOneLedger();
    }

    @Test
    void twoOfFourOrderNothingAndLoseNothingAndGoOnWhenAThirdReturns() {
        submit(1, 1);
        four.run(200);
        four.nodes.get(2).crash(0);
        four.nodes.get(3).crash(5);
        submit(1, 2);
        four.run(20_000);
        assertThat(withEvents(four.nodes.get(0))).hasSize(1);
        four.nodes.get(2).start();
        four.run(25_000);
        assertThat(withEvents(four.nodes.get(0))).hasSize(2);
        four.nodes.get(3).start();
        four.run(25_000);
        assertOneLedger();
    }

    @Test
    void aPowerFailureOfAllLosesNothingThatWasFinal() {
        for (int seq = 1; seq <= 4; seq++) {
            submit(1, seq);
            submit(3, seq);
            four.run(seq == 4 ? 7 : 30);
        }
        List<Applied> told = List.copyOf(four.nodes.get(1).applied);
        four.nodes.forEach(node -> node.crash(0));
        four.nodes.forEach(Consortium.Node::start);
        submit(1, 4);
        submit(3, 4);
        four.run(5000);
        assertOneLedger();
        for (Consortium.Node node : four.nodes) {
            for (Applied before : told) {
                assertThat(node.applied).contains(before);
            }
            assertThat(withEvents(node).stream().mapToInt(Applied::eventCount).sum())
                    .isGreaterThanOrEqualTo(8);
        }
    }

    @Test
    void aBatchDoesNotLeaveItsNodeBeforeItsRecordIsForced() {
        Consortium.Node node = four.nodes.get(0);
        four.run(10);
        node.faults.refuse(true);
        int before = node.frames;
        BatchReference batch = four.batch(1, 1, Hash.ZERO);
        node.agent().record(new VoteRecord.BatchSeq(batch.header(), 1), () -> {});
        node.agent().submit(batch);
        four.run(10);
        assertThat(node.frames).isEqualTo(before);
        node.faults.refuse(false);
        four.run(500);
        assertThat(node.log.records()).contains(new VoteRecord.BatchSeq(batch.header(), 1));
        assertThat(withEvents(four.nodes.get(2))).hasSize(1);
    }

    @Test
    void withoutAQuorumAHeartbeatIsCalledForOnceAndTheNodesSleep() {
        four.nodes.get(2).crash(0);
        four.nodes.get(3).crash(0);
        four.run(31_000);
        int awake = 0;
        for (int i = 0; i < 1000; i++) {
            four.run(1);
            awake += four.sleeps(four.nodes.get(0)) ? 0 : 1;
        }
        assertThat(awake).isLessThan(100);
    }

    @Test
    void cosignaturesThatWereLostAreSaidAgain() {
        four.run(1500);
        four.nodes.forEach(node -> node.checkpoints.clear());
        four.lost = frame -> frame[0] == 3;
        submit(1, 1);
        four.run(400);
        assertThat(four.nodes.get(0).checkpoints).isEmpty();
        four.lost = frame -> false;
        four.run(1500);
        for (Consortium.Node node : four.nodes) {
            assertThat(node.checkpoints.get(node.checkpoints.size() - 1).treeSize())
                    .isEqualTo(node.agent().reader().treeSize());
        }
    }

    @Test
    void anIdleConsortiumProvesThatNothingHappened() {
        four.run(31_500);
        for (Consortium.Node node : four.nodes) {
            assertThat(node.agent().height()).isPositive();
            PublishedCheckpoint last = node.checkpoints.get(node.checkpoints.size() - 1);
            assertThat(last.treeSize()).isEqualTo(node.agent().reader().treeSize());
        }
    }

    @Test
    void aFreshIdleConsortiumPublishesItsGenesisAsSoonAsAQuorumIsUp() {
        assertThat(four.nodes.get(0).agent().reader().latestCheckpoint().treeSize())
                .isZero();
        assertThat(four.nodes.get(0).agent().reader().trustChain()).isEqualTo(ByteString.EMPTY);
        four.run(20);
        for (Consortium.Node node : four.nodes) {
            assertThat(node.agent().height()).isZero();
            assertThat(node.agent().reader().latestCheckpoint().treeSize()).isEqualTo(2);
            assertThat(node.agent().reader().trustChain()).isNotEqualTo(ByteString.EMPTY);
        }
    }

    @Test
    void oneThatWasCutOffLearnsOfAnIdleLedgerWhatItHasMissedWhenItsLinksAreBack() {
        four.run(20);
        four.nodes.get(3).cut(true);
        submit(1, 1);
        four.run(2500);
        Consortium.Node last = four.nodes.get(3);
        assertThat(withEvents(last)).isEmpty();
        last.cut(false);
        four.run(1300);
        assertThat(withEvents(last)).hasSize(1);
        assertThat(last.checkpoints.get(last.checkpoints.size() - 1).treeSize())
                .isEqualTo(four.nodes.get(0).agent().reader().treeSize());
        assertOneLedger();
    }

    @Test
    void votesThatWereSaidWithoutLinksCountWhenTheLinksAreThere() {
        four.nodes.forEach(node -> node.cut(true));
        submit(1, 1);
        four.run(5);
        four.nodes.forEach(node -> node.cut(false));
        four.run(150);
        assertThat(heights()).containsOnly(1L);
    }

    @Test
    void aFolderOfSeveralIsNotOpenedAsALedgerOfOne() {
        Consortium.Node node = four.nodes.get(0);
        LedgerStart alone = new LedgerStart(ConsortiumKeys.of(1), SIGNATURES, node.store);
        assertThatThrownBy(() -> alone.solo(TestLedger.ORIGIN_LINE, "m1", ledgerId -> node.log, 1))
                .hasMessageContaining(StoreCodes.OTHER_LEDGER)
                .hasMessageContaining("4 institutions");
    }
}
