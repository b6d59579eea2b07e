package io.waxwing.broker.store;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.Refusal;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;

/**
 * An event whose content goes, and how far that is.
 *
 * <pre>
 * key   = index of the SEGMENT leaf u64 | position in it u32
 * value = u8 progress | u64 index of the ERASE leaf | u64 height | u64 timeMs | lane 6 | u64 batchSeq | 32 batchId | u32 segment
 * </pre>
 *
 * @param place which event
 * @param leafIndex of the ERASE leaf; 0 while it is only {@link Progress#ASKED}
 * @param height of that leaf's block
 * @param timeMs when it was ordered, as its origin says; Unix milliseconds
 * @param lane of the batch
 * @param batchId of the batch; zeros if the ledger's leaves here do not reach back to it: then its content cannot be
 *     here
 * @param segment the event's among those of the batch, from 0
 */
public record ErasedRow(
        Place place,
        Progress progress,
        long leafIndex,
        long height,
        long timeMs,
        Lane lane,
        long batchSeq,
        Hash batchId,
        int segment) {
    /** The SEGMENT leaf, and the event's position in it. */
    public record Place(long leafIndex, long position) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int first = Long.compare(leafIndex, other.leafIndex);
            return first != 0 ? first : Long.compare(position, other.position);
        }

        byte[] key() {
            return new ByteWriter(12).u63(leafIndex).u32(position).toBytes();
        }
    }

    /** How far it is. */
    public enum Progress {
        /** Somebody of this institution wants it; the ledger has not ordered it yet. */
        ASKED,
        /** Ordered; the content may be here. */
        ORDERED,
        /** Nothing reads the content any more; files may still have its bytes. */
        REWRITTEN,
        /** No file has it. */
        DONE
    }

    /** The same, further on. */
    public ErasedRow at(Progress now) {
        return new ErasedRow(place, now, leafIndex, height, timeMs, lane, batchSeq, batchId, segment);
    }

    /** What those who ask for the event are told. */
    public Refusal refusal() {
        return new Refusal(
                FailureCode.EVENT_ERASED,
                "leaf " + leafIndex + " of the ledger, in block " + height
                        + ", orders that its content goes everywhere; its receipt proves its place and commitment");
    }

    byte[] encode() {
        ByteWriter out = new ByteWriter(80).u8(progress.name().charAt(0));
        out.u63(leafIndex).u63(height).u63(timeMs);
        lane.writeTo(out);
        return out.u63(batchSeq).hash(batchId).u32(segment).toBytes();
    }

    static ErasedRow decode(byte[] key, byte[] value) {
        try {
            ByteReader at = new ByteReader(key, MalformedException.BATCH);
            Place place = new Place(at.u63("leaf"), at.u32());
            ByteReader in = new ByteReader(value, MalformedException.BATCH);
            ErasedRow row = new ErasedRow(
                    place,
                    progress(in.u8(), in),
                    in.u63("leaf"),
                    in.u63("height"),
                    in.u63("time"),
                    Lane.readFrom(in),
                    in.u63("batchSeq"),
                    in.hash(),
                    (int) in.u32());
            in.expectEnd("an erasure's row");
            return row;
        } catch (MalformedException e) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, "the row of an erasure: " + e.getMessage());
        }
    }

    private static Progress progress(int letter, ByteReader in) {
        for (Progress progress : Progress.values()) {
            if (progress.name().charAt(0) == letter) {
                return progress;
            }
        }
        throw in.malformed("unknown progress " + letter);
    }
}
