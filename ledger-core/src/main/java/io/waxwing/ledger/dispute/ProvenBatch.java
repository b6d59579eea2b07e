package io.waxwing.ledger.dispute;

import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.BatchLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.merkle.InclusionProof;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch that is final, with the proof: u64 index of its BATCH leaf, u64 size of the tree that the paths lead to, u16
 * length || BATCH leaf, its first SEGMENT leaf, u8 count || path of the first, u8 count || path of the second. The
 * SEGMENT says when the batch was ordered.
 */
public record ProvenBatch(
        long leafIndex, long treeSize, BatchLeaf batch, SegmentLeaf first, List<Hash> batchPath, List<Hash> firstPath) {
    private static final int MAX_PATH = 63;

    public ProvenBatch {
        batchPath = List.copyOf(batchPath);
        firstPath = List.copyOf(firstPath);
        if (leafIndex < 0 || leafIndex + 1 >= treeSize) {
            throw new MalformedException(
                    MalformedException.DISPUTE, "leaf " + leafIndex + " with its segment in " + treeSize + " leaves");
        }
    }

    public BatchHeader header() {
        return batch.header();
    }

    /** True if both leaves stand where it says in the tree of that root. */
    boolean leadsTo(Hash root) {
        boolean first0 = first.originPart().originId() == header().lane().originId()
                && first.originPart().originSeq() == header().statement().originSeqFirst();
        return first0
                && new InclusionProof(leafIndex, treeSize, batchPath).verify(batch.leafHash(), root)
                && new InclusionProof(leafIndex + 1, treeSize, firstPath).verify(first.leafHash(), root);
    }

    void writeTo(ByteWriter out) {
        byte[] leaf = batch.encode();
        out.u63(leafIndex).u63(treeSize).u16(leaf.length).bytes(leaf).bytes(first.encode());
        write(batchPath, out);
        write(firstPath, out);
    }

    /** u8 count || hashes. */
    static void write(List<Hash> path, ByteWriter out) {
        out.u8(path.size());
        path.forEach(out::hash);
    }

    static ProvenBatch readFrom(ByteReader in) {
        long leafIndex = in.u63("leaf index");
        long treeSize = in.u63("tree size");
        BatchLeaf batch = LeafCodec.decodeBatch(in.bytes(in.u16()));
        SegmentLeaf first = LeafCodec.decodeSegment(in.bytes(SegmentLeaf.ENCODED_BYTES));
        return new ProvenBatch(leafIndex, treeSize, batch, first, path(in), path(in));
    }

    /** Reads what {@link #write(List, ByteWriter)} wrote. */
    static List<Hash> path(ByteReader in) {
        int count = in.u8();
        if (count > MAX_PATH) {
            throw in.malformed("a path of " + count + " hashes");
        }
        List<Hash> path = new ArrayList<>(count);
        for (; count > 0; count--) {
            path.add(in.hash());
        }
        return path;
    }
}
