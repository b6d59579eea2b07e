package io.waxwing.ledger.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.fixture.MemoryLedger;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.BlockLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.MerkleRoot;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ExecutionTest {
    private static final Hash TAG = Sha256.digest(new byte[] {1});
    private static final Hash OTHER_TAG = Sha256.digest(new byte[] {2});

    private final MemoryLedger ledger = new MemoryLedger();

    private Rejection reasonFor(BatchReference batch) {
        Applied applied = ledger.apply(List.of(), List.of(batch)).applied();
        assertThat(applied.batches()).isEmpty();
        return applied.rejected().get(0).reason();
    }

    @Test
    void aBatchNeedsTheHoldersOfItsAudience() {
        // Audience 1: m = 4, f = 1, t = 3 with the origin; audience 2: both.
        assertThat(reasonFor(ledger.batch(1, 1, 1, TAG, "b"))).isEqualTo(Rejection.CERTIFICATE);
        assertThat(reasonFor(ledger.batch(2, 1, 1, TAG))).isEqualTo(Rejection.CERTIFICATE);
        assertThat(reasonFor(ledger.batch(2, 1, 1, TAG, "c"))).isEqualTo(Rejection.CERTIFICATE);
        assertThat(reasonFor(ledger.batch(1, 1, 1, TAG, "a", "b", "c"))).isEqualTo(Rejection.CERTIFICATE);
        assertThat(reasonFor(ledger.batch(9, 1, 1, TAG))).isEqualTo(Rejection.AUDIENCE);
        List<BatchReference> good =
                List.of(ledger.batch(1, 1, 1, TAG, "b", "d"), ledger.batch(2, 1, 1, OTHER_TAG, "b"));
        assertThat(ledger.apply(List.of(), good).applied().batches()).hasSize(2);
    }

    @Test
    void lanesOfOneOriginCountApart() {
        ledger.apply(List.of(), List.of(ledger.batch(1, 1, 1, TAG, "b", "c")));
        ledger.apply(List.of(), List.of(ledger.batch(1, 2, 3, TAG, "b", "c"), ledger.batch(2, 1, 1, OTHER_TAG, "b")));
        assertThat(Objects.requireNonNull(ledger.state.originHead(new Lane(1, 1)))
                        .originSeq())
                .isEqualTo(4);
        assertThat(Objects.requireNonNull(ledger.state.originHead(new Lane(1, 2)))
                        .originSeq())
                .isEqualTo(2);
        TopicHead head = Objects.requireNonNull(ledger.state.topicHead(TAG));
        assertThat(head.topicSeq()).isEqualTo(4);
        assertThat(reasonFor(ledger.batch(1, 4, 5, TAG, "b", "c"))).isEqualTo(Rejection.OUT_OF_SEQUENCE);
        assertThat(reasonFor(ledger.batch(1, 3, 6, TAG, "b", "c"))).isEqualTo(Rejection.OUT_OF_SEQUENCE);
        assertThat(reasonFor(ledger.batch(1, 2, 3, TAG, "b", "c"))).isEqualTo(Rejection.REPEATED);
    }

    @Test
    void theBlockLeafClosesTheBlockWithTheRootsOfAllHeads() {
        ledger.apply(List.of(), List.of(ledger.batch(1, 1, 1, TAG, "b", "c"), ledger.batch(2, 1, 1, OTHER_TAG, "b")));
        BlockLeaf block = LeafCodec.decodeBlock(
                ledger.leaves.get(ledger.leaves.size() - 1).toBytes());
        List<byte[]> heads = Stream.of(TAG, OTHER_TAG)
                .sorted()
                .map(tag -> Objects.requireNonNull(ledger.state.topicHead(tag)).encode())
                .toList();
        assertThat(block.headsRoot()).isEqualTo(MerkleRoot.ofEntries(heads));
        assertThat(block.headsCount()).isEqualTo(2);
        assertThat(block.otherLeaves()).isEqualTo(4);
        assertThat(block.treeSizeAfter()).isEqualTo(ledger.state.treeSize());
        assertThat(block.previousBlock())
                .isEqualTo(Sha256.leafHash(ledger.leaves.get(1).toBytes()));
        assertThat(block.configHash()).isEqualTo(ledger.state.ledgerId());
    }

    @Test
    void aRestoredStateGoesOnAsTheOriginal() {
        ledger.apply(List.of(), List.of(ledger.batch(1, 1, 1, TAG, "b", "c")));
        LedgerState state = ledger.state;
        LedgerState restored = LedgerState.restore(
                state.encode(),
                List.of(Objects.requireNonNull(state.topicHead(TAG))),
                List.of(Objects.requireNonNull(state.originHead(new Lane(1, 1)))));
        Order order = new Order(2, 1_770_000_000_000L, List.of(), List.of(ledger.batch(1, 2, 3, TAG, "b", "c")));
        Execution.Step one = Execution.apply(state, order, new JdkSignatureCheck(), (level, index, hash) -> {});
        Execution.Step two = Execution.apply(restored, order, new JdkSignatureCheck(), (level, index, hash) -> {});
        assertThat(two).isEqualTo(one);
        assertThat(restored.encode()).isEqualTo(state.encode());
    }

    @Test
    void heightsTimesAndEpochsFollow() {
        LedgerState state = ledger.state;
        long time = state.timeMs();
        for (Order wrong : List.of(
                new Order(2, time + 1, List.of(), List.of()),
                new Order(0, time + 1, List.of(), List.of()),
                new Order(1, time, List.of(), List.of()),
                new Order(1, time + 1, List.of(MemoryLedger.config(0, 2, Hash.ZERO, 3)), List.of()),
                new Order(1, time + 1, List.of(MemoryLedger.config(1, 2, Hash.ZERO, 3)), List.of()))) {
            assertThatThrownBy(() -> Execution.apply(state, wrong, new JdkSignatureCheck(), (level, index, hash) -> {}))
                    .isInstanceOf(LedgerFailure.class);
        }
    }
}
