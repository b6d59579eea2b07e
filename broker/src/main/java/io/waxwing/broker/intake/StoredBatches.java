package io.waxwing.broker.intake;

import io.waxwing.anchor.batch.OpenBatch;
import io.waxwing.broker.store.BatchRow;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import java.util.List;

/** Batches read back from the journal, this node's own and those it holds for others. Any thread; reads the disk. */
public final class StoredBatches {
    private final EventJournal journal;
    private final Topics topics;

    public StoredBatches(EventJournal journal, Topics topics) {
        this.journal = journal;
        this.topics = topics;
    }

    /** journalSeq of the last durable event. */
    public long lastJournalSeq() {
        return journal.lastJournalSeq();
    }

    /** The events that this node took for a lane and that the journal has in {@code [first, last]}. */
    public OpenBatch<JournaledEvent> read(Lane lane, long first, long last) {
        return read(lane, false, first, last);
    }

    private OpenBatch<JournaledEvent> read(Lane lane, boolean held, long first, long last) {
        OpenBatch<JournaledEvent> open = new OpenBatch<>();
        EventJournal.Reader reader = journal.reader();
        reader.forEach(first, last, stored -> {
            if (isOnTheLedger(lane, stored) && stored.held() == held) {
                open.add(recovered(stored));
            }
        });
        return open;
    }

    /**
     * The events of a batch.
     *
     * @throws RefusedException WXW-2104 if the journal does not give what its origin signed
     */
    public OpenBatch<JournaledEvent> read(BatchRow row) {
        BatchHeader header = row.header();
        OpenBatch<JournaledEvent> open = read(header.lane(), row.held(), row.firstJournalSeq(), row.lastJournalSeq());
        requireSigned(open, header);
        return open;
    }

    /** True if these are the events that the header commits to. */
    public static boolean isSigned(OpenBatch<JournaledEvent> open, BatchHeader header) {
        BatchStatement statement = header.statement();
        List<OriginPart> made = open.parts(header.lane().originId(), statement.originSeqFirst());
        return BatchStatement.segmentsRoot(made).equals(statement.segmentsRoot());
    }

    /** Throws WXW-2104 unless these are the events that the header commits to. */
    public static void requireSigned(OpenBatch<JournaledEvent> open, BatchHeader header) {
        if (!isSigned(open, header)) {
            throw new RefusedException(
                    FailureCode.DATA_DAMAGED,
                    "the journal does not give batch " + header.batchSeq() + " of lane " + header.lane()
                            + " that its origin signed: events are missing or altered");
        }
    }

    /** True if this node has to take the event to the ledger in that lane. */
    public static boolean isOf(Lane lane, StoredEvent stored) {
        return isOnTheLedger(lane, stored) && !stored.held();
    }

    private static boolean isOnTheLedger(Lane lane, StoredEvent stored) {
        return stored.deliveryClass() != DeliveryClass.LOCAL && stored.lane().equals(lane);
    }

    /** An event that nobody waits for any more. */
    public JournaledEvent recovered(StoredEvent stored) {
        TopicState topic = topics.get(stored.topic(), stored.lane().audienceId());
        if (topic == null) {
            throw new RefusedException(
                    FailureCode.DATA_DAMAGED,
                    "journal event " + stored.journalSeq() + " is of a topic that is not stored");
        }
        return JournaledEvent.recovered(stored, topic);
    }
}
