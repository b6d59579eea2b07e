package io.waxwing.testkit.sim;

import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Sha256;
import java.util.ArrayList;
import java.util.List;

/**
 * All certified batches of a simulation, one lane per origin, batchSeq 1, 2, 3 …. A batch is genuine if it is here;
 * origins' signatures and availability certificates are not what is simulated. One thread.
 */
public final class Workload {
    private static final long AUDIENCE = 1;

    private final List<List<BatchReference>> lanes = new ArrayList<>();

    public Workload(int lanes) {
        for (int i = 0; i < lanes; i++) {
            this.lanes.add(new ArrayList<>());
        }
    }

    public int lanes() {
        return lanes.size();
    }

    /** The batchSeq of the lane's last batch, 0 before the first. */
    public int last(int lane) {
        return lanes.get(lane).size();
    }

    public int batches() {
        return lanes.stream().mapToInt(List::size).sum();
    }

    /** The lane's next batch. */
    public BatchReference add(int lane) {
        List<BatchReference> batches = lanes.get(lane);
        BatchReference batch = make(lane, batches.size() + 1L, 0);
        batches.add(batch);
        return batch;
    }

    public BatchReference batch(int lane, int batchSeq) {
        return lanes.get(lane).get(batchSeq - 1);
    }

    public boolean isGenuine(BatchReference batch) {
        int lane = batch.lane().originId();
        return lane < lanes.size()
                && batch.batchSeq() <= last(lane)
                && batch.equals(batch(lane, (int) batch.batchSeq()));
    }

    /** A batch that no origin made. */
    public static BatchReference forged(int lane, long batchSeq) {
        return make(lane, batchSeq, 1);
    }

    private static BatchReference make(int lane, long batchSeq, int salt) {
        byte[] content = {(byte) lane, (byte) batchSeq, (byte) (batchSeq >> 8), (byte) salt};
        OriginPart part =
                new OriginPart(lane, batchSeq, 1, 0, Sha256.digest(new byte[] {(byte) lane}), Sha256.digest(content));
        BatchStatement statement = BatchStatement.over(new Lane(lane, AUDIENCE), batchSeq, batchSeq, List.of(part));
        BatchHeader header = new BatchHeader(statement, ByteString.of(new byte[BatchHeader.SIGNATURE_BYTES]));
        return new BatchReference(header, List.of(part), AvailabilityCertificate.ORIGIN_ONLY);
    }
}
