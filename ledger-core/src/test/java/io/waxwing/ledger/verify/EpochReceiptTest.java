package io.waxwing.ledger.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.fixture.MemoryLedger;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.note.Receipt;
import io.waxwing.ledger.note.ReceiptExtra;
import io.waxwing.ledger.note.ReceiptExtra.ProvenBatch;
import io.waxwing.ledger.note.ReceiptExtra.ProvenLeaf;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.verify.CheckStep.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Receipts of a ledger whose origin, a, has had three sets of keys in three epochs. */
class EpochReceiptTest {
    private static final JdkSignatureCheck CHECK = new JdkSignatureCheck();
    private static final Hash TAG = Sha256.digest(new byte[] {1});
    private static final String[] QUORUM = {"b", "c", "d"};

    private final MemoryLedger ledger = new MemoryLedger();
    private final byte[] trust = ledger.state.config().policy().toBytes();
    private final List<TrustChain.Entry> chain = new ArrayList<>();
    private final List<Long> segments = new ArrayList<>();

    EpochReceiptTest() {
        chain.add(entry(0, ledger.checkpoint(QUORUM)));
        order(1);
    }

    private void order(long batchSeq) {
        ledger.apply(List.of(), List.of(ledger.batch(1, batchSeq, 2 * batchSeq - 1, TAG, "b", "c")));
        segments.add(ledger.state.treeSize() - 2);
    }

    /** All keys of a change; the handover checkpoint is signed by the old ones. */
    private void rotate() {
        ConfigLeaf next = ledger.approved(ledger.rotation("a"), "a", "b", "c");
        long leafIndex = ledger.state.treeSize();
        ledger.apply(List.of(next), List.of());
        chain.add(entry(leafIndex, ledger.checkpoint("a", "b", "d")));
        ledger.rotated("a");
    }

    private TrustChain.Entry entry(long leafIndex, SignedNote note) {
        return new TrustChain.Entry(
                ledger.leaves.get((int) leafIndex), leafIndex, path(leafIndex), ByteString.of(note.encode()));
    }

    private List<Hash> path(long leafIndex) {
        return ledger.tree().inclusion(leafIndex, ledger.state.treeSize()).hashes();
    }

    private ByteString chain(int epochs) {
        return new TrustChain(chain.subList(0, epochs)).encode();
    }

    private byte[] receipt(long segment, ByteString inside, SignedNote note) {
        ProvenLeaf batch = new ProvenLeaf(ledger.leaves.get((int) segment - 1), segment - 1, path(segment - 1));
        ProvenLeaf block = new ProvenLeaf(ledger.leaves.get((int) segment + 1), segment + 1, path(segment + 1));
        ReceiptExtra extra = new ReceiptExtra(
                ledger.leaves.get((int) segment),
                List.of(),
                List.of(),
                inside,
                block,
                null,
                new ProvenBatch(batch, 0, List.of()));
        return new Receipt(extra, segment, path(segment), ByteString.of(note.encode())).encode();
    }

    private ReceiptReport verify(byte[] receipt, @Nullable ByteString known) {
        return new ReceiptVerifier(trust, known, CHECK).verify(receipt, null);
    }

    @Test
    void aReceiptOfTheFirstEpochVerifiesAfterTwoRotations() {
        byte[] early = receipt(segments.get(0), chain(1), ledger.checkpoint("a", "b", "c"));
        rotate();
        order(2);
        rotate();
        order(3);
        assertThat(verify(early, null).steps()).noneMatch(step -> step.outcome() == CheckStep.Outcome.FAILED);
        assertThat(verify(early, chain(3)).verified()).isTrue();
        for (long segment : segments) {
            byte[] refreshed = receipt(segment, chain(3), ledger.checkpoint("a", "b", "c"));
            ReceiptReport report = verify(refreshed, null);
            assertThat(report.verified()).as(report.steps().toString()).isTrue();
            assertThat(report.steps())
                    .anyMatch(
                            step -> step.name() == Name.ORIGIN && step.detail().contains("signed by a, held by 3"));
        }
    }

    @Test
    void aCheckpointOfAnOldEpochBeyondItsHandoverIsRefused() {
        rotate();
        order(2);
        rotate();
        order(3);
        SignedNote byNewKeys = ledger.checkpoint("a", "b", "c");
        byte[] newest = receipt(segments.get(2), chain(3), byNewKeys);
        assertThat(verify(newest, null).verified()).isTrue();
        byte[] cut = receipt(segments.get(2), chain(2), byNewKeys);
        CheckStep failure = Objects.requireNonNull(verify(cut, null).firstFailure());
        assertThat(failure.name()).isEqualTo(Name.CHECKPOINT);
    }

    @Test
    void keysOfAnEpochThatIsOverSignNothingForWhoeverKnowsTheChain() {
        ConfigLeaf next = ledger.approved(ledger.rotation("a"), "a", "b", "c");
        long leafIndex = ledger.state.treeSize();
        ledger.apply(List.of(next), List.of());
        chain.add(entry(leafIndex, ledger.checkpoint("a", "b", "d")));
        // Nobody told the fixture that a has rotated: it goes on signing with its old keys.
        order(2);
        byte[] hidden = receipt(segments.get(0), chain(1), ledger.checkpoint("a", "b", "c"));
        assertThat(verify(hidden, null).verified()).isTrue();
        ReceiptReport report = verify(hidden, chain(2));
        CheckStep failure = Objects.requireNonNull(report.firstFailure());
        assertThat(failure.name()).isEqualTo(Name.CHECKPOINT);
        assertThat(failure.detail()).contains("no log of the trust policy");
    }

    @Test
    void aBatchIsJudgedByTheKeysOfItsOwnEpochAndNoOthers() {
        rotate();
        order(2);
        long segment = segments.get(0);
        byte[] good = receipt(segment, chain(2), ledger.checkpoint("b", "c", "d"));
        assertThat(verify(good, null).verified()).isTrue();
        // The handover of epoch 0 moved before the batch: it would be epoch 1's keys that had to sign it.
        MemoryLedger other = new MemoryLedger();
        ConfigLeaf early = other.approved(other.rotation("a"), "a", "b", "c");
        other.apply(List.of(early), List.of());
        assertThat(other.apply(List.of(), List.of(other.batch(1, 1, 1, TAG, "b", "c")))
                        .applied()
                        .rejected())
                .hasSize(1);
        other.rotated("a");
        assertThat(other.apply(List.of(), List.of(other.batch(1, 1, 1, TAG, "b", "c")))
                        .applied()
                        .batches())
                .hasSize(1);
    }

    @Test
    void whatIsOrderedBesideAConfigIsJudgedByTheKeysBeforeIt() {
        ConfigLeaf next = ledger.approved(ledger.rotation("a"), "a", "b", "c");
        var applied = ledger.apply(List.of(next), List.of(ledger.batch(1, 2, 3, TAG, "b", "c")))
                .applied();
        assertThat(applied.batches()).hasSize(1);
        long leafIndex = applied.firstLeafIndex();
        chain.add(entry(leafIndex, ledger.checkpoint("a", "b", "d")));
        byte[] receipt = receipt(leafIndex + 2, chain(2), ledger.checkpoint("a", "b", "c"));
        assertThat(verify(receipt, null).verified()).isTrue();
    }
}
