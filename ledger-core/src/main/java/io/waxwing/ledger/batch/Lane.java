package io.waxwing.ledger.batch;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;

/**
 * One origin's sequence of batches for one audience. originId is a u16, audienceId a u32. Ordered by both, in that
 * order.
 */
public record Lane(int originId, long audienceId) implements Comparable<Lane> {
    public static final int ENCODED_BYTES = 6;

    public Lane {
        if (originId < 0 || originId > 0xffff || audienceId < 0 || audienceId > 0xffff_ffffL) {
            throw new MalformedException(
                    MalformedException.BATCH, "no lane has origin " + originId + " and audience " + audienceId);
        }
    }

    /** u16 originId, u32 audienceId. */
    public void writeTo(ByteWriter out) {
        out.u16(originId).u32(audienceId);
    }

    public static Lane readFrom(ByteReader in) {
        return new Lane(in.u16(), in.u32());
    }

    @Override
    public int compareTo(Lane other) {
        int byOrigin = Integer.compare(originId, other.originId);
        return byOrigin != 0 ? byOrigin : Long.compare(audienceId, other.audienceId);
    }

    @Override
    public String toString() {
        return originId + "/" + audienceId;
    }
}
