package io.waxwing.node.store;

import io.waxwing.ledger.dispute.ChallengeId;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.dispute.ErasureOrder;
import io.waxwing.ledger.dispute.Excuse;
import io.waxwing.ledger.dispute.ProvenBatch;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.EraseLeaf;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.spi.DisputeReader;
import io.waxwing.ledger.spi.LedgerStore;
import org.jspecify.annotations.Nullable;

/** Reads proofs from leaves and tiles, answers from the bodies of blocks. Any thread. */
public final class StoredDisputes implements DisputeReader {
    private final LedgerStore store;
    private final AppliedReader reader;

    public StoredDisputes(LedgerStore store) {
        this.store = store;
        this.reader = new AppliedReader(store);
    }

    @Override
    public ProvenBatch prove(long batchLeafIndex, long treeSize) {
        return reader.prove(batchLeafIndex, treeSize);
    }

    @Override
    public ErasureOrder prove(EraseLeaf leaf, long treeSize) {
        return reader.prove(leaf, treeSize);
    }

    @Override
    public Excuse.@Nullable Proof erased(long leafIndex, long treeSize) {
        return reader.erased(leafIndex, treeSize);
    }

    @Override
    public Hash segmentHash(long leafIndex) {
        return reader.segmentAt(leafIndex).leafHash();
    }

    @Override
    public Dispute.@Nullable Answer answer(ChallengeId id, long height) {
        byte[] body = store.block(height);
        if (body == null) {
            return null;
        }
        for (Dispute dispute : Block.decodeStored(body).disputes()) {
            if (dispute instanceof Dispute.Answer answer && answer.id().equals(id)) {
                return answer;
            }
        }
        return null;
    }
}
