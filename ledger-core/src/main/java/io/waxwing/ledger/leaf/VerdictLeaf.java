package io.waxwing.ledger.leaf;

import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import java.util.Arrays;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * VERDICT (7), 79 bytes: prefix, u8 finding, 6 lane of the batch, u64 batchSeq, 32 batchId, u64 index of its BATCH
 * leaf, u64 bitmap of the holders that signed for it, u16 originId and u64 number of the challenge, u16 culprit.
 * Written by execution, behind a block's CONFIG and before its batches. Finding 1, WITHHELD: nobody gave the challenger
 * the payloads in time; the batch's events are void for everybody, its leaves stay; the culprit is its origin,
 * convicted with the holders. Finding 2, FALSE_ANSWER: what the culprit published as the batch is not it; the bitmap is
 * 0.
 */
public record VerdictLeaf(
        Finding finding,
        Lane lane,
        long batchSeq,
        Hash batchId,
        long batchLeafIndex,
        long holders,
        int challengerId,
        long challengeNumber,
        int culpritId)
        implements Leaf {
    public static final int ENCODED_BYTES = 79;

    /** What was found. */
    public enum Finding {
        WITHHELD(1),
        FALSE_ANSWER(2);

        private final int code;

        Finding(int code) {
            this.code = code;
        }
    }

    public VerdictLeaf {
        boolean consistent = finding == Finding.WITHHELD ? culpritId == lane.originId() : holders == 0;
        if (!consistent) {
            throw new MalformedException(
                    MalformedException.LEAF, "a VERDICT that convicts others than its finding does");
        }
    }

    /** True if the batch's events are void. */
    public boolean voids() {
        return finding == Finding.WITHHELD;
    }

    /** The origins that are convicted. */
    public SortedSet<Integer> culprits() {
        SortedSet<Integer> culprits = new TreeSet<>();
        culprits.add(culpritId);
        for (int origin = 0; origin < Long.SIZE; origin++) {
            if ((holders >>> origin & 1) == 1) {
                culprits.add(origin);
            }
        }
        return culprits;
    }

    @Override
    public LeafType type() {
        return LeafType.VERDICT;
    }

    @Override
    public byte[] encode() {
        ByteWriter out = LeafCodec.begin(LeafType.VERDICT, ENCODED_BYTES).u8(finding.code);
        lane.writeTo(out);
        out.u63(batchSeq).hash(batchId).u63(batchLeafIndex).raw64(holders);
        return out.u16(challengerId).u63(challengeNumber).u16(culpritId).toBytes();
    }

    static VerdictLeaf readBody(ByteReader in) {
        int code = in.u8();
        Finding finding = Arrays.stream(Finding.values())
                .filter(candidate -> candidate.code == code)
                .findFirst()
                .orElseThrow(() -> in.malformed("unknown VERDICT finding " + code));
        return new VerdictLeaf(
                finding,
                Lane.readFrom(in),
                in.u63("batchSeq"),
                in.hash(),
                in.u63("batch leaf"),
                in.raw64(),
                in.u16(),
                in.u63("challenge"),
                in.u16());
    }
}
