package io.waxwing.ledger.chain;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.control.Change;
import io.waxwing.ledger.control.ConfigProposal;
import io.waxwing.ledger.control.Registry.Availability;
import io.waxwing.ledger.execute.Execution;
import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.execute.Order;
import io.waxwing.ledger.fixture.MemoryLedger;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.merkle.CompactRange;
import io.waxwing.ledger.merkle.TileBuffer;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Chain;
import io.waxwing.ledger.simplex.Conviction;
import io.waxwing.ledger.simplex.Evidence.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Changes of the consortium on their way through a block, and what the ledger remembers of liars. */
class ControlChainTest {
    private static final JdkSignatureCheck CHECK = new JdkSignatureCheck();

    private final MemoryLedger ledger = new MemoryLedger();
    private final LedgerChain chain = new LedgerChain(ledger.state, tilesOf(ledger), CHECK);

    private static TileBuffer tilesOf(MemoryLedger ledger) {
        TileBuffer tiles = new TileBuffer();
        CompactRange range = new CompactRange();
        ledger.leaves.forEach(leaf -> range.append(Sha256.leafHash(leaf.toBytes()), tiles));
        tiles.drain();
        return tiles;
    }

    /** An audience of two, from the block after that height on. */
    private ConfigProposal change(long height, long audienceId, String... approvedBy) {
        ConfigProposal bare = ConfigProposal.of(
                ledger.state.config(),
                List.of(new Change.SetAudience(audienceId, Availability.ALL, Set.of(3, 4))),
                height + 1);
        return bare.approvedBy(ledger.approved(bare.leaf(), approvedBy).approvals());
    }

    private Block block(List<Block> path, List<ConfigLeaf> configs, List<BatchReference> batches) {
        Chain.Tip tip = chain.after(path);
        long height = chain.last().height() + path.size() + 1;
        Hash parent = path.isEmpty() ? Hash.ZERO : path.get(path.size() - 1).blockId();
        BlockHeader header = new BlockHeader(
                ledger.state.ledgerId(),
                0,
                height,
                height,
                parent,
                height - 1,
                1,
                2_000_000_000_000L + height,
                Block.batchesRoot(batches),
                batches.size(),
                Block.evidenceRoot(configs),
                tip.treeSize(),
                tip.treeRoot());
        return new Block(header, List.of(), batches, configs);
    }

    @Test
    void anApprovedChangeStandsInTheBlockItWasApprovedForAndInNoOther() {
        ConfigProposal change = change(2, 3, "a", "b", "c");
        assertThat(chain.offer(change)).isEqualTo(PendingChanges.Offer.TAKEN);
        assertThat(chain.offer(change)).isEqualTo(PendingChanges.Offer.KNOWN);
        // Block 1 is wanted only to get to block 2.
        assertThat(chain.pending()).isTrue();
        assertThat(chain.content(List.of())).isEqualTo(Chain.Content.EMPTY);
        assertThat(chain.isValid(List.of(), block(List.of(), List.of(change.leaf()), List.of())))
                .isFalse();
        Block first = block(List.of(), List.of(), List.of());
        assertThat(chain.isValid(List.of(), first)).isTrue();
        List<Block> path = List.of(first);
        assertThat(Objects.requireNonNull(chain.content(path)).configs()).containsExactly(change.leaf());
        Block second = block(path, List.of(change.leaf()), List.of());
        assertThat(chain.isValid(path, second)).isTrue();
        chain.settle(first);
        chain.settle(second);
        assertThat(chain.last().config()).isEqualTo(change.leaf());
        assertThat(chain.last().registry().audience(3)).isNotNull();
        assertThat(chain.pending()).isFalse();
        assertThat(chain.changes().all()).isEmpty();
    }

    @Test
    void aBlockWithAnUnapprovedASecondOrAMisplacedConfigIsNotValid() {
        ConfigLeaf good = change(1, 3, "a", "b", "c").leaf();
        ConfigLeaf other = change(1, 4, "a", "b", "c").leaf();
        List<List<ConfigLeaf>> wrong = List.of(
                List.of(change(1, 3, "a", "b").leaf()),
                List.of(change(1, 3).leaf()),
                List.of(good, other),
                List.of(good, good),
                List.of(change(2, 3, "a", "b", "c").leaf()));
        for (List<ConfigLeaf> configs : wrong) {
            assertThat(chain.isValid(List.of(), block(List.of(), configs, List.of())))
                    .isFalse();
        }
        assertThat(chain.isValid(List.of(), block(List.of(), List.of(good), List.of())))
                .isTrue();
    }

    @Test
    void whatNobodyApprovedIsNotTakenAndWhatMissedItsBlockIsForgotten() {
        assertThat(chain.offer(change(2, 3, "a", "b"))).isEqualTo(PendingChanges.Offer.REFUSED);
        assertThat(chain.offer(change(0, 3, "a", "b", "c"))).isEqualTo(PendingChanges.Offer.NOT_NOW);
        assertThat(chain.offer(change(2000, 3, "a", "b", "c"))).isEqualTo(PendingChanges.Offer.NOT_NOW);
        for (int audience = 3; audience < 3 + PendingChanges.MOST; audience++) {
            assertThat(chain.offer(change(1, audience, "a", "b", "c"))).isEqualTo(PendingChanges.Offer.TAKEN);
        }
        assertThat(chain.offer(change(1, 99, "a", "b", "c"))).isEqualTo(PendingChanges.Offer.NO_ROOM);
        chain.settle(block(List.of(), List.of(), List.of()));
        assertThat(chain.changes().isWaiting()).isFalse();
        assertThat(chain.last().config().epoch()).isZero();
    }

    @Test
    void batchesThatTheNextRegistryRefusesAreDroppedWithTheChange() {
        ConfigProposal bare = ConfigProposal.of(
                ledger.state.config(), List.of(new Change.SetAudience(1, Availability.QUORUM, Set.of(2, 3, 4))), 2);
        ConfigProposal change =
                bare.approvedBy(ledger.approved(bare.leaf(), "a", "b", "c").approvals());
        chain.offer(ledger.batch(1, 1, 1, Hash.ZERO, "b", "c"));
        assertThat(chain.pending()).isTrue();
        Block block = block(List.of(), List.of(change.leaf()), List.of());
        assertThat(chain.isValid(List.of(), block)).isTrue();
        chain.settle(block);
        assertThat(chain.pending()).isFalse();
        assertThat(chain.waiting().size()).isZero();
    }

    private static void apply(LedgerState state, List<ConfigLeaf> configs, Conviction... convictions) {
        Order order = new Order(state.height() + 1, state.timeMs() + 1, configs, List.of(), List.of(convictions));
        Execution.apply(state, order, CHECK, (level, index, hash) -> {});
    }

    @Test
    void convictionsOutliveARestartAndEndWithTheKeyThatLied() {
        LedgerState state = ledger.state;
        Conviction ofA = new Conviction(0, Kind.DOUBLE_NOTARIZE);
        Conviction ofB = new Conviction(1, Kind.DOUBLE_PROPOSE);
        apply(state, List.of(), ofA, ofB);
        assertThat(state.convictions()).containsExactly(ofA, ofB);
        LedgerState restored = LedgerState.restore(state.encode(), List.of(), new ArrayList<>(state.originHeads()));
        assertThat(restored.convictions()).isEqualTo(new TreeSet<>(List.of(ofA, ofB)));
        ConfigLeaf rotation = ledger.rotation("a");
        apply(state, List.of(rotation));
        assertThat(state.convictions()).containsExactly(ofB);
        ConfigProposal removal = ConfigProposal.of(state.config(), List.of(new Change.RemoveMember("b")), 4);
        apply(state, List.of(removal.leaf()));
        assertThat(state.convictions()).isEmpty();
    }
}
