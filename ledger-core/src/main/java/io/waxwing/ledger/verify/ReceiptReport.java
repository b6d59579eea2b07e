package io.waxwing.ledger.verify;

import io.waxwing.ledger.commit.Component;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.SegmentLeaf;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of a receipt: the steps done, in order, up to and including the first that failed. {@code facts} are
 * there only if nothing failed; they are then as true as the trust file.
 */
public record ReceiptReport(List<CheckStep> steps, @Nullable Facts facts) {
    public ReceiptReport {
        steps = List.copyOf(steps);
    }

    public boolean verified() {
        return facts != null;
    }

    /** The step that failed, or null. */
    public @Nullable CheckStep firstFailure() {
        return steps.stream()
                .filter(step -> step.outcome() == CheckStep.Outcome.FAILED)
                .findFirst()
                .orElse(null);
    }

    /**
     * What the receipt proves. {@code position} is the event's place in the segment and {@code components} what is
     * shown of it; both are empty if the receipt proves the segment only. {@code ledgerId} is null without a trust
     * chain.
     */
    public record Facts(
            SegmentLeaf segment,
            long leafIndex,
            long treeSize,
            Hash root,
            @Nullable Hash ledgerId,
            @Nullable Integer position,
            Map<Component, ByteString> components,
            List<String> cosigners,
            List<String> missingCosigners) {
        public Facts {
            components = Map.copyOf(components);
        }

        /** The event's topicSeq, or null if the receipt proves the segment only. */
        public @Nullable Long topicSeq() {
            return position == null ? null : segment.topicSeqFirst() + position;
        }
    }
}
