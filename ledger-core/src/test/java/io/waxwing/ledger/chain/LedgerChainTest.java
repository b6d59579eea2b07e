package io.waxwing.ledger.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.execute.Execution;
import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.execute.Order;
import io.waxwing.ledger.fixture.MemoryLedger;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.merkle.TileBuffer;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Chain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LedgerChainTest {
    private static final Lane ALL = new Lane(1, 1);

    private final MemoryLedger ledger = new MemoryLedger();
    private final TileBuffer tiles = tilesOf(ledger);
    private final LedgerChain chain = new LedgerChain(ledger.state, tiles, new JdkSignatureCheck());

    private static TileBuffer tilesOf(MemoryLedger ledger) {
        TileBuffer tiles = new TileBuffer();
        var range = new io.waxwing.ledger.merkle.CompactRange();
        ledger.leaves.forEach(leaf -> range.append(Sha256.leafHash(leaf.toBytes()), tiles));
        tiles.drain();
        return tiles;
    }

    private static Hash tag(int topic) {
        return Sha256.digest(new byte[] {(byte) topic});
    }

    private BatchReference batch(long audience, long batchSeq, int topic) {
        return ledger.batch(
                audience,
                batchSeq,
                2 * batchSeq - 1,
                tag(topic),
                audience == 1 ? new String[] {"b", "c"} : new String[] {"b"});
    }

    private Block block(List<Block> path, List<BatchReference> batches, long view) {
        Chain.Tip tip = chain.after(path);
        long height = path.isEmpty()
                ? chain.last().height() + 1
                : path.get(path.size() - 1).header().height() + 1;
        Hash parent = path.isEmpty() ? Hash.ZERO : path.get(path.size() - 1).blockId();
        BlockHeader header = new BlockHeader(
                ledger.state.ledgerId(),
                0,
                view,
                height,
                parent,
                view - 1,
                1,
                2_000_000_000_000L + view,
                Block.batchesRoot(batches),
                batches.size(),
                Block.evidenceRoot(List.of()),
                tip.treeSize(),
                tip.treeRoot());
        return new Block(header, List.of(), batches, List.of());
    }

    private List<BatchReference> content(List<Block> path) {
        return Objects.requireNonNull(chain.content(path)).batches();
    }

    @Test
    void aBatchIsOrderedOnlyBehindTheOneBeforeItInItsLane() {
        chain.offer(batch(1, 2, 1));
        assertThat(chain.pending()).isFalse();
        assertThat(chain.content(List.of())).isNull();
        chain.offer(batch(1, 1, 1));
        chain.offer(batch(2, 1, 2));
        assertThat(chain.pending()).isTrue();
        assertThat(content(List.of()))
                .extracting(BatchReference::batchSeq)
                .hasSize(3)
                .containsSubsequence(1L, 2L);
    }

    @Test
    void whatAPathOrdersIsNotOrderedAgainBehindItAndIsAgainBehindAnother() {
        chain.offer(batch(1, 1, 1));
        chain.offer(batch(1, 2, 1));
        Block first = block(List.of(), List.of(batch(1, 1, 1)), 1);
        assertThat(chain.isValid(List.of(), first)).isTrue();
        assertThat(content(List.of(first))).extracting(BatchReference::batchSeq).containsExactly(2L);
        assertThat(content(List.of())).extracting(BatchReference::batchSeq).containsExactly(1L, 2L);
    }

    @Test
    void aBatchThatCanNeverStandIsRefusedWhenItComesIn() {
        assertThat(chain.refusal(ledger.batch(1, 1, 1, tag(1), "b")))
                .as("two holders of three")
                .isNotNull();
        assertThat(chain.refusal(batch(1, 1, 1))).isNull();
        assertThat(chain.offer(batch(1, 1, 1))).isEqualTo(PendingBatches.Offer.TAKEN);
        assertThat(chain.offer(batch(1, 1, 1))).isEqualTo(PendingBatches.Offer.KNOWN);
    }

    @Test
    void aBlockWithABatchThatWouldBeDroppedIsNotValidAndLeavesNothingBehind() {
        Chain.Tip before = chain.after(List.of());
        Block gap = block(List.of(), List.of(batch(1, 2, 1)), 1);
        Block twice = block(List.of(), List.of(batch(1, 1, 1), batch(1, 1, 1)), 1);
        assertThat(chain.isValid(List.of(), gap)).isFalse();
        assertThat(chain.isValid(List.of(), twice)).isFalse();
        assertThat(chain.after(List.of())).isEqualTo(before);
    }

    @Test
    void aBlockWithAConfigurationThatNobodyApprovedIsNotValid() {
        Block plain = block(List.of(), List.of(), 1);
        ConfigLeaf config = MemoryLedger.config(
                1, plain.header().height() + 1, ledger.state.config().configHash(), 1);
        Block coup = new Block(plain.header(), List.of(), List.of(), List.of(config));
        assertThat(chain.isValid(List.of(), coup)).isFalse();
        assertThat(chain.isValid(List.of(), plain)).isTrue();
    }

    @Test
    void aFinalBlockIsExecutedOnceAndGivesWhatPlainExecutionGives() {
        LedgerState plain =
                LedgerState.restore(ledger.state.encode(), List.of(), List.copyOf(ledger.state.originHeads()));
        Block first = block(List.of(), List.of(batch(1, 1, 1)), 1);
        assertThat(chain.isValid(List.of(), first)).isTrue();
        Block other = block(List.of(), List.of(batch(2, 1, 2)), 2);
        assertThat(chain.isValid(List.of(), other)).isTrue();
        ExecutedBlock settled = chain.settle(first);
        Execution.Step step = Execution.apply(plain, order(first), new JdkSignatureCheck(), (level, index, hash) -> {});
        assertThat(settled.step()).isEqualTo(step);
        assertThat(settled.state()).isEqualTo(plain.encode());
        assertThat(chain.waiting().get(ALL, 1)).isNull();
        Chain.Tip tip = chain.after(List.of());
        assertThat(tip).isEqualTo(new Chain.Tip(plain.treeSize(), plain.root()));
    }

    private static Order order(Block block) {
        return new Order(block.header().height(), block.header().timeMs(), block.configs(), block.batches());
    }

    @Test
    void aHeartbeatIsWantedUntilABlockIsFinal() {
        chain.heartbeat();
        assertThat(chain.pending()).isTrue();
        assertThat(chain.content(List.of())).isEqualTo(Chain.Content.EMPTY);
        chain.settle(block(List.of(), List.of(), 1));
        assertThat(chain.pending()).isFalse();
    }

    @Test
    void whateverPathsAreTriedAPathHasTheTreeThatItsBlocksMakeAlone() {
        long seed = Long.getLong("seed", 20_261_122L);
        SplittableRandom random = new SplittableRandom(seed);
        Map<List<Hash>, Chain.Tip> seen = new HashMap<>();
        List<List<Block>> paths = new ArrayList<>(List.of(List.of()));
        for (int i = 0; i < 60; i++) {
            List<Block> path = paths.get(random.nextInt(paths.size()));
            Block next = block(path, nextOf(path, random), i + 1);
            assertThat(chain.isValid(path, next)).as("seed " + seed).isTrue();
            List<Block> longer = new ArrayList<>(path);
            longer.add(next);
            paths.add(longer);
            seen.put(ids(longer), alone(longer));
            List<Block> any = paths.get(random.nextInt(paths.size()));
            assertThat(chain.after(any)).as("seed " + seed).isEqualTo(any.isEmpty() ? alone(any) : seen.get(ids(any)));
        }
    }

    private List<BatchReference> nextOf(List<Block> path, SplittableRandom random) {
        int audience = 1 + random.nextInt(2);
        long last = path.stream()
                .flatMap(block -> block.batches().stream())
                .filter(batch -> batch.lane().audienceId() == audience)
                .count();
        return random.nextInt(4) == 0 ? List.of() : List.of(batch(audience, last + 1, 1 + random.nextInt(5)));
    }

    private static List<Hash> ids(List<Block> path) {
        return path.stream().map(Block::blockId).toList();
    }

    private static Chain.Tip alone(List<Block> path) {
        MemoryLedger fresh = new MemoryLedger();
        for (Block block : path) {
            Execution.apply(fresh.state, order(block), (key, message, signature) -> true, (level, index, hash) -> {});
        }
        return new Chain.Tip(fresh.state.treeSize(), fresh.state.root());
    }
}
