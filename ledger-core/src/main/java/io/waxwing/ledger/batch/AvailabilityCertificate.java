package io.waxwing.ledger.batch;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import java.util.List;

/**
 * Who signed "I hold it until its retention ends": u64 bitmap (bit i = originId i, the origin itself excepted), then
 * the 64-byte signatures in bit order. The origin counts as one holder, so an empty certificate serves t = 1.
 */
public record AvailabilityCertificate(long holders, List<ByteString> signatures) {
    public static final AvailabilityCertificate ORIGIN_ONLY = new AvailabilityCertificate(0, List.of());

    private static final String DOMAIN = "evl/avail/v1\n";
    private static final int SIGNATURE_BYTES = 64;

    public AvailabilityCertificate {
        signatures = List.copyOf(signatures);
        if (signatures.size() != Long.bitCount(holders)) {
            throw new MalformedException(
                    MalformedException.BATCH,
                    Long.bitCount(holders) + " holders but " + signatures.size() + " signatures");
        }
        signatures.forEach(signature -> signature.requireSize(SIGNATURE_BYTES, "an availability signature"));
    }

    /** The message each holder signs: "evl/avail/v1\n" || ledgerId || batchId. */
    public static byte[] signedMessage(Hash ledgerId, Hash batchId) {
        return new ByteWriter(DOMAIN.length() + 2 * Hash.LENGTH)
                .ascii(DOMAIN)
                .hash(ledgerId)
                .hash(batchId)
                .toBytes();
    }

    public boolean isHolder(int originId) {
        return originId >= 0 && originId < Long.SIZE && (holders >>> originId & 1) == 1;
    }

    /** Bytes without the length in front. */
    public int encodedSize() {
        return Long.BYTES + SIGNATURE_BYTES * signatures.size();
    }

    /** u16 length, then the certificate. */
    public void writeTo(ByteWriter out) {
        out.u16(encodedSize()).raw64(holders);
        signatures.forEach(out::string);
    }

    public static AvailabilityCertificate readFrom(ByteReader in) {
        int length = in.u16();
        if (length < Long.BYTES || length > in.remaining()) {
            throw in.malformed("an availability certificate claims " + length + " bytes");
        }
        long holders = in.raw64();
        int count = Long.bitCount(holders);
        if (length != Long.BYTES + SIGNATURE_BYTES * count) {
            throw in.malformed("an availability certificate of " + count + " holders has " + length + " bytes");
        }
        ByteString[] signatures = new ByteString[count];
        for (int i = 0; i < count; i++) {
            signatures[i] = in.string(SIGNATURE_BYTES);
        }
        return new AvailabilityCertificate(holders, List.of(signatures));
    }
}
