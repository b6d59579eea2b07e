package io.waxwing.node.store;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import org.jspecify.annotations.Nullable;

/**
 * What the store keeps under a height: u63 tree size after the block, 32 block id, then the encoded certificate. The id
 * is zeros where only the leaves of a block are here.
 */
record HeightRow(long treeSize, Hash blockId, ByteString finalization) {
    static HeightRow ofLeaves(long treeSize) {
        return new HeightRow(treeSize, Hash.ZERO, ByteString.EMPTY);
    }

    static @Nullable HeightRow decode(byte @Nullable [] row) {
        if (row == null) {
            return null;
        }
        ByteReader in = new ByteReader(row, MalformedException.BLOCK);
        long treeSize = in.u63("tree size");
        Hash blockId = in.hash();
        return new HeightRow(treeSize, blockId, ByteString.of(in.bytes(in.remaining())));
    }

    /** Whether the block itself was here once. */
    boolean isOfBlock() {
        return !blockId.equals(Hash.ZERO);
    }

    byte[] encode() {
        return new ByteWriter(512)
                .u63(treeSize)
                .hash(blockId)
                .string(finalization)
                .toBytes();
    }
}
