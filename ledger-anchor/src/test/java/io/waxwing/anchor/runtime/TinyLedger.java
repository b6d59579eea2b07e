package io.waxwing.anchor.runtime;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.dispute.AnswerCheck;
import io.waxwing.ledger.dispute.ChallengeId;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.dispute.DisputeRules;
import io.waxwing.ledger.dispute.Disputes;
import io.waxwing.ledger.dispute.ErasureOrder;
import io.waxwing.ledger.dispute.Excuse;
import io.waxwing.ledger.dispute.ProvenBatch;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.execute.Execution;
import io.waxwing.ledger.execute.LedgerState;
import io.waxwing.ledger.execute.Order;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.EraseLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.merkle.TreeHashes;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.spi.DisputeReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Real execution of what nodes say, one block after the other, 20 seconds apart; nobody has to agree. */
final class TinyLedger implements DisputeReader {
    private static final long STEP_MS = 20_000;

    private final LedgerState state = new LedgerState();
    private final SignatureCheck check;
    private final List<byte[]> leaves = new ArrayList<>();
    private final List<Hash> hashes = new ArrayList<>();
    private final Map<Hash, Dispute> waiting = new LinkedHashMap<>();
    private final Map<Long, List<Dispute>> said = new LinkedHashMap<>();
    private long timeMs = 1;

    TinyLedger(ConfigLeaf genesis, SignatureCheck check) {
        this.check = check;
        apply(new Order(0, timeMs, List.of(genesis), List.of()));
    }

    boolean submit(Dispute dispute) {
        waiting.put(dispute.digest(), dispute);
        return true;
    }

    /** The next block: these batches, and what of what was said may stand. */
    Applied block(BatchReference... batches) {
        timeMs += STEP_MS;
        DisputeRules rules = new DisputeRules(state.registry(), state.ledgerId(), check, AnswerCheck.DECRYPTING);
        DisputeRules.Place place = new DisputeRules.Place(state.height() + 1, timeMs, state.timeMs());
        Disputes now = state.disputes();
        List<Dispute> chosen = new ArrayList<>();
        for (Dispute dispute : waiting.values()) {
            if (rules.refusal(now, dispute, place) == null) {
                chosen.add(dispute);
                now = rules.with(now, dispute, place);
            }
        }
        waiting.clear();
        said.put(place.height(), chosen);
        return apply(new Order(place.height(), timeMs, List.of(), List.of(batches), List.of(), chosen));
    }

    private Applied apply(Order order) {
        Execution.Step step = Execution.apply(state, order, check, (level, index, hash) -> {});
        step.leaves().forEach(leaf -> {
            leaves.add(leaf.toBytes());
            hashes.add(Sha256.leafHash(leaf.toBytes()));
        });
        return step.applied();
    }

    Disputes disputes() {
        return state.disputes();
    }

    int convictions() {
        return state.convictions().size();
    }

    long height() {
        return state.height();
    }

    long timeMs() {
        return timeMs;
    }

    @Override
    public ProvenBatch prove(long batchLeafIndex, long treeSize) {
        TreeHashes tree = TreeHashes.overLeafHashes(hashes);
        return new ProvenBatch(
                batchLeafIndex,
                treeSize,
                LeafCodec.decodeBatch(leaves.get((int) batchLeafIndex)),
                LeafCodec.decodeSegment(leaves.get((int) batchLeafIndex + 1)),
                tree.inclusion(batchLeafIndex, treeSize).hashes(),
                tree.inclusion(batchLeafIndex + 1, treeSize).hashes());
    }

    @Override
    public ErasureOrder prove(EraseLeaf leaf, long treeSize) {
        TreeHashes tree = TreeHashes.overLeafHashes(hashes);
        long index = leaf.targetLeafIndex();
        return new ErasureOrder(
                leaf,
                LeafCodec.decodeSegment(leaves.get((int) index)),
                treeSize,
                tree.inclusion(index, treeSize).hashes());
    }

    @Override
    public Excuse.@Nullable Proof erased(long leafIndex, long treeSize) {
        TreeHashes tree = TreeHashes.overLeafHashes(hashes);
        return LeafCodec.decode(leaves.get((int) leafIndex)) instanceof EraseLeaf leaf
                ? new Excuse.Proof(
                        leafIndex,
                        treeSize,
                        leaf,
                        tree.inclusion(leafIndex, treeSize).hashes())
                : null;
    }

    @Override
    public Hash segmentHash(long leafIndex) {
        return hashes.get((int) leafIndex);
    }

    @Override
    public Dispute.@Nullable Answer answer(ChallengeId id, long height) {
        for (Dispute dispute : said.getOrDefault(height, List.of())) {
            if (dispute instanceof Dispute.Answer answer && answer.id().equals(id)) {
                return answer;
            }
        }
        return null;
    }
}
