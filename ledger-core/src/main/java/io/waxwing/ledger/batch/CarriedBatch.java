package io.waxwing.ledger.batch;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.merkle.MerkleRoot;
import java.util.ArrayList;
import java.util.List;

/**
 * All payloads of a batch with the pseudonyms of their topics, so that also those who do not know the audience's secret
 * can compare them with what the origin signed: u32 runs, (32 topicTag, u32 count)* one for each segment, then the
 * events of all runs ({@link CarriedEvent}).
 */
public record CarriedBatch(List<Run> runs, List<CarriedEvent> events) {
    /**
     * Most bytes: encrypted they fit into a block. Nobody signs that he holds a larger batch, since he could not answer
     * a challenge.
     */
    public static final int MAX_BYTES = 640 * 1024;

    private static final int RUN_BYTES = Hash.LENGTH + Integer.BYTES;

    /** The events of one segment: so many of that topic. */
    public record Run(Hash topicTag, int count) {}

    public CarriedBatch {
        runs = List.copyOf(runs);
        events = List.copyOf(events);
    }

    /** Of the events in the order of their segments, each with its topic's pseudonym. */
    public static CarriedBatch of(List<Hash> tags, List<CarriedEvent> events) {
        List<Run> runs = new ArrayList<>();
        for (int from = 0; from < tags.size(); ) {
            int to = from;
            while (to < tags.size() && tags.get(to).equals(tags.get(from))) {
                to++;
            }
            runs.add(new Run(tags.get(from), to - from));
            from = to;
        }
        return new CarriedBatch(runs, events);
    }

    /** Bytes of {@link #encode}. */
    public long encodedSize() {
        long size = Integer.BYTES + (long) RUN_BYTES * runs.size();
        for (CarriedEvent event : events) {
            size += event.encodedSize();
        }
        return size;
    }

    /** True if these are the payloads that the origin signed for. */
    public boolean isOf(BatchHeader header) {
        BatchStatement statement = header.statement();
        if (runs.size() != statement.segmentCount() || events.size() != statement.eventCount()) {
            return false;
        }
        List<OriginPart> parts = new ArrayList<>(runs.size());
        long originSeq = statement.originSeqFirst();
        int from = 0;
        for (Run run : runs) {
            List<CarriedEvent> of = events.subList(from, from + run.count());
            List<Hash> commits = of.stream().map(CarriedEvent::payloadCommit).toList();
            long timeMs = of.get(of.size() - 1).originTimeMs();
            Hash root = MerkleRoot.ofHashEntries(commits);
            parts.add(new OriginPart(header.lane().originId(), originSeq, run.count(), timeMs, run.topicTag(), root));
            originSeq += run.count();
            from += run.count();
        }
        return BatchStatement.segmentsRoot(parts).equals(statement.segmentsRoot());
    }

    public byte[] encode() {
        ByteWriter out = new ByteWriter((int) encodedSize()).u32(runs.size());
        runs.forEach(run -> out.hash(run.topicTag()).u32(run.count()));
        events.forEach(event -> event.writeTo(out));
        return out.toBytes();
    }

    /** Throws {@link MalformedException} for anything but the payloads of one batch. */
    public static CarriedBatch decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes, MalformedException.BATCH);
        List<Run> runs = new ArrayList<>();
        long events = 0;
        for (long left = in.u32(); left > 0; left--) {
            Hash tag = in.hash();
            long count = in.u32();
            events += count;
            if (count == 0 || events > bytes.length) {
                throw in.malformed("a run of " + count + " events");
            }
            runs.add(new Run(tag, (int) count));
        }
        List<CarriedEvent> carried = new ArrayList<>();
        for (; events > 0; events--) {
            carried.add(CarriedEvent.readFrom(in));
        }
        in.expectEnd("the payloads of a batch");
        return new CarriedBatch(runs, carried);
    }
}
