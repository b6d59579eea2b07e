package io.waxwing.ledger.leaf;

import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;

/** BATCH (6): prefix, 126-byte signed header, u16 L || availability certificate. Directly before its segments. */
public record BatchLeaf(BatchHeader header, AvailabilityCertificate certificate) implements Leaf {
    @Override
    public LeafType type() {
        return LeafType.BATCH;
    }

    @Override
    public byte[] encode() {
        int size = LeafCodec.PREFIX_BYTES + BatchHeader.ENCODED_BYTES + Short.BYTES + certificate.encodedSize();
        ByteWriter out = LeafCodec.begin(LeafType.BATCH, size);
        header.writeTo(out);
        certificate.writeTo(out);
        return out.toBytes();
    }

    static BatchLeaf readBody(ByteReader in) {
        return new BatchLeaf(BatchHeader.readFrom(in), AvailabilityCertificate.readFrom(in));
    }
}
