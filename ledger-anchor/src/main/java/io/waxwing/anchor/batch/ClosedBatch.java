package io.waxwing.anchor.batch;

import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.OriginPart;
import java.util.List;

/**
 * A signed batch and the events in it.
 *
 * @param header what the origin signed
 * @param parts its segments
 * @param segments the events of each segment, in the same order
 * @param firstJournalSeq of its first event
 * @param lastJournalSeq of its last event: what the journal has of this lane up to here is in this batch or an earlier
 *     one
 */
public record ClosedBatch<E extends DurableEvent>(
        BatchHeader header, List<OriginPart> parts, List<List<E>> segments, long firstJournalSeq, long lastJournalSeq) {
    public long batchSeq() {
        return header.batchSeq();
    }
}
