package io.waxwing.ledger.simplex;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;

/**
 * The 211 bytes a block's id is made of: u8 version = 1, 32 ledgerId, u32 epoch, u64 view, u64 height, 32 parentId, u64
 * parentView, u16 proposer (institution id), u64 timeMs, 32 batchesRoot, u32 batchCount, 32 evidenceRoot, u64
 * parentTreeSize, 32 parentTreeRoot (the log after executing the parent). blockId = H(0x03 || header). Signatures of
 * votes are never part of it.
 */
public record BlockHeader(
        Hash ledgerId,
        long epoch,
        long view,
        long height,
        Hash parentId,
        long parentView,
        int proposer,
        long timeMs,
        Hash batchesRoot,
        int batchCount,
        Hash evidenceRoot,
        long parentTreeSize,
        Hash parentTreeRoot) {
    public static final int ENCODED_BYTES = 211;

    private static final int VERSION = 1;
    private static final byte[] ID_PREFIX = {0x03};

    public Hash blockId() {
        ByteWriter out = new ByteWriter(ENCODED_BYTES);
        writeTo(out);
        return Sha256.digest(ID_PREFIX, out.toBytes());
    }

    public void writeTo(ByteWriter out) {
        out.u8(VERSION).hash(ledgerId).u32(epoch).u63(view).u63(height);
        out.hash(parentId).u63(parentView).u16(proposer).u63(timeMs);
        out.hash(batchesRoot)
                .u32(batchCount)
                .hash(evidenceRoot)
                .u63(parentTreeSize)
                .hash(parentTreeRoot);
    }

    public static BlockHeader readFrom(ByteReader in) {
        int version = in.u8();
        if (version != VERSION) {
            throw in.malformed("unknown block version " + version);
        }
        Hash ledgerId = in.hash();
        long epoch = in.u32();
        long view = in.u63("view");
        long height = in.u63("height");
        Hash parentId = in.hash();
        long parentView = in.u63("parent view");
        int proposer = in.u16();
        long timeMs = in.u63("time");
        Hash batchesRoot = in.hash();
        long batchCount = in.u32();
        if (batchCount > Block.MAX_BATCHES) {
            throw in.malformed("a block has at most " + Block.MAX_BATCHES + " batches, got " + batchCount);
        }
        return new BlockHeader(
                ledgerId,
                epoch,
                view,
                height,
                parentId,
                parentView,
                proposer,
                timeMs,
                batchesRoot,
                (int) batchCount,
                in.hash(),
                in.u63("parent tree size"),
                in.hash());
    }
}
