package io.waxwing.ledger.leaf;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.hash.Hash;

/**
 * BLOCK (2), 172 bytes, the last leaf of a block: prefix, u64 height, u64 blockTimeMs, u64 firstLeafIndex of this
 * block's leaves, u32 number of other leaves, u32 epoch in force, 32 leaf hash of the previous BLOCK (height 0: zeros),
 * 32 headsRoot, u64 headsCount, 32 originsRoot, 32 configHash = H(CONFIG in force for the next block).
 */
public record BlockLeaf(
        long height,
        long blockTimeMs,
        long firstLeafIndex,
        long otherLeaves,
        long epoch,
        Hash previousBlock,
        Hash headsRoot,
        long headsCount,
        Hash originsRoot,
        Hash configHash)
        implements Leaf {
    public static final int ENCODED_BYTES = 172;

    /** The tree size right after this leaf: the only sizes checkpoints have. */
    public long treeSizeAfter() {
        return firstLeafIndex + otherLeaves + 1;
    }

    /** The index of this leaf itself. */
    public long leafIndex() {
        return firstLeafIndex + otherLeaves;
    }

    @Override
    public LeafType type() {
        return LeafType.BLOCK;
    }

    @Override
    public byte[] encode() {
        ByteWriter out = LeafCodec.begin(LeafType.BLOCK, ENCODED_BYTES);
        out.u63(height).u63(blockTimeMs).u63(firstLeafIndex).u32(otherLeaves).u32(epoch);
        out.hash(previousBlock)
                .hash(headsRoot)
                .u63(headsCount)
                .hash(originsRoot)
                .hash(configHash);
        return out.toBytes();
    }

    static BlockLeaf readBody(ByteReader in) {
        return new BlockLeaf(
                in.u63("height"),
                in.u63("blockTimeMs"),
                in.u63("firstIndex"),
                in.u32(),
                in.u32(),
                in.hash(),
                in.hash(),
                in.u63("headsCount"),
                in.hash(),
                in.hash());
    }
}
