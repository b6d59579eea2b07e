package io.waxwing.ledger.batch;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import java.util.ArrayList;
import java.util.List;

/**
 * A batch reference as it stands in a block body: 126 header, u16 L || certificate, then segmentCount x 86 origin
 * parts.
 */
public final class BatchCodec {
    /** Most events in one batch, and so in one segment. */
    public static final int MAX_EVENTS = 4096;

    private BatchCodec() {}

    public static byte[] encode(BatchReference reference) {
        ByteWriter out = new ByteWriter(encodedSize(reference));
        write(reference, out);
        return out.toBytes();
    }

    public static void write(BatchReference reference, ByteWriter out) {
        reference.header().writeTo(out);
        reference.certificate().writeTo(out);
        reference.parts().forEach(part -> part.writeTo(out));
    }

    public static int encodedSize(BatchReference reference) {
        return BatchHeader.ENCODED_BYTES
                + Short.BYTES
                + reference.certificate().encodedSize()
                + reference.parts().size() * OriginPart.ENCODED_BYTES;
    }

    public static BatchReference read(ByteReader in) {
        BatchHeader header = BatchHeader.readFrom(in);
        AvailabilityCertificate certificate = AvailabilityCertificate.readFrom(in);
        int count = header.statement().segmentCount();
        if ((long) count * OriginPart.ENCODED_BYTES > in.remaining()) {
            throw in.malformed("a batch of " + count + " segments is cut short");
        }
        List<OriginPart> parts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            parts.add(OriginPart.readFrom(in));
        }
        return new BatchReference(header, parts, certificate);
    }

    /** Throws {@link MalformedException} for anything but exactly one reference. */
    public static BatchReference decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes, MalformedException.BATCH);
        BatchReference reference = read(in);
        in.expectEnd("a batch reference");
        return reference;
    }
}
