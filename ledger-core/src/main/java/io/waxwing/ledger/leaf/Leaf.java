package io.waxwing.ledger.leaf;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;

/** One entry of the ledger. Common prefix: u8 version = 1, u8 type, u16 flags = 0. */
public sealed interface Leaf
        permits BatchLeaf, SegmentLeaf, BlockLeaf, ConfigLeaf, AckLeaf, EraseLeaf, VerdictLeaf, GrantLeaf {
    LeafType type();

    /** The exact bytes that are hashed into the tree. */
    byte[] encode();

    /** H(0x00 || bytes). */
    default Hash leafHash() {
        return Sha256.leafHash(encode());
    }
}
