package io.waxwing.ledger.execute;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.EraseLeaf;
import io.waxwing.ledger.leaf.GrantLeaf;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.leaf.VerdictLeaf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one final block did. {@code firstLeafIndex} is the index of the block's first leaf; {@code treeSize} and
 * {@code root} are those right after its BLOCK leaf; {@code blockLeafIndex} = treeSize - 1. A block without leaves is
 * never applied.
 */
public record Applied(
        long height,
        long orderTimeMs,
        long epoch,
        long firstLeafIndex,
        long treeSize,
        Hash root,
        List<AppliedBatch> batches,
        List<RejectedBatch> rejected,
        List<AppliedVerdict> verdicts,
        List<AppliedErasure> erasures,
        List<AppliedGrant> grants) {
    public Applied {
        batches = List.copyOf(batches);
        rejected = List.copyOf(rejected);
        verdicts = List.copyOf(verdicts);
        erasures = List.copyOf(erasures);
        grants = List.copyOf(grants);
    }

    /** A block without verdicts, erasures and grants. */
    public Applied(
            long height,
            long orderTimeMs,
            long epoch,
            long firstLeafIndex,
            long treeSize,
            Hash root,
            List<AppliedBatch> batches,
            List<RejectedBatch> rejected) {
        this(
                height,
                orderTimeMs,
                epoch,
                firstLeafIndex,
                treeSize,
                root,
                batches,
                rejected,
                List.of(),
                List.of(),
                List.of());
    }

    public long blockLeafIndex() {
        return treeSize - 1;
    }

    /** Events ordered by this block. */
    public int eventCount() {
        return batches.stream()
                .mapToInt(batch -> batch.reference().header().statement().eventCount())
                .sum();
    }

    /** The first batch of that lane that was refused although it was the next of its number; null if none was. */
    public @Nullable RejectedBatch wrong(Lane lane) {
        for (RejectedBatch batch : rejected) {
            boolean outOfTurn = batch.reason() == Rejection.REPEATED || batch.reason() == Rejection.OUT_OF_SEQUENCE;
            if (batch.reference().lane().equals(lane) && !outOfTurn) {
                return batch;
            }
        }
        return null;
    }

    /** A batch that became leaves: its BATCH leaf, and directly after it one SEGMENT leaf per origin part. */
    public record AppliedBatch(BatchReference reference, long batchLeafIndex, List<AppliedSegment> segments) {
        public AppliedBatch {
            segments = List.copyOf(segments);
        }
    }

    /** A segment with the place and hash of its leaf. */
    public record AppliedSegment(SegmentLeaf leaf, long leafIndex, Hash leafHash) {}

    /** A VERDICT leaf and its place. */
    public record AppliedVerdict(VerdictLeaf leaf, long leafIndex) {}

    /** An ERASE leaf and its place. */
    public record AppliedErasure(EraseLeaf leaf, long leafIndex) {}

    /** A GRANT leaf and its place. */
    public record AppliedGrant(GrantLeaf leaf, long leafIndex) {}

    /** A batch that left no leaf, and why. A repeat of a batch that is final already is the usual, harmless one. */
    public record RejectedBatch(BatchReference reference, Rejection reason, String detail) {}
}
