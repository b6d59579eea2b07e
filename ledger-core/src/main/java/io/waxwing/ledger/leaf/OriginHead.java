package io.waxwing.ledger.leaf;

import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;

/**
 * Origin head record, 54 bytes, one per lane: originId 2, audienceId 4, last batchSeq 8, last originSeq 8, leaf hash of
 * the lane's last BATCH 32.
 */
public record OriginHead(Lane lane, long batchSeq, long originSeq, Hash batchLeafHash) {
    public static final int ENCODED_BYTES = 54;

    public byte[] encode() {
        ByteWriter out = new ByteWriter(ENCODED_BYTES);
        lane.writeTo(out);
        return out.u63(batchSeq).u63(originSeq).hash(batchLeafHash).toBytes();
    }

    public static OriginHead decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes, MalformedException.LEAF);
        OriginHead head = new OriginHead(Lane.readFrom(in), in.u63("batchSeq"), in.u63("originSeq"), in.hash());
        in.expectEnd("an origin head");
        return head;
    }
}
