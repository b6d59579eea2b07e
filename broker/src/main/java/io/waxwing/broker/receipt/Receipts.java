package io.waxwing.broker.receipt;

import io.waxwing.broker.store.DeliveryIndex;
import io.waxwing.broker.store.EventJournal;
import io.waxwing.broker.store.SegmentRecord;
import io.waxwing.broker.store.StoredEvent;
import io.waxwing.bus.event.EventId;
import io.waxwing.bus.failure.FailureCode;
import io.waxwing.bus.failure.RefusedException;
import io.waxwing.bus.spi.ReceiptSource;
import io.waxwing.ledger.commit.PayloadCommitment;
import io.waxwing.ledger.commit.Salt;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.receipt.ReceiptAssembler;
import io.waxwing.ledger.spi.LedgerReader;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Computes receipts (ledger.md section 8) from the journal, the index and the ledger's leaves. Has no state; any thread
 * that may read the disk.
 */
public final class Receipts implements ReceiptSource {
    private static final byte[] NO_PUBLISHER = new byte[0];

    private final EventJournal journal;
    private final DeliveryIndex index;
    private final LedgerReader ledger;
    private final ReceiptAssembler assembler;

    public Receipts(EventJournal journal, DeliveryIndex index, LedgerReader ledger) {
        this.journal = journal;
        this.index = index;
        this.ledger = ledger;
        this.assembler = new ReceiptAssembler(ledger);
    }

    @Override
    public byte[] receipt(EventId eventId, Set<Component> disclose, long treeSize, boolean withChain) {
        SegmentRecord segment = segmentOf(eventId);
        PublishedCheckpoint checkpoint = checkpoint(segment, treeSize);
        try {
            return receipt(eventId, segment, checkpoint, new Wish(disclose, withChain));
        } catch (LedgerFailure e) {
            throw new RefusedException(FailureCode.DATA_DAMAGED, String.valueOf(e.getMessage()));
        }
    }

    private record Wish(Set<Component> disclose, boolean withChain) {}

    private SegmentRecord segmentOf(EventId eventId) {
        for (SegmentRecord segment : index.findSegments(eventId.topicHash(), eventId.topicSeq())) {
            if (segment.height() == eventId.height()) {
                if (!segment.hasEvents()) {
                    throw new RefusedException(
                            FailureCode.EVENT_VOID,
                            "the payload of event " + eventId + " was withheld; leaf " + segment.leafIndex()
                                    + " proves that it was ordered, and that it is void the verdict behind it");
                }
                return segment;
            }
        }
        if (eventId.height() > index.cursor().height() && eventId.height() <= ledger.height()) {
            throw new RefusedException(
                    FailureCode.RECEIPT_NOT_YET,
                    "delivery waits for payloads that are missing before event " + eventId);
        }
        throw new RefusedException(FailureCode.EVENT_UNKNOWN, "event " + eventId + " is not known here");
    }

    private PublishedCheckpoint checkpoint(SegmentRecord segment, long treeSize) {
        // The BLOCK leaf comes last, so a checkpoint that covers it covers the whole block.
        long needed = segment.blockLeafIndex() + 1;
        @Nullable PublishedCheckpoint checkpoint =
                treeSize == 0 ? ledger.checkpointCovering(needed) : ledger.checkpointAt(treeSize);
        if (checkpoint == null && treeSize != 0) {
            throw new RefusedException(FailureCode.NOT_FOUND, "no checkpoint of size " + treeSize + " was published");
        }
        if (checkpoint == null) {
            throw new RefusedException(FailureCode.RECEIPT_NOT_YET, "the checkpoint of size " + needed + " is not out");
        }
        if (checkpoint.treeSize() < needed) {
            throw new RefusedException(
                    FailureCode.PARAMETER, "the checkpoint of size " + treeSize + " is older than the event");
        }
        return checkpoint;
    }

    private byte[] receipt(EventId eventId, SegmentRecord segment, PublishedCheckpoint checkpoint, Wish wish) {
        int at = segment.indexOf(eventId.topicSeq());
        List<PayloadCommitment.Disclosed> shown = new ArrayList<>();
        List<PayloadCommitment.Undisclosed> hidden = new ArrayList<>();
        List<Hash> commits = new ArrayList<>(segment.journalSeqs().length);
        EventJournal.Reader reader = journal.reader();
        for (int i = 0; i < segment.journalSeqs().length; i++) {
            StoredEvent stored = reader.read(segment.journalSeqs()[i]);
            commits.add(stored.commit());
            ByteString commitments = stored.commitments();
            if (i == at && commitments != null) {
                withhold(commitments, hidden);
            } else if (i == at && stored.expired()) {
                throw new RefusedException(
                        FailureCode.EVENT_EXPIRED,
                        "the content of event " + eventId + " is not kept here any more; leaf " + segment.leafIndex()
                                + " has its place, and a receipt that was taken before still verifies");
            } else if (i == at) {
                disclose(stored, wish.disclose(), shown, hidden);
            }
        }
        ReceiptAssembler.EventPlace place =
                new ReceiptAssembler.EventPlace(segment.leafIndex(), at, commits, shown, hidden);
        ReceiptAssembler.Surroundings around =
                new ReceiptAssembler.Surroundings(segment.batchLeafIndex(), segment.blockLeafIndex());
        return assembler.assemble(place, around, checkpoint, wish.withChain()).encode();
    }

    /** Of an erased event there is nothing to show, but it can be proven that it was there. */
    private static void withhold(ByteString commitments, List<PayloadCommitment.Undisclosed> hidden) {
        List<Hash> all = PayloadCommitment.commitments(commitments.toBytes());
        for (var component : io.waxwing.ledger.commit.Component.values()) {
            hidden.add(new PayloadCommitment.Undisclosed(component, all.get(component.index())));
        }
    }

    private static void disclose(
            StoredEvent stored,
            Set<Component> wanted,
            List<PayloadCommitment.Disclosed> shown,
            List<PayloadCommitment.Undisclosed> hidden) {
        byte[] topic = io.waxwing.ledger.commit.Component.topic(stored.topic());
        byte[] headers = stored.committedHeaders();
        byte[] payload = stored.payload().bytes();
        PayloadCommitment commitment =
                PayloadCommitment.of(Salt.of(stored.salt().toBytes()), topic, headers, NO_PUBLISHER, payload);
        if (!commitment.payloadCommit().equals(stored.commit())) {
            throw new RefusedException(
                    FailureCode.DATA_DAMAGED,
                    "journal event " + stored.journalSeq() + ": its content is not what was committed to");
        }
        Map<Component, byte[]> bytes = Map.of(
                Component.TOPIC, topic,
                Component.HEADERS, headers,
                Component.PUBLISHER, NO_PUBLISHER,
                Component.PAYLOAD, payload);
        for (Component component : Component.values()) {
            var which = io.waxwing.ledger.commit.Component.valueOf(component.name());
            if (wanted.contains(component)) {
                shown.add(commitment.disclose(which, Objects.requireNonNull(bytes.get(component))));
            } else {
                hidden.add(commitment.withhold(which));
            }
        }
    }
}
