package io.waxwing.ledger.merkle;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.util.List;

/**
 * RFC 6962 section 2.1.1: the leaf at {@code leafIndex} is in the tree of {@code treeSize} leaves. The hashes go from
 * the leaf's sibling up to the root's child.
 */
public record InclusionProof(long leafIndex, long treeSize, List<Hash> hashes) {
    public InclusionProof {
        hashes = List.copyOf(hashes);
        if (leafIndex < 0 || leafIndex >= treeSize) {
            throw new MalformedException(
                    MalformedException.PROOF, "leaf " + leafIndex + " is not in a tree of " + treeSize + " leaves");
        }
    }

    /** The proof for one of the leaf hashes held in memory. */
    public static InclusionProof of(List<Hash> leafHashes, int leafIndex) {
        return TreeHashes.overLeafHashes(leafHashes).inclusion(leafIndex, leafHashes.size());
    }

    /**
     * The root that follows from the leaf hash (RFC 9162 section 2.1.3.2).
     *
     * @throws MalformedException if the number of hashes does not fit the index and the size
     */
    public Hash rootFrom(Hash leafHash) {
        long index = leafIndex;
        long last = treeSize - 1;
        Hash root = leafHash;
        for (Hash sibling : hashes) {
            if (last == 0) {
                throw wrongLength();
            }
            if ((index & 1) == 1 || index == last) {
                root = Sha256.nodeHash(sibling, root);
                while ((index & 1) == 0 && index != 0) {
                    index >>>= 1;
                    last >>>= 1;
                }
            } else {
                root = Sha256.nodeHash(root, sibling);
            }
            index >>>= 1;
            last >>>= 1;
        }
        if (last != 0) {
            throw wrongLength();
        }
        return root;
    }

    /** True if the leaf hash leads to the root; false also when the number of hashes is wrong. */
    public boolean verify(Hash leafHash, Hash root) {
        return hashes.size() == expectedLength() && rootFrom(leafHash).equals(root);
    }

    /** How many hashes a proof for this index and size has. */
    public int expectedLength() {
        int inner = 64 - Long.numberOfLeadingZeros(leafIndex ^ (treeSize - 1));
        return inner + Long.bitCount(inner == 64 ? 0 : leafIndex >>> inner);
    }

    private MalformedException wrongLength() {
        return new MalformedException(
                MalformedException.PROOF,
                "inclusion of leaf " + leafIndex + " in " + treeSize + " takes " + expectedLength() + " hashes, got "
                        + hashes.size());
    }
}
