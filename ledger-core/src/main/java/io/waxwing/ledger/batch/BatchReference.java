package io.waxwing.ledger.batch;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import java.util.List;

/**
 * A certified batch without payloads: all that consensus and execution need. The counts of the parts agree with the
 * header; whether root, signatures and certificate do is checked by execution.
 */
public record BatchReference(BatchHeader header, List<OriginPart> parts, AvailabilityCertificate certificate) {
    public BatchReference {
        parts = List.copyOf(parts);
        if (parts.size() != header.statement().segmentCount()) {
            throw new MalformedException(
                    MalformedException.BATCH,
                    "the header names " + header.statement().segmentCount() + " segments, got " + parts.size());
        }
    }

    public Lane lane() {
        return header.lane();
    }

    public long batchSeq() {
        return header.batchSeq();
    }

    public Hash batchId() {
        return header.batchId();
    }
}
