package io.waxwing.ledger.witness;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.merkle.MerkleRoot;

/** How far a log was cosigned. */
public record TreeHead(long treeSize, Hash root) {
    /** That of a log never cosigned. */
    public static final TreeHead NONE = new TreeHead(0, MerkleRoot.EMPTY);
}
