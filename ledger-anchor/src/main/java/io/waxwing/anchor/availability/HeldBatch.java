package io.waxwing.anchor.availability;

import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.CarriedBatch;
import io.waxwing.ledger.batch.CarriedEvent;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.dispute.ErasedEvents;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.merkle.MerkleRoot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A batch of another node whose payloads are what its header commits to. Only {@link #check} makes one.
 *
 * @param header what the origin signed; whether it did is not checked here
 * @param events in the order of the segments
 */
public record HeldBatch(BatchHeader header, Hash batchId, List<Content> events) {
    /** What an event takes in memory besides its bytes, about. */
    public static final int EVENT_BYTES = 512;
    /** The payloads do not give the header's root. */
    public static final String MISMATCH = "WXW-3190";

    public HeldBatch {
        events = List.copyOf(events);
    }

    /** One event with what it was checked against. */
    public record Content(CarriedEvent event, Hash topicTag, Hash commit) {}

    public Lane lane() {
        return header.lane();
    }

    public long batchSeq() {
        return header.batchSeq();
    }

    /**
     * The batch without the content of those events; null if it lacks the content of others: then somebody withholds
     * it.
     */
    public @Nullable HeldBatch without(ErasedEvents erased) {
        List<Content> left = new ArrayList<>(events.size());
        int segment = -1;
        int position = 0;
        for (int i = 0; i < events.size(); i++) {
            Content of = events.get(i);
            boolean begins = i == 0 || !of.topicTag().equals(events.get(i - 1).topicTag());
            segment += begins ? 1 : 0;
            position = begins ? 0 : position + 1;
            boolean goes = erased.contains(segment, position);
            if (of.event().isErased() && !goes) {
                return null;
            }
            left.add(goes ? new Content(of.event().erased(), of.topicTag(), of.commit()) : of);
        }
        return new HeldBatch(header, batchId, left);
    }

    /** Bytes of all topics, headers and payloads, with what each event takes besides. */
    public long sizeBytes() {
        return events.stream()
                .mapToLong(content -> EVENT_BYTES
                        + content.event().topic().length()
                        + content.event().headers().length
                        + content.event().payload().length)
                .sum();
    }

    /**
     * Hashes everything.
     *
     * @param tagOf the pseudonym that a topic has in this audience
     * @throws LedgerFailure WXW-3190 if the payloads are not those of the header
     */
    public static HeldBatch check(PayloadFrame.Push push, Function<String, Hash> tagOf) {
        BatchHeader header = push.header();
        Map<String, Hash> tags = new LinkedHashMap<>();
        List<Content> events = new ArrayList<>(push.events().size());
        for (CarriedEvent event : push.events()) {
            Hash tag = tags.computeIfAbsent(event.topic(), tagOf);
            events.add(new Content(event, tag, event.payloadCommit()));
        }
        CarriedBatch whole =
                CarriedBatch.of(events.stream().map(Content::topicTag).toList(), push.events());
        if (whole.encodedSize() > CarriedBatch.MAX_BYTES) {
            throw new LedgerFailure(
                    MISMATCH,
                    "batch " + header.batchSeq() + " of lane " + header.lane() + " has " + whole.encodedSize()
                            + " bytes, more than an answer to a challenge can carry");
        }
        BatchStatement statement = header.statement();
        List<OriginPart> parts = parts(statement.lane().originId(), statement.originSeqFirst(), events);
        if (parts.size() != statement.segmentCount()
                || !BatchStatement.segmentsRoot(parts).equals(statement.segmentsRoot())) {
            throw new LedgerFailure(
                    MISMATCH,
                    "the payloads of batch " + header.batchSeq() + " of lane " + header.lane()
                            + " are not those that its origin signed");
        }
        return new HeldBatch(header, header.batchId(), events);
    }

    private static List<OriginPart> parts(int originId, long originSeqFirst, List<Content> events) {
        List<OriginPart> parts = new ArrayList<>();
        long originSeq = originSeqFirst;
        Set<Hash> tags = new HashSet<>();
        int from = 0;
        while (from < events.size()) {
            Hash tag = events.get(from).topicTag();
            if (!tags.add(tag)) {
                throw new MalformedException(MalformedException.BATCH, "a batch has two segments of one topic");
            }
            List<Hash> commits = new ArrayList<>();
            int to = from;
            while (to < events.size() && events.get(to).topicTag().equals(tag)) {
                commits.add(events.get(to).commit());
                to++;
            }
            long timeMs = events.get(to - 1).event().originTimeMs();
            Hash root = MerkleRoot.ofHashEntries(commits);
            parts.add(new OriginPart(originId, originSeq, commits.size(), timeMs, tag, root));
            originSeq += commits.size();
            from = to;
        }
        return parts;
    }
}
