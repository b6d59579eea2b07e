package io.waxwing.ledger.batch;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;

/**
 * The 86 bytes of a segment that its origin sets (bytes [60, 146) of a SEGMENT leaf): u16 originId, u64 originSeq of
 * the first event, u32 count >= 1, u64 originTimeMs of the last event, 32 topicTag, 32 eventsRoot = MTH over the
 * events' payload commitments.
 */
public record OriginPart(int originId, long originSeq, int count, long originTimeMs, Hash topicTag, Hash eventsRoot) {
    public static final int ENCODED_BYTES = 86;

    public OriginPart {
        if (originId < 0 || originId > 0xffff || originSeq < 1 || count < 1 || originTimeMs < 0) {
            throw new MalformedException(
                    MalformedException.BATCH,
                    "segment of origin " + originId + ", first " + originSeq + ", count " + count + ", time "
                            + originTimeMs + " is out of range");
        }
    }

    public void writeTo(ByteWriter out) {
        out.u16(originId)
                .u63(originSeq)
                .u32(count)
                .u63(originTimeMs)
                .hash(topicTag)
                .hash(eventsRoot);
    }

    public byte[] encode() {
        ByteWriter out = new ByteWriter(ENCODED_BYTES);
        writeTo(out);
        return out.toBytes();
    }

    public static OriginPart readFrom(ByteReader in) {
        int originId = in.u16();
        long originSeq = in.u63("originSeq");
        long count = in.u32();
        if (count > BatchCodec.MAX_EVENTS) {
            throw in.malformed("a segment has at most " + BatchCodec.MAX_EVENTS + " events, got " + count);
        }
        return new OriginPart(originId, originSeq, (int) count, in.u63("originTimeMs"), in.hash(), in.hash());
    }
}
