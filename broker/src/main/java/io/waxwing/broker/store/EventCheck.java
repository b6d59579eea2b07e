package io.waxwing.broker.store;

import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.topic.DeliveryClass;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.commit.Component;
import io.waxwing.ledger.commit.PayloadCommitment;
import io.waxwing.ledger.commit.Salt;
import io.waxwing.ledger.commit.TopicTag;
import io.waxwing.ledger.control.Genesis;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.BatchLeaf;
import io.waxwing.ledger.leaf.Leaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.merkle.MerkleRoot;
import io.waxwing.ledger.spi.LedgerStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Compares what the journal holds with what was committed to: every event's content with its commitment, and every
 * ledger segment's events with the root in its leaf. Reads everything once; memory is bounded by the number of topics.
 */
public final class EventCheck {
    /** More problems than this say nothing new. */
    private static final int MAX_PROBLEMS = 1000;

    private static final byte[] NO_PUBLISHER = new byte[0];

    private final ColumnStore store;
    private final LedgerStore ledger;
    private final DeliveryIndex index;
    private final EventJournal journal;
    private final List<String> problems = new ArrayList<>();
    private long checked;

    public EventCheck(ColumnStore store, LedgerStore ledger) {
        this.store = store;
        this.ledger = ledger;
        this.index = new DeliveryIndex(store);
        this.journal = new EventJournal(store);
    }

    /** Events compared. */
    public long checked() {
        return checked;
    }

    /** What is damaged; empty if nothing is. To be called once. */
    public List<String> run() {
        checkContents();
        checkSegments();
        return problems;
    }

    private void checkContents() {
        EventJournal.Reader reader = journal.reader();
        long last;
        try {
            last = journal.lastJournalSeq();
        } catch (RefusedException e) {
            problems.add(e.refusal().detail());
            return;
        }
        for (long seq = 1; seq <= last && problems.size() < MAX_PROBLEMS; seq++) {
            checked++;
            try {
                checkContent(reader.read(seq));
            } catch (RefusedException e) {
                problems.add(e.refusal().detail());
            }
        }
    }

    private void checkContent(StoredEvent event) {
        boolean nothing = event.expired() && !event.isErased();
        if (event.deliveryClass() == DeliveryClass.LOCAL || nothing) {
            return;
        }
        Hash made = madeOf(event);
        if (!made.equals(event.commit())) {
            problems.add("journal event " + event.journalSeq() + " of topic '" + event.topic()
                    + "': its content is not what was committed to");
        }
    }

    private static Hash madeOf(StoredEvent event) {
        ByteString erased = event.commitments();
        return erased != null
                ? PayloadCommitment.payloadCommit(PayloadCommitment.commitments(erased.toBytes()))
                : PayloadCommitment.of(
                                Salt.of(event.salt().toBytes()),
                                Component.topic(event.topic()),
                                event.committedHeaders(),
                                NO_PUBLISHER,
                                event.payload().bytes())
                        .payloadCommit();
    }

    private void checkSegments() {
        Map<Hash, String> topics = new HashMap<>();
        TopicRecords.forEach(
                store,
                (name, audienceId, stored) ->
                        topics.put(TopicTag.of(ByteString.of(stored.topicKey().toBytes()), stored.tagEpoch()), name));
        BatchHeader batch = null;
        boolean isVoid = false;
        for (long leafIndex = 0; problems.size() < MAX_PROBLEMS; leafIndex++) {
            byte @Nullable [] bytes = ledger.leaf(leafIndex);
            if (bytes == null) {
                return;
            }
            try {
                Leaf leaf = LeafCodec.decode(bytes);
                if (leaf instanceof BatchLeaf of) {
                    batch = of.header();
                    checkRow(leafIndex, of.header());
                    isVoid = index.voids().contains(leafIndex);
                } else if (leaf instanceof SegmentLeaf segment && !isVoid && isHere(batch)) {
                    checkSegment(leafIndex, segment, topics.get(segment.topicTag()));
                }
            } catch (MalformedException e) {
                problems.add("leaf " + leafIndex + ": " + e.getMessage());
            }
        }
    }

    private void checkRow(long leafIndex, BatchHeader header) {
        try {
            BatchRow row = index.batch(header.lane(), header.batchSeq());
            if (row != null && !row.header().equals(header)) {
                problems.add("leaf " + leafIndex + ": the row of batch " + header.batchSeq() + " of lane "
                        + header.lane() + " has another header");
            }
        } catch (RefusedException e) {
            problems.add("leaf " + leafIndex + ": " + e.refusal().detail());
        }
    }

    /** Nothing is here of an audience that this node is not in. */
    private boolean isHere(@Nullable BatchHeader batch) {
        return batch == null
                || batch.lane().audienceId() == Genesis.EVERYBODY
                || index.batch(batch.lane(), batch.batchSeq()) != null;
    }

    private void checkSegment(long leafIndex, SegmentLeaf segment, @Nullable String topic) {
        if (topic == null) {
            problems.add("leaf " + leafIndex + ": no topic here has its tag");
            return;
        }
        for (SegmentRecord record : index.findSegments(EventId.hashOf(topic), segment.topicSeqFirst())) {
            if (record.leafIndex() == leafIndex) {
                compare(leafIndex, segment, record);
                return;
            }
        }
        problems.add("leaf " + leafIndex + ": the events of topic '" + topic + "' from topicSeq "
                + segment.topicSeqFirst() + " are not in the index");
    }

    private void compare(long leafIndex, SegmentLeaf segment, SegmentRecord record) {
        EventJournal.Reader reader = journal.reader();
        List<Hash> commits = new ArrayList<>(record.journalSeqs().length);
        for (long journalSeq : record.journalSeqs()) {
            try {
                commits.add(reader.read(journalSeq).commit());
            } catch (RefusedException e) {
                problems.add("leaf " + leafIndex + ": " + e.refusal().detail());
                return;
            }
        }
        if (!MerkleRoot.ofHashEntries(commits).equals(segment.originPart().eventsRoot())) {
            problems.add("leaf " + leafIndex + ": the events at topicSeq " + segment.topicSeqFirst() + " to "
                    + segment.topicSeqLast() + " do not give its root");
        }
    }
}
