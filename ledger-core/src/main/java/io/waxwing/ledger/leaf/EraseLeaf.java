package io.waxwing.ledger.leaf;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.sign.Signer;

/**
 * ERASE (5), 124 bytes: prefix, u16 originId, u8 reason, u8 component bitmap (bit i = component i), u64 index of the
 * SEGMENT leaf, u32 position of the event in it, 32 leaf hash of that SEGMENT, u64 timeMs, 64 signature by the origin's
 * key.
 */
public record EraseLeaf(
        int originId,
        int reason,
        int components,
        long targetLeafIndex,
        long position,
        Hash targetHash,
        long timeMs,
        ByteString signature)
        implements Leaf {
    public static final int ENCODED_BYTES = 124;

    /**
     * Headers, publisher and payload: what goes. The topic's name stays, since the place in its sequence does; the salt
     * goes with them, so nobody can prove or guess any component any more.
     */
    public static final int CONTENT = 0b1110;

    private static final String DOMAIN = "evl/erase/v1\n";

    /** The event that is meant: its SEGMENT leaf, its position in it, and that leaf's hash. */
    public record Target(long leafIndex, long position, Hash hash) {}

    public EraseLeaf {
        signature.requireSize(64, "an ERASE signature");
    }

    /** Orders that the content of an event goes; signed by its origin. */
    public static EraseLeaf content(Target target, int originId, long timeMs, Hash ledgerId, Signer origin) {
        EraseLeaf unsigned = new EraseLeaf(
                originId,
                0,
                CONTENT,
                target.leafIndex(),
                target.position(),
                target.hash(),
                timeMs,
                ByteString.of(new byte[64]));
        return unsigned.signed(ByteString.of(origin.sign(unsigned.signedMessage(ledgerId))));
    }

    private EraseLeaf signed(ByteString by) {
        return new EraseLeaf(originId, reason, components, targetLeafIndex, position, targetHash, timeMs, by);
    }

    /** "evl/erase/v1\n" || ledgerId || all bytes before the signature. */
    public byte[] signedMessage(Hash ledgerId) {
        return new ByteWriter(160)
                .ascii(DOMAIN)
                .hash(ledgerId)
                .bytes(beforeSignature().toBytes())
                .toBytes();
    }

    @Override
    public LeafType type() {
        return LeafType.ERASE;
    }

    @Override
    public byte[] encode() {
        return beforeSignature().string(signature).toBytes();
    }

    private ByteWriter beforeSignature() {
        ByteWriter out = LeafCodec.begin(LeafType.ERASE, ENCODED_BYTES);
        out.u16(originId).u8(reason).u8(components);
        return out.u63(targetLeafIndex).u32(position).hash(targetHash).u63(timeMs);
    }

    static EraseLeaf readBody(ByteReader in) {
        int originId = in.u16();
        int reason = in.u8();
        int components = in.u8();
        if (components == 0 || components > 0x0f) {
            throw in.malformed("an ERASE leaf names components 0 to 3, got bitmap " + components);
        }
        return new EraseLeaf(
                originId,
                reason,
                components,
                in.u63("target index"),
                in.u32(),
                in.hash(),
                in.u63("time"),
                in.string(64));
    }
}
