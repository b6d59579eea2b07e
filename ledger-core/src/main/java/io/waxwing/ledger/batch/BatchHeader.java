package io.waxwing.ledger.batch;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.sign.SignatureCheck;

/** A signed batch statement: the 126-byte core, bytes [4, 130) of the BATCH leaf. batchId = H(these 126 bytes). */
public record BatchHeader(BatchStatement statement, ByteString originSig) {
    public static final int ENCODED_BYTES = 126;
    public static final int SIGNATURE_BYTES = 64;

    public BatchHeader {
        originSig.requireSize(SIGNATURE_BYTES, "a batch signature");
    }

    public Lane lane() {
        return statement.lane();
    }

    public long batchSeq() {
        return statement.batchSeq();
    }

    public Hash batchId() {
        return Sha256.digest(encode());
    }

    public boolean verify(ByteString originKey, Hash ledgerId, SignatureCheck check) {
        return check.verify(originKey, statement.signedMessage(ledgerId), originSig);
    }

    public byte[] encode() {
        ByteWriter out = new ByteWriter(ENCODED_BYTES);
        writeTo(out);
        return out.toBytes();
    }

    public void writeTo(ByteWriter out) {
        statement.writeTo(out);
        out.string(originSig);
    }

    public static BatchHeader readFrom(ByteReader in) {
        return new BatchHeader(BatchStatement.readFrom(in), in.string(SIGNATURE_BYTES));
    }

    public static BatchHeader decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes, MalformedException.BATCH);
        BatchHeader header = readFrom(in);
        in.expectEnd("a batch header");
        return header;
    }
}
