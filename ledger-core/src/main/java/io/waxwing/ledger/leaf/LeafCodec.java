package io.waxwing.ledger.leaf;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;

/** Bytes to leaves. Every leaf has exactly one encoding, so {@code decode(bytes).encode()} gives the same bytes. */
public final class LeafCodec {
    public static final int VERSION = 1;
    public static final int PREFIX_BYTES = 4;
    /** Most bytes of a leaf: entry bundles carry 16-bit lengths. */
    public static final int MAX_BYTES = 0xffff;

    private LeafCodec() {}

    /**
     * Throws {@link MalformedException} for an unknown version, type or flag, a wrong length or a number out of range.
     */
    public static Leaf decode(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new MalformedException(
                    MalformedException.LEAF, "a leaf has at most 65535 bytes, got " + bytes.length);
        }
        ByteReader in = new ByteReader(bytes, MalformedException.LEAF);
        int version = in.u8();
        int type = in.u8();
        int flags = in.u16();
        if (version != VERSION) {
            throw in.malformed("unknown leaf version " + version);
        }
        if (flags != 0) {
            throw in.malformed("unknown leaf flags " + flags);
        }
        Leaf leaf = readBody(type, in);
        in.expectEnd("a leaf");
        return leaf;
    }

    /** The leaf as a SEGMENT; throws {@link MalformedException} if it is another. */
    public static SegmentLeaf decodeSegment(byte[] bytes) {
        if (decode(bytes) instanceof SegmentLeaf segment) {
            return segment;
        }
        throw new MalformedException(MalformedException.LEAF, "not a SEGMENT leaf");
    }

    /** The leaf as a BLOCK; throws {@link MalformedException} if it is another. */
    public static BlockLeaf decodeBlock(byte[] bytes) {
        if (decode(bytes) instanceof BlockLeaf block) {
            return block;
        }
        throw new MalformedException(MalformedException.LEAF, "not a BLOCK leaf");
    }

    /** The leaf as a BATCH; throws {@link MalformedException} if it is another. */
    public static BatchLeaf decodeBatch(byte[] bytes) {
        if (decode(bytes) instanceof BatchLeaf batch) {
            return batch;
        }
        throw new MalformedException(MalformedException.LEAF, "not a BATCH leaf");
    }

    /** The leaf as a CONFIG; throws {@link MalformedException} if it is another. */
    public static ConfigLeaf decodeConfig(byte[] bytes) {
        if (decode(bytes) instanceof ConfigLeaf config) {
            return config;
        }
        throw new MalformedException(MalformedException.LEAF, "not a CONFIG leaf");
    }

    private static Leaf readBody(int type, ByteReader in) {
        return switch (type) {
            case 1 -> SegmentLeaf.readBody(in);
            case 2 -> BlockLeaf.readBody(in);
            case 3 -> ConfigLeaf.readBody(in);
            case 4 -> AckLeaf.readBody(in);
            case 5 -> EraseLeaf.readBody(in);
            case 6 -> BatchLeaf.readBody(in);
            case 7 -> VerdictLeaf.readBody(in);
            case 8 -> GrantLeaf.readBody(in);
            default -> throw in.malformed("unknown leaf type " + type);
        };
    }

    static ByteWriter begin(LeafType type, int expectedBytes) {
        return new ByteWriter(expectedBytes).u8(VERSION).u8(type.code()).u16(0);
    }
}
