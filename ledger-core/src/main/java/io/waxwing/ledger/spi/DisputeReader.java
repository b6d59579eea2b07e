package io.waxwing.ledger.spi;

import io.waxwing.ledger.dispute.ChallengeId;
import io.waxwing.ledger.dispute.Dispute;
import io.waxwing.ledger.dispute.ProvenBatch;
import org.jspecify.annotations.Nullable;

/** What challenger and holder read of the ledger. Reads the disk; any thread. */
public interface DisputeReader {
    /** A final batch by the index of its BATCH leaf, proven in the tree of that size. */
    ProvenBatch prove(long batchLeafIndex, long treeSize);

    /** The answer to a challenge in the final block of that height, or null if there is none in it. */
    Dispute.@Nullable Answer answer(ChallengeId id, long height);
}
