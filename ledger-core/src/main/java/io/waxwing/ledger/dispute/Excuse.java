package io.waxwing.ledger.dispute;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.EraseLeaf;
import io.waxwing.ledger.merkle.InclusionProof;
import io.waxwing.ledger.sign.Signer;
import java.util.List;

/**
 * Kind 0xc6: 10 challenge, u16 author, u64 index of an ERASE leaf, u64 size of the tree that the path leads to, the
 * leaf, u8 count || path, 64 signature. "One event of the challenged batch was erased: who answers cannot give its
 * content, and is no liar." Needed only for what was erased before the challenge. The proof is not signed, since it
 * gets too old.
 */
public record Excuse(ChallengeId id, int author, Proof proof, ByteString signature) implements Dispute {
    static final int KIND = 0xc6;

    public Excuse {
        signature.requireSize(SIGNATURE_BYTES, "an excuse's signature");
    }

    /** An ERASE leaf in the tree of that size. */
    public record Proof(long leafIndex, long treeSize, EraseLeaf leaf, List<Hash> path) {
        public Proof {
            path = List.copyOf(path);
            if (leafIndex >= treeSize) {
                throw new MalformedException(
                        MalformedException.DISPUTE, "leaf " + leafIndex + " in a tree of " + treeSize + " leaves");
            }
        }

        boolean leadsTo(Hash root) {
            return new InclusionProof(leafIndex, treeSize, path).verify(leaf.leafHash(), root);
        }
    }

    /** Signs it. */
    public static Excuse of(ChallengeId id, int author, Proof proof, Signer origin, Hash ledgerId) {
        byte[] message = message(id, author, proof, ledgerId);
        return new Excuse(id, author, proof, ByteString.of(origin.sign(message)));
    }

    /** "evl/excuse/v1\n" || ledgerId || id || author || ERASE leaf hash. */
    byte[] signedMessage(Hash ledgerId) {
        return message(id, author, proof, ledgerId);
    }

    private static byte[] message(ChallengeId id, int author, Proof proof, Hash ledgerId) {
        ByteWriter out = new ByteWriter(128).ascii("evl/excuse/v1\n").hash(ledgerId);
        id.writeTo(out);
        return out.u16(author).hash(proof.leaf().leafHash()).toBytes();
    }

    @Override
    public byte[] encode() {
        ByteWriter out = Dispute.begin(KIND, id, 512).u16(author);
        out.u63(proof.leafIndex()).u63(proof.treeSize()).bytes(proof.leaf().encode());
        ProvenBatch.write(proof.path(), out);
        return out.string(signature).toBytes();
    }

    static Excuse readBody(ChallengeId id, ByteReader in) {
        int author = in.u16();
        long leafIndex = in.u63("leaf index");
        long treeSize = in.u63("tree size");
        EraseLeaf leaf = ErasureOrder.eraseLeaf(in);
        Proof proof = new Proof(leafIndex, treeSize, leaf, ProvenBatch.path(in));
        return new Excuse(id, author, proof, in.string(SIGNATURE_BYTES));
    }
}
