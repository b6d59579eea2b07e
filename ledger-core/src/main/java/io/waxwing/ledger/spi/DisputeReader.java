package io.waxwing.ledger.spi;

import io.waxwing.ledger.dispute.ChallengeId;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.dispute.ErasureOrder;
import io.waxwing.ledger.dispute.Excuse;
import io.waxwing.ledger.dispute.ProvenBatch;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.EraseLeaf;
import org.jspecify.annotations.Nullable;

/** What challenger and holder read of the ledger. Reads the disk; any thread. */
public interface DisputeReader {
    /** A final batch by the index of its BATCH leaf, proven in the tree of that size. */
    ProvenBatch prove(long batchLeafIndex, long treeSize);

    /** The order to erase an event, with the event's leaf proven in the tree of that size. */
    ErasureOrder prove(EraseLeaf leaf, long treeSize);

    /** The ERASE leaf at that index, proven in the tree of that size; null if there is another leaf. */
    Excuse.@Nullable Proof erased(long leafIndex, long treeSize);

    /** The leaf hash of the SEGMENT leaf at that index. */
    Hash segmentHash(long leafIndex);

    /** The answer to a challenge in the final block of that height, or null if there is none in it. */
    Dispute.@Nullable Answer answer(ChallengeId id, long height);
}
