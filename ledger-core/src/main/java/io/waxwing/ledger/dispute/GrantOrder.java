package io.waxwing.ledger.dispute;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.leaf.GrantLeaf;
import io.waxwing.ledger.leaf.Leaf;
import io.waxwing.ledger.leaf.LeafCodec;

/**
 * Kind 0xc7: 10 its own name, u16 length and the GRANT leaf. "This is mine", or "these may, those may not". Its name is
 * the origin with the leaf's time.
 */
public record GrantOrder(GrantLeaf leaf) implements Dispute {
    static final int KIND = 0xc7;

    @Override
    public ChallengeId id() {
        return new ChallengeId(leaf.originId(), leaf.timeMs());
    }

    @Override
    public int author() {
        return leaf.originId();
    }

    @Override
    public byte[] encode() {
        byte[] encoded = leaf.encode();
        return Dispute.begin(KIND, id(), encoded.length + 16)
                .u16(encoded.length)
                .bytes(encoded)
                .toBytes();
    }

    static GrantOrder readBody(ChallengeId id, ByteReader in) {
        int length = in.u16();
        if (length > GrantLeaf.MAX_BYTES) {
            throw in.malformed("a GRANT of " + length + " bytes, limit " + GrantLeaf.MAX_BYTES);
        }
        Leaf leaf = LeafCodec.decode(in.bytes(length));
        if (!(leaf instanceof GrantLeaf grant)) {
            throw in.malformed("not a GRANT leaf");
        }
        GrantOrder read = new GrantOrder(grant);
        if (!read.id().equals(id)) {
            throw in.malformed("the grant " + read.id() + " is named " + id);
        }
        return read;
    }
}
