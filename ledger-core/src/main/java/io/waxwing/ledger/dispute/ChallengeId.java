package io.waxwing.ledger.dispute;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import java.util.Comparator;

/** A challenge's name: u16 origin of the challenger, u64 a number of its own that rises with each. */
public record ChallengeId(int originId, long number) implements Comparable<ChallengeId> {
    static final int ENCODED_BYTES = 10;

    private static final Comparator<ChallengeId> ORDER =
            Comparator.comparingInt(ChallengeId::originId).thenComparingLong(ChallengeId::number);

    public ChallengeId {
        if (originId < 0 || originId > 0xffff || number < 1) {
            throw new MalformedException(MalformedException.DISPUTE, "challenge " + number + " of origin " + originId);
        }
    }

    void writeTo(ByteWriter out) {
        out.u16(originId).u63(number);
    }

    static ChallengeId readFrom(ByteReader in) {
        return new ChallengeId(in.u16(), in.u63("a challenge's number"));
    }

    @Override
    public int compareTo(ChallengeId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return originId + "/" + number;
    }
}
