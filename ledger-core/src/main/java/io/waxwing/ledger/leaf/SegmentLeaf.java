package io.waxwing.ledger.leaf;

import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.nio.charset.StandardCharsets;

/**
 * SEGMENT (1), 146 bytes: prefix, u64 height, u64 orderTimeMs, u64 topicSeqFirst, 32 topicPrev, then the 86-byte origin
 * part. Event i of the segment has topicSeq = topicSeqFirst + i and originSeq = originSeq + i.
 */
public record SegmentLeaf(long height, long orderTimeMs, long topicSeqFirst, Hash topicPrev, OriginPart originPart)
        implements Leaf {
    public static final int ENCODED_BYTES = 146;

    private static final byte[] TOPIC_GENESIS = "evl/topic-genesis/v1".getBytes(StandardCharsets.US_ASCII);

    public SegmentLeaf {
        if (height < 0 || orderTimeMs < 0 || topicSeqFirst < 1) {
            throw new MalformedException(
                    MalformedException.LEAF,
                    "SEGMENT with height " + height + ", time " + orderTimeMs + ", topicSeq " + topicSeqFirst);
        }
    }

    /** topicPrev of a topic's first segment: H("evl/topic-genesis/v1" || topicTag). */
    public static Hash topicGenesis(Hash topicTag) {
        return Sha256.digest(TOPIC_GENESIS, topicTag.toBytes());
    }

    public Hash topicTag() {
        return originPart.topicTag();
    }

    /** The last topicSeq of the segment. */
    public long topicSeqLast() {
        return topicSeqFirst + originPart.count() - 1;
    }

    @Override
    public LeafType type() {
        return LeafType.SEGMENT;
    }

    @Override
    public byte[] encode() {
        ByteWriter out = LeafCodec.begin(LeafType.SEGMENT, ENCODED_BYTES);
        out.u63(height).u63(orderTimeMs).u63(topicSeqFirst).hash(topicPrev);
        originPart.writeTo(out);
        return out.toBytes();
    }

    static SegmentLeaf readBody(ByteReader in) {
        return new SegmentLeaf(
                in.u63("height"), in.u63("orderTimeMs"), in.u63("topicSeqFirst"), in.hash(), OriginPart.readFrom(in));
    }
}
