package io.waxwing.anchor.batch;

import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.merkle.MerkleRoot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Events gathered for one batch, one segment per topic in the order in which the topics first came; within a topic the
 * order of arrival. What the segments are follows from the events alone, so after a crash the same journal range gives
 * the same bytes.
 */
public final class OpenBatch<E extends DurableEvent> {
    private final Map<Hash, List<E>> segments = new LinkedHashMap<>();
    private int events;
    private long bytes;
    private long firstJournalSeq;
    private long lastJournalSeq;

    /** Adds the next event. Its journalSeq is larger than all before. */
    public void add(E event) {
        if (event.journalSeq() <= lastJournalSeq) {
            throw new IllegalStateException(
                    "journalSeq " + event.journalSeq() + " after " + lastJournalSeq + ": events come in order, once");
        }
        segments.computeIfAbsent(event.topicTag(), unused -> new ArrayList<>()).add(event);
        events++;
        bytes += event.sizeBytes();
        firstJournalSeq = events == 1 ? event.journalSeq() : firstJournalSeq;
        lastJournalSeq = event.journalSeq();
    }

    public int events() {
        return events;
    }

    public long bytes() {
        return bytes;
    }

    /** journalSeq of the first event; 0 if there is none. */
    public long firstJournalSeq() {
        return firstJournalSeq;
    }

    /** journalSeq of the last event; 0 if there is none. */
    public long lastJournalSeq() {
        return lastJournalSeq;
    }

    /** The events by segment, in the order of {@link #parts}. */
    public List<List<E>> segments() {
        return List.copyOf(segments.values());
    }

    /** The segments' origin parts; originSeqs are consecutive from {@code originSeqFirst}. */
    public List<OriginPart> parts(int originId, long originSeqFirst) {
        List<OriginPart> parts = new ArrayList<>(segments.size());
        long originSeq = originSeqFirst;
        for (Map.Entry<Hash, List<E>> segment : segments.entrySet()) {
            List<E> run = segment.getValue();
            List<Hash> commits = new ArrayList<>(run.size());
            run.forEach(event -> commits.add(event.payloadCommit()));
            long lastTimeMs = run.get(run.size() - 1).originTimeMs();
            Hash eventsRoot = MerkleRoot.ofHashEntries(commits);
            parts.add(new OriginPart(originId, originSeq, run.size(), lastTimeMs, segment.getKey(), eventsRoot));
            originSeq += run.size();
        }
        return parts;
    }
}
