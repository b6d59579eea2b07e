package io.waxwing.broker.store;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.execute.Applied;
import java.nio.ByteBuffer;

/**
 * Where a segment's events are and which leaf it is.
 *
 * <pre>
 * key   = topicHash u32 | topicTag 32 | topicSeqFirst u64
 * value = leafIndex u64 | batchLeafIndex u64 | blockLeafIndex u64 | height u64 | orderTimeMs u64 | count u32
 *       | (journalSeq u64, position u64) * count
 * </pre>
 *
 * @param topicSeqFirst of its first event
 * @param leafIndex of the SEGMENT leaf
 * @param batchLeafIndex of the BATCH leaf before it
 * @param blockLeafIndex of the BLOCK leaf that ends its block
 * @param height of the block
 * @param orderTimeMs Unix milliseconds
 * @param journalSeqs one per event, all 0 if the events are void and were never here; read only
 * @param positions this node's delivery positions, one per event; read only
 */
@SuppressWarnings("ArrayRecordComponent") // Made once per read, never compared.
public record SegmentRecord(
        long topicSeqFirst,
        long leafIndex,
        long batchLeafIndex,
        long blockLeafIndex,
        long height,
        long orderTimeMs,
        long[] journalSeqs,
        long[] positions) {
    private static final int HEADER_BYTES = 5 * Long.BYTES + Integer.BYTES;

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + 2 * Long.BYTES * journalSeqs.length)
                .putLong(leafIndex)
                .putLong(batchLeafIndex)
                .putLong(blockLeafIndex)
                .putLong(height)
                .putLong(orderTimeMs)
                .putInt(journalSeqs.length);
        for (int i = 0; i < journalSeqs.length; i++) {
            out.putLong(journalSeqs[i]).putLong(positions[i]);
        }
        return out.array();
    }

    static SegmentRecord decode(long topicSeqFirst, byte[] value) {
        ByteBuffer in = ByteBuffer.wrap(value);
        int count = value.length < HEADER_BYTES ? -1 : in.getInt(5 * Long.BYTES);
        if (count < 1 || value.length != HEADER_BYTES + 2L * Long.BYTES * count) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, "segment record at topicSeq " + topicSeqFirst);
        }
        long[] journalSeqs = new long[count];
        long[] positions = new long[count];
        for (int i = 0; i < count; i++) {
            journalSeqs[i] = in.getLong(HEADER_BYTES + 2 * Long.BYTES * i);
            positions[i] = in.getLong(HEADER_BYTES + 2 * Long.BYTES * i + Long.BYTES);
        }
        return new SegmentRecord(
                topicSeqFirst,
                in.getLong(0),
                in.getLong(Long.BYTES),
                in.getLong(2 * Long.BYTES),
                in.getLong(3 * Long.BYTES),
                in.getLong(4 * Long.BYTES),
                journalSeqs,
                positions);
    }

    /** Of a segment whose payloads never came and are void: the leaf is there, its events are not. */
    public static SegmentRecord withoutEvents(
            Applied applied, Applied.AppliedBatch batch, Applied.AppliedSegment segment) {
        int count = segment.leaf().originPart().count();
        return new SegmentRecord(
                segment.leaf().topicSeqFirst(),
                segment.leafIndex(),
                batch.batchLeafIndex(),
                applied.blockLeafIndex(),
                applied.height(),
                applied.orderTimeMs(),
                new long[count],
                new long[count]);
    }

    /** False if this node never had the events. */
    public boolean hasEvents() {
        return journalSeqs[0] != 0;
    }

    /** True if this segment holds the event. */
    public boolean holds(long topicSeq) {
        return topicSeq >= topicSeqFirst && topicSeq < topicSeqFirst + journalSeqs.length;
    }

    /** Which event of the segment has this topicSeq. */
    public int indexOf(long topicSeq) {
        return (int) (topicSeq - topicSeqFirst);
    }
}
