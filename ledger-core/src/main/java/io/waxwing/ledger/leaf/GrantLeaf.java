package io.waxwing.ledger.leaf;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.grant.GrantStatement;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.sign.Signer;

/**
 * GRANT (8): prefix, u16 originId, u64 timeMs, the {@link GrantStatement}, 64 signature by the origin's key. What it
 * says holds for every event whose SEGMENT leaf stands behind it.
 *
 * @param timeMs rises with each of an origin, so that none can be said twice
 */
public record GrantLeaf(int originId, long timeMs, GrantStatement said, ByteString signature) implements Leaf {
    /** Most bytes of one. */
    public static final int MAX_BYTES = 512;

    private static final int SIGNATURE_BYTES = 64;
    private static final String DOMAIN = "evl/grant/v1\n";

    public GrantLeaf {
        signature.requireSize(SIGNATURE_BYTES, "a GRANT signature");
    }

    /** Says it, signed by an origin of the institution. */
    public static GrantLeaf of(int originId, long timeMs, GrantStatement said, Hash ledgerId, Signer origin) {
        GrantLeaf unsigned = new GrantLeaf(originId, timeMs, said, ByteString.of(new byte[SIGNATURE_BYTES]));
        byte[] signature = origin.sign(unsigned.signedMessage(ledgerId));
        return new GrantLeaf(originId, timeMs, said, ByteString.of(signature));
    }

    /** "evl/grant/v1\n" || ledgerId || all bytes before the signature. */
    public byte[] signedMessage(Hash ledgerId) {
        return new ByteWriter(MAX_BYTES)
                .ascii(DOMAIN)
                .hash(ledgerId)
                .bytes(beforeSignature().toBytes())
                .toBytes();
    }

    @Override
    public LeafType type() {
        return LeafType.GRANT;
    }

    @Override
    public byte[] encode() {
        return beforeSignature().string(signature).toBytes();
    }

    private ByteWriter beforeSignature() {
        ByteWriter out = LeafCodec.begin(LeafType.GRANT, MAX_BYTES);
        out.u16(originId).u63(timeMs);
        said.writeTo(out);
        return out;
    }

    static GrantLeaf readBody(ByteReader in) {
        return new GrantLeaf(in.u16(), in.u63("time"), GrantStatement.readFrom(in), in.string(SIGNATURE_BYTES));
    }
}
