package io.waxwing.ledger.dispute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.batch.CarriedBatch;
import io.waxwing.ledger.batch.CarriedEvent;
import io.waxwing.ledger.dispute.OpenChallenge.Standing;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.execute.Execution;
import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.execute.Undo;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.EraseLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.SegmentLeaf;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Origin a erases an event of its batch of two, and who says otherwise is refused. */
class ErasureOrderTest {
    private final Quarrel quarrel = new Quarrel();

    private SegmentLeaf segment() {
        return LeafCodec.decodeSegment(
                quarrel.ledger.leaves.get((int) quarrel.leafIndex + 1).toBytes());
    }

    private EraseLeaf leaf(String by, long position, long timeMs) {
        EraseLeaf.Target target =
                new EraseLeaf.Target(quarrel.leafIndex + 1, position, segment().leafHash());
        return EraseLeaf.content(
                target,
                Quarrel.origin(by),
                timeMs,
                quarrel.ledger.state.ledgerId(),
                quarrel.ledger.current(by, "origin"));
    }

    private ErasureOrder order(EraseLeaf leaf) {
        long size = quarrel.ledger.state.disputes().provableSize(leaf.targetLeafIndex());
        List<Hash> path =
                quarrel.ledger.tree().inclusion(leaf.targetLeafIndex(), size).hashes();
        return new ErasureOrder(leaf, segment(), size, path);
    }

    private ErasureOrder order(String by, long position, long timeMs) {
        return order(leaf(by, position, timeMs));
    }

    private void assertRefused(Dispute dispute, String because) {
        LedgerState state = quarrel.ledger.state;
        Undo undo = state.remember();
        ByteString before = state.encode();
        assertThatThrownBy(() -> quarrel.say(dispute))
                .isInstanceOf(LedgerFailure.class)
                .hasMessageContaining(because);
        state.takeBack(undo);
        assertThat(state.encode()).isEqualTo(before);
    }

    private Excuse excuse(String by, ChallengeId id, long eraseLeafIndex) {
        long size = quarrel.ledger.state.disputes().provableSize(eraseLeafIndex);
        EraseLeaf leaf = (EraseLeaf)
                LeafCodec.decode(quarrel.ledger.leaves.get((int) eraseLeafIndex).toBytes());
        List<Hash> path = quarrel.ledger.tree().inclusion(eraseLeafIndex, size).hashes();
        return Excuse.of(
                id,
                Quarrel.origin(by),
                new Excuse.Proof(eraseLeafIndex, size, leaf, path),
                quarrel.ledger.current(by, "origin"),
                quarrel.ledger.state.ledgerId());
    }

    private CarriedBatch without(int event) {
        List<CarriedEvent> events = new ArrayList<>(quarrel.payloads.events());
        events.set(event, events.get(event).erased());
        return new CarriedBatch(quarrel.payloads.runs(), events);
    }

    @Test
    void theOriginsOrderBecomesALeafThatNamesTheEvent() {
        Execution.Step step = quarrel.say(order("a", 1, 7));
        Applied.AppliedErasure erasure = step.applied().erasures().get(0);
        assertThat(erasure.leaf()).isEqualTo(leaf("a", 1, 7));
        byte[] there = quarrel.ledger.leaves.get((int) erasure.leafIndex()).toBytes();
        assertThat(LeafCodec.decode(there)).isEqualTo(erasure.leaf());
        assertThat(step.applied().batches()).isEmpty();
        assertThat(quarrel.ledger.state.disputes().lastErasureMs(1)).isEqualTo(7);
    }

    @Test
    void noneIsSaidTwiceNorBehindALaterOne() {
        ErasureOrder first = order("a", 0, 7);
        quarrel.say(first);
        assertRefused(order(first.leaf()), "repeat");
        assertRefused(order("a", 1, 6), "repeat");
        Execution.Step step = quarrel.say(order("a", 1, 8), order("a", 0, 9));
        assertThat(step.applied().erasures()).hasSize(2);
    }

    @Test
    void nobodyErasesWhatAnotherInstitutionPublished() {
        assertRefused(order("b", 0, 7), "is of origin 1");
    }

    @Test
    void whatIsNotThereIsNotErased() {
        assertRefused(order("a", 2, 7), "proof");
        EraseLeaf other = EraseLeaf.content(
                new EraseLeaf.Target(quarrel.leafIndex, 0, segment().leafHash()),
                1,
                7,
                quarrel.ledger.state.ledgerId(),
                quarrel.ledger.current("a", "origin"));
        assertRefused(order(other), "proof");
        ErasureOrder good = order("a", 0, 7);
        for (int block = 0; block < KnownRoots.REACH + 1; block++) {
            quarrel.say();
        }
        assertRefused(good, "old");
        assertThat(quarrel.say(order(good.leaf())).applied().erasures()).hasSize(1);
    }

    @Test
    void aWrongSignatureOrOtherComponentsAreRefused() {
        EraseLeaf good = leaf("a", 0, 7);
        EraseLeaf forged = new EraseLeaf(
                1, 0, EraseLeaf.CONTENT, good.targetLeafIndex(), 1, good.targetHash(), 7, good.signature());
        assertRefused(order(forged), "signature");
        EraseLeaf some = new EraseLeaf(1, 0, 0b1000, good.targetLeafIndex(), 0, good.targetHash(), 7, good.signature());
        assertRefused(order(some), "names headers, publisher and payload");
    }

    @Test
    void itsBytesAreReadAsTheyWereWrittenAndNothingElseIs() {
        ErasureOrder order = order("a", 1, 7);
        assertThat(Dispute.decode(order.encode())).isEqualTo(order);
        byte[] renamed = order.encode();
        renamed[2]++;
        assertThatThrownBy(() -> Dispute.decode(renamed))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("is named");
        quarrel.say(order);
        Dispute.Challenge challenge = quarrel.challenge("d", 1);
        Execution.Step step = quarrel.say(order("a", 0, 8));
        Excuse excuse =
                excuse("b", challenge.id(), step.applied().erasures().get(0).leafIndex());
        assertThat(Dispute.decode(excuse.encode())).isEqualTo(excuse);
    }

    @Test
    void theStateIsReadBackAndLedgersWithoutErasuresHaveTheRecordsTheyAlwaysHad() {
        ByteString never = quarrel.ledger.state.encode();
        assertThat(LedgerState.restore(never, List.of(), List.of()).disputes())
                .isEqualTo(quarrel.ledger.state.disputes());
        Dispute.Challenge challenge = quarrel.challenge("d", 1);
        quarrel.say(challenge);
        ByteString before = quarrel.ledger.state.encode();
        quarrel.say(order("a", 1, 7));
        Disputes now = quarrel.ledger.state.disputes();
        LedgerState again = LedgerState.restore(quarrel.ledger.state.encode(), List.of(), List.of());
        assertThat(again.disputes()).isEqualTo(now);
        assertThat(again.disputes().lastErasureMs(1)).isEqualTo(7);
        assertThat(again.disputes().get(challenge.id()).erased().contains(0, 1)).isTrue();
        assertThat(LedgerState.restore(before, List.of(), List.of())
                        .disputes()
                        .get(challenge.id())
                        .erased()
                        .isEmpty())
                .isTrue();
    }

    @Test
    void anAnswerWithoutWhatWasErasedMeanwhileIsTrue() {
        Dispute.Challenge challenge = quarrel.challenge("d", 1);
        quarrel.say(challenge);
        quarrel.say(order("a", 1, 7));
        Dispute.Answer answer = quarrel.answer("b", challenge, without(1).encode());
        quarrel.say(answer);
        assertThat(quarrel.ledger.state.disputes().get(challenge.id()).standing())
                .isEqualTo(Standing.ANSWERED);
        assertRefused(quarrel.disproof("d", challenge, answer, Quarrel.secret("d1")), "is true");
    }

    @Test
    void anAnswerWithoutWhatWasNotErasedIsALie() {
        Dispute.Challenge challenge = quarrel.challenge("d", 1);
        quarrel.say(challenge);
        quarrel.say(order("a", 1, 7));
        Dispute.Answer answer = quarrel.answer("b", challenge, without(0).encode());
        quarrel.say(answer);
        Execution.Step step = quarrel.say(quarrel.disproof("d", challenge, answer, Quarrel.secret("d1")));
        assertThat(step.applied().verdicts()).hasSize(1);
    }

    @Test
    void whatWasErasedBeforeTheChallengeIsExcusedByWhoMayAnswer() {
        long erased = quarrel.say(order("a", 1, 7)).applied().erasures().get(0).leafIndex();
        Dispute.Challenge challenge = quarrel.challenge("d", 1);
        quarrel.say(challenge);
        assertRefused(excuse("d", challenge.id(), erased), "no excuse");
        Excuse excuse = excuse("b", challenge.id(), erased);
        Excuse forged = new Excuse(
                excuse.id(), excuse.author(), excuse.proof(), leaf("a", 1, 7).signature());
        assertRefused(forged, "signature");
        quarrel.say(excuse);
        assertRefused(excuse("c", challenge.id(), erased), "repeat");
        Dispute.Answer answer = quarrel.answer("b", challenge, without(1).encode());
        quarrel.say(answer);
        assertRefused(quarrel.disproof("d", challenge, answer, Quarrel.secret("d1")), "is true");
        assertThat(quarrel.ledger.state.convictions()).isEmpty();
    }

    @Test
    void anErasureOfAnotherBatchIsNoExcuse() {
        long erased = quarrel.say(order("a", 1, 7)).applied().erasures().get(0).leafIndex();
        quarrel.order(quarrel.payloads, "b", "c");
        long other = quarrel.ledger.state.treeSize() - 3;
        Dispute.Challenge challenge = quarrel.challenge("d", 1, other);
        quarrel.say(challenge);
        assertRefused(excuse("b", challenge.id(), erased), "no excuse");
    }
}
