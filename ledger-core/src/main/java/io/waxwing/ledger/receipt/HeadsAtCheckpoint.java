package io.waxwing.ledger.receipt;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.BlockLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.LeafType;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.InclusionProof;
import io.waxwing.ledger.merkle.SortedTree;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.spi.LedgerReader;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The heads of all topics as of a published checkpoint, with the tree over them that headsRoot is the root of.
 *
 * <p>The ledger keeps the heads of its last final block only, and checkpoints follow a little later. So the heads are
 * read once, as of some block, and are true when a checkpoint reaches that block; from there on they follow the
 * checkpoints by the leaves in between. Costs some 300 bytes of memory a topic. Not for several threads.
 */
final class HeadsAtCheckpoint {
    /** With more leaves to catch up, reading all heads anew is the shorter way. */
    static final long MAX_REPLAYED_LEAVES = 65_536;

    private final LedgerReader reader;
    private Map<Hash, TopicHead> heads = new HashMap<>();
    private SortedTree<Hash> tree = new SortedTree<>();
    // Everything below this leaf is in the heads; leaves from here on are replayed. -1: nothing is read yet.
    private long from = -1;
    // The heads may hold leaves below this one: they are those of no smaller tree.
    private long notBefore;

    HeadsAtCheckpoint(LedgerReader reader) {
        this.reader = reader;
    }

    /**
     * Makes them those of the latest published checkpoint, and tells which that is.
     *
     * @throws LedgerFailure WXW-3130 if the heads just read are of a block that no checkpoint covers yet, WXW-3110 if
     *     the store is damaged
     */
    PublishedCheckpoint advance() {
        PublishedCheckpoint checkpoint = reader.latestCheckpoint();
        if (from < 0 || checkpoint.treeSize() - from > MAX_REPLAYED_LEAVES) {
            load();
            checkpoint = reader.latestCheckpoint();
        }
        if (checkpoint.treeSize() == 0 || checkpoint.treeSize() < notBefore) {
            throw new LedgerFailure(
                    ReceiptAssembler.NOT_YET, "no checkpoint of at least " + notBefore + " leaves is published yet");
        }
        for (long bundle = from / Tile.WIDTH; bundle * Tile.WIDTH < checkpoint.treeSize(); bundle++) {
            replay(bundle, (int) Math.min(Tile.WIDTH, checkpoint.treeSize() - bundle * Tile.WIDTH));
        }
        from = checkpoint.treeSize();
        notBefore = from;
        requireRoot(checkpoint);
        return checkpoint;
    }

    private void load() {
        heads = new HashMap<>();
        tree = new SortedTree<>();
        from = reader.treeSize();
        notBefore = from;
        for (TopicHead head : reader.topicHeads()) {
            put(head);
            // The heads are stored a moment before the tree size is told.
            notBefore = Math.max(notBefore, head.leafIndex() + 1);
        }
    }

    private void replay(long bundle, int width) {
        byte[] bytes = reader.entries(bundle, width);
        if (bytes == null) {
            throw new LedgerFailure("WXW-3110", "entry bundle " + bundle + " of " + width + " leaves is missing");
        }
        ByteReader in = new ByteReader(bytes, MalformedException.LEAF);
        for (int i = 0; i < width; i++) {
            byte[] leaf = in.bytes(in.u16());
            long leafIndex = bundle * Tile.WIDTH + i;
            if (leafIndex >= from && LeafCodec.decode(leaf).type() == LeafType.SEGMENT) {
                SegmentLeaf segment = LeafCodec.decodeSegment(leaf);
                put(new TopicHead(segment.topicTag(), segment.topicSeqLast(), segment.leafHash(), leafIndex));
            }
        }
    }

    private void put(TopicHead head) {
        TopicHead before = heads.get(head.topicTag());
        if (before == null || before.topicSeq() < head.topicSeq()) {
            heads.put(head.topicTag(), head);
            tree.put(head.topicTag(), head.encode());
        }
    }

    /** The quorum has signed what the heads must be; anything else was read from a damaged disk. */
    private void requireRoot(PublishedCheckpoint checkpoint) {
        byte[] last = Objects.requireNonNull(reader.leaf(checkpoint.treeSize() - 1), "a checkpoint ends with a leaf");
        BlockLeaf block = LeafCodec.decodeBlock(last);
        if (block.headsCount() != heads.size() || !block.headsRoot().equals(tree.root())) {
            from = -1;
            throw new LedgerFailure(
                    "WXW-3110",
                    "the heads of " + heads.size() + " topics do not lead to headsRoot of block " + block.height());
        }
    }

    /** Null for a topic without a segment. */
    @Nullable TopicHead head(Hash topicTag) {
        return heads.get(topicTag);
    }

    InclusionProof proof(Hash topicTag) {
        return Objects.requireNonNull(tree.proof(topicTag), "a head has a place in the tree");
    }
}
