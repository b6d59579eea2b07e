package io.waxwing.ledger.simplex;

import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.merkle.MerkleRoot;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A ledger that has one leaf a block: the root is the chain of block ids. */
final class TestChain implements Chain {
    static final BlockHeader GENESIS = new BlockHeader(
            TestKeys.LEDGER, 0, 0, 0, Hash.ZERO, 0, 1, 1, MerkleRoot.EMPTY, 0, MerkleRoot.EMPTY, 0, MerkleRoot.EMPTY);

    /** What waits; a batch is taken out when a block with it is applied. */
    final List<BatchReference> waiting = new ArrayList<>();

    final List<ConfigLeaf> configs = new ArrayList<>();
    boolean heartbeatDue;
    Predicate<Block> valid = block -> true;
    private Tip tip = new Tip(1, TestKeys.hash("genesis"));

    void apply(Block block) {
        tip = after(List.of(block));
        waiting.removeAll(block.batches());
        configs.removeAll(block.configs());
        heartbeatDue = false;
    }

    void corrupt() {
        tip = new Tip(tip.treeSize(), TestKeys.hash("a flipped bit"));
    }

    @Override
    public boolean pending() {
        return !waiting.isEmpty() || !configs.isEmpty() || heartbeatDue;
    }

    @Override
    public @Nullable Content content(List<Block> path) {
        List<BatchReference> batches = new ArrayList<>(waiting);
        path.forEach(block -> batches.removeAll(block.batches()));
        List<ConfigLeaf> changes = new ArrayList<>(configs);
        path.forEach(block -> changes.removeAll(block.configs()));
        return batches.isEmpty() && changes.isEmpty() && !heartbeatDue ? null : new Content(batches, changes);
    }

    @Override
    public Tip after(List<Block> path) {
        Tip at = tip;
        for (Block block : path) {
            at = new Tip(
                    at.treeSize() + 1,
                    Sha256.digest(at.treeRoot().toBytes(), block.blockId().toBytes()));
        }
        return at;
    }

    @Override
    public boolean isValid(List<Block> path, Block block) {
        return valid.test(block);
    }

    static BatchReference batch(long batchSeq) {
        OriginPart part = new OriginPart(1, batchSeq, 1, 1, TestKeys.hash("topic"), TestKeys.hash("e" + batchSeq));
        BatchStatement statement = BatchStatement.over(new Lane(1, 1), batchSeq, batchSeq, List.of(part));
        BatchHeader header = new BatchHeader(statement, ByteString.of(new byte[64]));
        return new BatchReference(header, List.of(part), AvailabilityCertificate.ORIGIN_ONLY);
    }
}
