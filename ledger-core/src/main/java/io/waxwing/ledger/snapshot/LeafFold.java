package io.waxwing.ledger.snapshot;

import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.BatchLeaf;
import io.waxwing.ledger.leaf.BlockLeaf;
import io.waxwing.ledger.leaf.Leaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.CompactRange;
import io.waxwing.ledger.merkle.NodeSink;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The heads that all leaves of a tree make, one leaf after the other. Only for leaves of a tree that is final: what
 * execution has checked is not checked again. Not for several threads.
 */
public final class LeafFold {
    private final CompactRange tree = new CompactRange();
    private final Map<Hash, TopicHead> topics = new HashMap<>();
    private final Map<Lane, OriginHead> origins = new HashMap<>();
    private @Nullable BlockLeaf last;

    /** Takes the next leaf; {@code nodes} hears of every subtree that it completes. */
    public void add(byte[] bytes, Hash leafHash, NodeSink nodes) {
        long leafIndex = tree.size();
        Leaf leaf = LeafCodec.decode(bytes);
        if (leaf instanceof SegmentLeaf segment) {
            topics.put(
                    segment.topicTag(), new TopicHead(segment.topicTag(), segment.topicSeqLast(), leafHash, leafIndex));
        } else if (leaf instanceof BatchLeaf batch) {
            BatchStatement statement = batch.header().statement();
            long lastEvent = statement.originSeqFirst() + statement.eventCount() - 1;
            Lane lane = batch.header().lane();
            origins.put(lane, new OriginHead(lane, statement.batchSeq(), lastEvent, leafHash));
        } else if (leaf instanceof BlockLeaf block) {
            last = block;
        }
        tree.append(leafHash, nodes);
    }

    /** How many leaves there were. */
    public long size() {
        return tree.size();
    }

    public List<TopicHead> topicHeads() {
        return List.copyOf(topics.values());
    }

    public List<OriginHead> originHeads() {
        return List.copyOf(origins.values());
    }

    /** The last leaf. Throws {@link MalformedException} WXW-3007 if the leaves do not end with a block. */
    public BlockLeaf end() {
        BlockLeaf end = last;
        if (end == null || end.treeSizeAfter() != tree.size()) {
            throw new MalformedException(
                    MalformedException.BLOCK, "the first " + tree.size() + " leaves do not end with a BLOCK");
        }
        return end;
    }
}
