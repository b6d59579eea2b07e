package io.waxwing.ledger.batch;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.merkle.MerkleRoot;
import io.waxwing.ledger.sign.Signer;
import java.util.ArrayList;
import java.util.List;

/**
 * What an origin signs about a batch: bytes [4, 66) of the BATCH leaf: u16 originId, u64 batchSeq, u64 originSeqFirst,
 * u32 segmentCount, u32 eventCount, u32 audienceId, 32 segmentsRoot. Sequences and counts begin at 1.
 */
public record BatchStatement(
        Lane lane, long batchSeq, long originSeqFirst, int segmentCount, int eventCount, Hash segmentsRoot) {
    public static final int ENCODED_BYTES = 62;

    private static final String DOMAIN = "evl/batch/v1\n";

    public BatchStatement {
        if (batchSeq < 1 || originSeqFirst < 1) {
            throw new MalformedException(MalformedException.BATCH, "batchSeq and originSeqFirst begin at 1");
        }
        if (segmentCount < 1 || segmentCount > eventCount || eventCount > BatchCodec.MAX_EVENTS) {
            throw new MalformedException(
                    MalformedException.BATCH,
                    "a batch has 1 to " + BatchCodec.MAX_EVENTS + " events in at most as many segments, got "
                            + eventCount + " in " + segmentCount);
        }
    }

    /** The statement about these segments, counts and root computed. */
    public static BatchStatement over(Lane lane, long batchSeq, long originSeqFirst, List<OriginPart> parts) {
        int events = parts.stream().mapToInt(OriginPart::count).sum();
        return new BatchStatement(lane, batchSeq, originSeqFirst, parts.size(), events, segmentsRoot(parts));
    }

    /** MTH over the segments' origin parts. */
    public static Hash segmentsRoot(List<OriginPart> parts) {
        List<byte[]> entries = new ArrayList<>(parts.size());
        for (OriginPart part : parts) {
            entries.add(part.encode());
        }
        return MerkleRoot.ofEntries(entries);
    }

    /** The 62 bytes. */
    public byte[] encode() {
        ByteWriter out = new ByteWriter(ENCODED_BYTES);
        writeTo(out);
        return out.toBytes();
    }

    public void writeTo(ByteWriter out) {
        out.u16(lane.originId()).u63(batchSeq).u63(originSeqFirst);
        out.u32(segmentCount).u32(eventCount).u32(lane.audienceId()).hash(segmentsRoot);
    }

    /** The message under the origin's signature: "evl/batch/v1\n" || ledgerId || the 62 bytes. */
    public byte[] signedMessage(Hash ledgerId) {
        ByteWriter out = new ByteWriter(DOMAIN.length() + Hash.LENGTH + ENCODED_BYTES);
        out.ascii(DOMAIN).hash(ledgerId);
        writeTo(out);
        return out.toBytes();
    }

    public BatchHeader signedBy(Signer originKey, Hash ledgerId) {
        return new BatchHeader(this, ByteString.of(originKey.sign(signedMessage(ledgerId))));
    }

    public static BatchStatement readFrom(ByteReader in) {
        int originId = in.u16();
        long batchSeq = in.u63("batchSeq");
        long originSeqFirst = in.u63("originSeqFirst");
        long segmentCount = in.u32();
        long eventCount = in.u32();
        long audienceId = in.u32();
        if (eventCount > BatchCodec.MAX_EVENTS || segmentCount > eventCount) {
            throw in.malformed("batch of " + eventCount + " events in " + segmentCount + " segments");
        }
        return new BatchStatement(
                new Lane(originId, audienceId),
                batchSeq,
                originSeqFirst,
                (int) segmentCount,
                (int) eventCount,
                in.hash());
    }
}
