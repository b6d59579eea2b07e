package io.waxwing.http.ledger;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.verify.RangeProof;
import org.jspecify.annotations.Nullable;

/** Range proofs for several threads that may read the disk. */
public interface RangeProofs {
    /** See {@link io.waxwing.ledger.receipt.RangeAssembler#assemble}. */
    @Nullable RangeProof assemble(Hash topicTag, long from, long to);
}
