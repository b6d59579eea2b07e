package io.waxwing.ledger.merkle;

import io.waxwing.ledger.hash.Hash;

/** Gives roots of perfect subtrees. */
@FunctionalInterface
public interface NodeSource {
    /**
     * The root of leaves {@code [index << level, (index + 1) << level)}.
     *
     * @throws io.waxwing.ledger.failure.LedgerFailure if the subtree is not there or is damaged
     */
    Hash node(int level, long index);
}
