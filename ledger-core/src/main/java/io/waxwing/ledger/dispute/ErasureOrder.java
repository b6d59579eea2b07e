package io.waxwing.ledger.dispute;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.EraseLeaf;
import io.waxwing.ledger.leaf.Leaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.merkle.InclusionProof;
import java.util.List;

/**
 * Kind 0xc5: 10 the order's own name, 124 ERASE leaf, 146 SEGMENT leaf that it names, u64 size of the tree that the
 * path leads to, u8 count || path. "The content of this event of mine goes, everywhere." Its name is the origin with
 * the leaf's time, which rises with each, so that none can be said twice. The proof is not signed, since it gets too
 * old.
 */
public record ErasureOrder(EraseLeaf leaf, SegmentLeaf target, long treeSize, List<Hash> path) implements Dispute {
    static final int KIND = 0xc5;

    public ErasureOrder {
        path = List.copyOf(path);
        if (leaf.targetLeafIndex() >= treeSize) {
            throw new MalformedException(
                    MalformedException.DISPUTE,
                    "leaf " + leaf.targetLeafIndex() + " in a tree of " + treeSize + " leaves");
        }
    }

    @Override
    public ChallengeId id() {
        return new ChallengeId(leaf.originId(), leaf.timeMs());
    }

    @Override
    public int author() {
        return leaf.originId();
    }

    /** True if the event is there, in the tree of that root. */
    boolean leadsTo(Hash root) {
        return leaf.position() < target.originPart().count()
                && leaf.targetHash().equals(target.leafHash())
                && new InclusionProof(leaf.targetLeafIndex(), treeSize, path).verify(target.leafHash(), root);
    }

    @Override
    public byte[] encode() {
        ByteWriter out = Dispute.begin(KIND, id(), 512).bytes(leaf.encode()).bytes(target.encode());
        out.u63(treeSize);
        ProvenBatch.write(path, out);
        return out.toBytes();
    }

    static ErasureOrder readBody(ChallengeId id, ByteReader in) {
        EraseLeaf leaf = eraseLeaf(in);
        SegmentLeaf target = LeafCodec.decodeSegment(in.bytes(SegmentLeaf.ENCODED_BYTES));
        ErasureOrder read = new ErasureOrder(leaf, target, in.u63("tree size"), ProvenBatch.path(in));
        if (!read.id().equals(id)) {
            throw in.malformed("the order to erase " + read.id() + " is named " + id);
        }
        return read;
    }

    static EraseLeaf eraseLeaf(ByteReader in) {
        Leaf leaf = LeafCodec.decode(in.bytes(EraseLeaf.ENCODED_BYTES));
        if (leaf instanceof EraseLeaf erase) {
            return erase;
        }
        throw in.malformed("not an ERASE leaf");
    }
}
