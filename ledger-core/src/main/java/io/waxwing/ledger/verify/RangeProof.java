package io.waxwing.ledger.verify;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.InclusionProof;
import io.waxwing.ledger.note.SignedNote;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A run of a topic's segments up to its head, with what proves that it is whole (ledger.md section 9). The BLOCK leaf
 * is the last of the checkpoint's tree; the segments are in order and the last of them is the head.
 *
 * <p>Layout: "evl/range/v1\n", u32 length || checkpoint note, u32 length || trust chain (0 bytes: none), u32 length ||
 * BLOCK leaf, u8 n || n hashes of its path, 80-byte head record, u64 its index among the heads, u64 number of heads, u8
 * n || n hashes of its path, u32 count || count SEGMENT leaves of 146 bytes.
 */
public record RangeProof(
        ByteString checkpointNote,
        ByteString trustChain,
        ByteString blockLeaf,
        List<Hash> blockPath,
        TopicHead head,
        InclusionProof headProof,
        List<ByteString> segments) {
    /** A proof holds at most so many segments: 2.3 MiB of them. */
    public static final int MAX_SEGMENTS = 16_384;
    /** Larger input is refused before it is decoded. */
    public static final int MAX_BYTES = 32 << 20;

    private static final byte[] MAGIC = "evl/range/v1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_CHAIN_BYTES = 16 << 20;

    public RangeProof {
        blockPath = List.copyOf(blockPath);
        segments = List.copyOf(segments);
        if (segments.size() > MAX_SEGMENTS) {
            throw new MalformedException(
                    MalformedException.RECEIPT,
                    "a range proof has at most " + MAX_SEGMENTS + " segments, got " + segments.size());
        }
    }

    /** True if the bytes begin as a range proof does, and nothing else here. */
    public static boolean isOne(byte[] bytes) {
        return bytes.length >= MAGIC.length && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    public byte[] encode() {
        ByteWriter out = new ByteWriter(4096 + segments.size() * SegmentLeaf.ENCODED_BYTES);
        out.bytes(MAGIC);
        for (ByteString part : List.of(checkpointNote, trustChain, blockLeaf)) {
            out.u32(part.size()).string(part);
        }
        writePath(out, blockPath);
        out.bytes(head.encode()).u63(headProof.leafIndex()).u63(headProof.treeSize());
        writePath(out, headProof.hashes());
        out.u32(segments.size());
        segments.forEach(out::string);
        return out.toBytes();
    }

    private static void writePath(ByteWriter out, List<Hash> path) {
        out.u8(path.size());
        path.forEach(out::hash);
    }

    /** Throws {@link MalformedException} WXW-3005 for anything that is not exactly one range proof. */
    public static RangeProof decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes, MalformedException.RECEIPT);
        if (bytes.length > MAX_BYTES || !isOne(bytes)) {
            throw in.malformed("not a range proof");
        }
        in.bytes(MAGIC.length);
        ByteString note = in.string(in.length32(SignedNote.MAX_BYTES, "a note"));
        ByteString chain = in.string(in.length32(MAX_CHAIN_BYTES, "a trust chain"));
        ByteString block = in.string(in.length32(LeafCodec.MAX_BYTES, "a BLOCK leaf"));
        List<Hash> blockPath = readPath(in);
        TopicHead head = TopicHead.decode(in.bytes(TopicHead.ENCODED_BYTES));
        long index = in.u63("the head's index");
        InclusionProof headProof = new InclusionProof(index, in.u63("the number of heads"), readPath(in));
        List<ByteString> segments = new ArrayList<>();
        for (long left = in.u32(); left > 0; left--) {
            segments.add(in.string(SegmentLeaf.ENCODED_BYTES));
        }
        in.expectEnd("a range proof");
        return new RangeProof(note, chain, block, blockPath, head, headProof, segments);
    }

    private static List<Hash> readPath(ByteReader in) {
        List<Hash> path = new ArrayList<>();
        for (int left = in.u8(); left > 0; left--) {
            path.add(in.hash());
        }
        return path;
    }
}
