package io.waxwing.broker.store;

import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;

/**
 * Where the events of a batch are in the journal: those of its lane from the first to the last journalSeq that came the
 * same way, with the batch from a member or one by one from publishers.
 *
 * <pre>
 * key   = lane 6 | batchSeq u64
 * value = u8 held (0 or 1) | signed header 126 | firstJournalSeq u64 | lastJournalSeq u64
 * </pre>
 */
public record BatchRow(boolean held, BatchHeader header, long firstJournalSeq, long lastJournalSeq) {
    byte[] key() {
        return key(header.lane(), header.batchSeq());
    }

    static byte[] key(Lane lane, long batchSeq) {
        ByteWriter out = new ByteWriter(Lane.ENCODED_BYTES + Long.BYTES);
        lane.writeTo(out);
        return out.u63(batchSeq).toBytes();
    }

    byte[] encode() {
        ByteWriter out = new ByteWriter(1 + BatchHeader.ENCODED_BYTES + 2 * Long.BYTES).u8(held ? 1 : 0);
        header.writeTo(out);
        return out.u63(firstJournalSeq).u63(lastJournalSeq).toBytes();
    }

    static BatchRow decode(byte[] value) {
        try {
            ByteReader in = new ByteReader(value, MalformedException.BATCH);
            BatchRow row =
                    new BatchRow(in.u8() == 1, BatchHeader.readFrom(in), in.u63("journalSeq"), in.u63("journalSeq"));
            in.expectEnd("a batch row");
            return row;
        } catch (MalformedException e) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, "the row of a batch: " + e.getMessage());
        }
    }
}
