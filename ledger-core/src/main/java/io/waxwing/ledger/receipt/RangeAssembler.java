package io.waxwing.ledger.receipt;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.spi.LedgerReader;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.ledger.verify.RangeProof;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Computes range proofs on demand, as of the latest published checkpoint; none is stored. Not for several threads. */
public final class RangeAssembler {
    /** The range is of more segments than one proof holds. */
    public static final String TOO_LONG = "WXW-3132";

    private final LedgerReader reader;
    private final HeadsAtCheckpoint heads;

    public RangeAssembler(LedgerReader reader) {
        this.reader = reader;
        this.heads = new HeadsAtCheckpoint(reader);
    }

    /**
     * The segments of a topic from the one that holds topicSeq {@code from} up to its head.
     *
     * @param from 1 or more
     * @param to not beyond the topic's head
     * @return null if the topic has no such events under the latest checkpoint
     * @throws LedgerFailure WXW-3130 if no checkpoint can be used yet, WXW-3132 if the topic has more than
     *     {@value RangeProof#MAX_SEGMENTS} segments from there on, WXW-3110 if the store is damaged
     */
    public @Nullable RangeProof assemble(Hash topicTag, long from, long to) {
        PublishedCheckpoint checkpoint = heads.advance();
        TopicHead head = heads.head(topicTag);
        if (head == null || to > head.topicSeq() || from < 1 || from > to) {
            return null;
        }
        long size = checkpoint.treeSize();
        return new RangeProof(
                checkpoint.note(),
                reader.trustChain(),
                leaf(size - 1),
                reader.inclusionProof(size - 1, size).hashes(),
                head,
                heads.proof(topicTag),
                segments(head, from));
    }

    private List<ByteString> segments(TopicHead head, long from) {
        List<ByteString> segments = new ArrayList<>();
        long next = from;
        while (next <= head.topicSeq()) {
            if (segments.size() == RangeProof.MAX_SEGMENTS) {
                throw new LedgerFailure(
                        TOO_LONG,
                        "from topicSeq " + from + " to the topic's head at " + head.topicSeq() + " there are more than "
                                + RangeProof.MAX_SEGMENTS + " segments; ask for a later start");
            }
            ByteString bytes = leaf(reader.segmentIndex(head.topicTag(), next));
            SegmentLeaf segment = LeafCodec.decodeSegment(bytes.toBytes());
            if (!segment.topicTag().equals(head.topicTag()) || segment.topicSeqLast() < next) {
                throw new LedgerFailure("WXW-3110", "topicSeq " + next + " is not in the segment that is to hold it");
            }
            segments.add(bytes);
            next = segment.topicSeqLast() + 1;
        }
        return segments;
    }

    private ByteString leaf(long leafIndex) {
        byte[] leaf = leafIndex < 0 ? null : reader.leaf(leafIndex);
        if (leaf == null) {
            throw new LedgerFailure("WXW-3110", "leaf " + leafIndex + " is missing");
        }
        return ByteString.of(leaf);
    }
}
