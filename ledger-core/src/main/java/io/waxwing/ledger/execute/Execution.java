package io.waxwing.ledger.execute;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.control.Registry.Origin;
import io.waxwing.ledger.dispute.AnswerCheck;
import io.waxwing.ledger.dispute.DisputeRules;
import io.waxwing.ledger.dispute.Disputes;
import io.waxwing.ledger.execute.Applied.AppliedBatch;
import io.waxwing.ledger.execute.Applied.AppliedErasure;
import io.waxwing.ledger.execute.Applied.AppliedGrant;
import io.waxwing.ledger.execute.Applied.AppliedSegment;
import io.waxwing.ledger.execute.Applied.AppliedVerdict;
import io.waxwing.ledger.execute.Applied.RejectedBatch;
import io.waxwing.ledger.failure.Invariant;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.BatchLeaf;
import io.waxwing.ledger.leaf.BlockLeaf;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.EraseLeaf;
import io.waxwing.ledger.leaf.GrantLeaf;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.leaf.VerdictLeaf;
import io.waxwing.ledger.merkle.NodeSink;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.simplex.Conviction;
import io.waxwing.ledger.simplex.Evidence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * (state, final block) to leaves. Gives every batch its place, every segment its height, order time, topicSeq and
 * topicPrev, and ends the block with its BLOCK leaf. Deterministic: every validator computes the same bytes. The state
 * is changed in place.
 */
public final class Execution {
    private final LedgerState state;
    private final Order order;
    private final SignatureCheck signatures;
    private final AnswerCheck answers;
    private final NodeSink nodes;
    private final long firstLeafIndex;
    private final List<ByteString> leaves = new ArrayList<>();
    private final List<AppliedBatch> applied = new ArrayList<>();
    private final List<RejectedBatch> rejected = new ArrayList<>();
    private final List<AppliedVerdict> verdicts = new ArrayList<>();
    private final List<AppliedErasure> erasures = new ArrayList<>();
    private final List<AppliedGrant> grants = new ArrayList<>();
    private final Map<Hash, TopicHead> topicHeads = new LinkedHashMap<>();
    private final Map<Lane, OriginHead> originHeads = new LinkedHashMap<>();

    private Execution(LedgerState state, Order order, SignatureCheck signatures, AnswerCheck answers, NodeSink nodes) {
        this.state = state;
        this.order = order;
        this.signatures = signatures;
        this.answers = answers;
        this.nodes = nodes;
        this.firstLeafIndex = state.treeSize();
    }

    /**
     * What a block made: the report for listeners, the bytes of its leaves in order, and the heads it changed; and what
     * is the matter with missing payloads and with whom, after it.
     */
    public record Step(
            Applied applied,
            BlockLeaf blockLeaf,
            List<ByteString> leaves,
            List<TopicHead> topicHeads,
            List<OriginHead> originHeads,
            Disputes disputes,
            SortedSet<Conviction> convictions) {}

    /**
     * Applies the next block. {@code nodes} hears of every perfect subtree completed.
     *
     * @throws LedgerFailure WXW-3007 if height or time do not follow the last block's, or a CONFIG does not; WXW-3016
     *     if a dispute may not stand there
     */
    public static Step apply(LedgerState state, Order order, SignatureCheck signatures, NodeSink nodes) {
        return apply(state, order, signatures, AnswerCheck.DECRYPTING, nodes);
    }

    /** The same, with what is known of answers already. */
    public static Step apply(
            LedgerState state, Order order, SignatureCheck signatures, AnswerCheck answers, NodeSink nodes) {
        if (order.height() != state.height + 1) {
            throw new LedgerFailure(
                    MalformedException.BLOCK, "block " + order.height() + " does not follow block " + state.height);
        }
        if (order.timeMs() <= state.timeMs) {
            throw new LedgerFailure(
                    MalformedException.BLOCK, "block time " + order.timeMs() + " is not after " + state.timeMs);
        }
        return new Execution(state, order, signatures, answers, nodes).run();
    }

    private Step run() {
        long epoch = state.config == null ? 0 : state.config.epoch();
        Registry before = state.registry;
        if (before != null) {
            state.convicted = state.convicted.with(order.convictions(), before);
        }
        // A CONFIG is in force from the next block on: what stands beside it is judged by the keys before.
        DisputeRules.Outcome outcome = before == null ? null : judge(before);
        order.configs().forEach(this::applyConfig);
        if (outcome != null) {
            outcome.verdicts().forEach(this::append);
            outcome.erasures().forEach(this::append);
            outcome.grants().forEach(this::append);
        }
        BatchCheck check = new BatchCheck(before == null ? state.registry() : before, state.ledgerId, signatures);
        for (BatchReference batch : order.batches()) {
            RejectedBatch refusal = check.check(batch, state.originHead(batch.lane()));
            if (refusal == null) {
                applied.add(applyBatch(batch));
            } else {
                rejected.add(refusal);
            }
        }
        BlockLeaf block = closeBlock(epoch);
        Applied report = new Applied(
                order.height(),
                order.timeMs(),
                epoch,
                firstLeafIndex,
                state.treeSize(),
                state.root(),
                applied,
                rejected,
                verdicts,
                erasures,
                grants);
        return new Step(
                report,
                block,
                leaves,
                List.copyOf(topicHeads.values()),
                List.copyOf(originHeads.values()),
                state.disputes,
                state.convictions());
    }

    /** What its disputes and the time that has passed find, before a CONFIG ends challenges of those who leave. */
    private DisputeRules.Outcome judge(Registry registry) {
        DisputeRules rules = new DisputeRules(registry, state.ledgerId, signatures, answers);
        DisputeRules.Outcome outcome = rules.after(
                state.disputes, order.disputes(), new DisputeRules.Place(order.height(), order.timeMs(), state.timeMs));
        state.disputes = outcome.disputes();
        for (VerdictLeaf verdict : outcome.verdicts()) {
            Set<Integer> institutions = new TreeSet<>();
            for (int culprit : verdict.culprits()) {
                Origin origin = registry.origin(culprit);
                if (origin != null && registry.isMember(origin.institutionId())) {
                    institutions.add(origin.institutionId());
                }
            }
            state.convicted = state.convicted.with(institutions, Evidence.Kind.FALSE_AVAIL);
        }
        return outcome;
    }

    private void append(VerdictLeaf verdict) {
        verdicts.add(new AppliedVerdict(verdict, state.treeSize()));
        append(verdict.encode());
    }

    private void append(EraseLeaf erasure) {
        erasures.add(new AppliedErasure(erasure, state.treeSize()));
        append(erasure.encode());
    }

    private void append(GrantLeaf grant) {
        grants.add(new AppliedGrant(grant, state.treeSize()));
        state.disputes = state.disputes.withPlace(grant, state.treeSize());
        append(grant.encode());
    }

    private void applyConfig(ConfigLeaf next) {
        boolean genesis = state.config == null;
        boolean follows = genesis
                ? order.height() == 0
                        && next.epoch() == 0
                        && next.previousConfig().equals(Hash.ZERO)
                : next.epoch() == state.config().epoch() + 1
                        && next.previousConfig().equals(state.config().configHash());
        if (!follows || next.firstHeight() != (genesis ? 0 : order.height() + 1)) {
            throw new LedgerFailure(MalformedException.BLOCK, "CONFIG of epoch " + next.epoch() + " does not follow");
        }
        state.enter(next);
        if (genesis) {
            state.ledgerId = next.configHash();
        }
        append(next.encode());
    }

    private AppliedBatch applyBatch(BatchReference batch) {
        long batchLeafIndex = state.treeSize();
        Hash batchLeafHash = append(new BatchLeaf(batch.header(), batch.certificate()).encode());
        List<AppliedSegment> segments = new ArrayList<>(batch.parts().size());
        for (OriginPart part : batch.parts()) {
            segments.add(applySegment(part));
        }
        OriginPart last = batch.parts().get(batch.parts().size() - 1);
        OriginHead head =
                new OriginHead(batch.lane(), batch.batchSeq(), last.originSeq() + last.count() - 1, batchLeafHash);
        state.put(head);
        originHeads.put(batch.lane(), head);
        return new AppliedBatch(batch, batchLeafIndex, segments);
    }

    private AppliedSegment applySegment(OriginPart part) {
        Hash tag = part.topicTag();
        TopicHead before = state.topicHead(tag);
        long topicSeqFirst = before == null ? 1 : before.topicSeq() + 1;
        Hash topicPrev = before == null ? SegmentLeaf.topicGenesis(tag) : before.segmentLeafHash();
        SegmentLeaf leaf = new SegmentLeaf(order.height(), order.timeMs(), topicSeqFirst, topicPrev, part);
        long leafIndex = state.treeSize();
        Hash leafHash = append(leaf.encode());
        TopicHead head = new TopicHead(tag, leaf.topicSeqLast(), leafHash, leafIndex);
        state.put(head);
        topicHeads.put(tag, head);
        return new AppliedSegment(leaf, leafIndex, leafHash);
    }

    private BlockLeaf closeBlock(long epoch) {
        BlockLeaf block = new BlockLeaf(
                order.height(),
                order.timeMs(),
                firstLeafIndex,
                leaves.size(),
                epoch,
                state.previousBlock,
                state.topicTree.root(),
                state.topicTree.size(),
                state.originTree.root(),
                state.config().configHash());
        state.previousBlock = append(block.encode());
        state.height = order.height();
        state.timeMs = order.timeMs();
        state.disputes = state.disputes.afterBlock(order.height(), state.treeSize(), state.root());
        Invariant.check(
                state.treeSize() == block.treeSizeAfter(),
                "the BLOCK leaf is the block's last",
                state.treeSize(),
                block.treeSizeAfter());
        return block;
    }

    private Hash append(byte[] leaf) {
        Hash leafHash = Sha256.leafHash(leaf);
        state.tree.append(leafHash, nodes);
        leaves.add(ByteString.of(leaf));
        return leafHash;
    }
}
