package io.waxwing.node.check;

import io.waxwing.ledger.batch.BatchStatement;
import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.BatchLeaf;
import io.waxwing.ledger.leaf.BlockLeaf;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.Leaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.CompactRange;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.merkle.TileBuffer;
import io.waxwing.ledger.merkle.TileId;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.ledger.verify.CheckpointCheck;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the whole store once: every leaf is read and hashed, the tree is built anew and compared with the stored
 * tiles and with every checkpoint, whose signatures are verified; block bodies and topic heads are compared with the
 * leaves. Made for {@code waxwing server check}; memory is bounded by the number of topics.
 */
public final class LedgerCheck {
    /** More findings than this say nothing new. */
    private static final int MAX_FINDINGS = 1000;

    private final LedgerStore store;
    private final SignatureCheck check;
    private final List<Finding> findings = new ArrayList<>();
    private final CompactRange tree = new CompactRange();
    private final TileBuffer tiles = new TileBuffer();
    private final Map<Hash, TopicHead> heads = new HashMap<>();
    private final Map<Lane, OriginHead> lanes = new HashMap<>();
    private @Nullable TrustPolicy policy;
    private @Nullable TrustPolicy next;
    private @Nullable Tile lastTile;
    private Hash previousBlock = Hash.ZERO;

    public LedgerCheck(LedgerStore store, SignatureCheck check) {
        this.store = store;
        this.check = check;
    }

    /** What is damaged, in the order of the leaves; empty if nothing is. To be called once. */
    public List<Finding> run() {
        long treeSize = treeSize();
        for (long leafIndex = 0; leafIndex < treeSize && findings.size() < MAX_FINDINGS; leafIndex++) {
            checkLeaf(leafIndex);
            if (tree.size() % Tile.WIDTH == 0 || tree.size() == treeSize) {
                tiles.drain().forEach(tile -> checkTile(tile, tree.size() == treeSize));
            }
        }
        checkHeads();
        checkBeyond(treeSize);
        return List.copyOf(findings);
    }

    private long treeSize() {
        long height = store.appliedHeight();
        if (height >= 0) {
            return store.treeSizeAt(height);
        }
        find("ledger", "no block is stored");
        return 0;
    }

    private void checkLeaf(long leafIndex) {
        byte[] bytes = store.leaf(leafIndex);
        Hash inTile = storedHash(leafIndex);
        if (bytes == null) {
            find("leaf " + leafIndex, "is missing");
            tree.append(inTile == null ? Hash.ZERO : inTile, tiles);
            return;
        }
        Hash leafHash = Sha256.leafHash(bytes);
        if (inTile == null) {
            find(tileOf(leafIndex), "is missing or too short for leaf " + leafIndex);
        } else if (!leafHash.equals(inTile)) {
            find(
                    "leaf " + leafIndex,
                    "has hash " + leafHash + ", but its tile " + tileOf(leafIndex) + " has " + inTile);
        }
        tree.append(leafHash, tiles);
        try {
            checkContent(leafIndex, LeafCodec.decode(bytes));
        } catch (LedgerFailure e) {
            find("leaf " + leafIndex, "is unreadable: " + e.getMessage());
        }
    }

    private void checkContent(long leafIndex, Leaf leaf) {
        if (leaf instanceof ConfigLeaf config) {
            TrustPolicy of = TrustPolicy.parse(config.policy().toBytes());
            // Its own block is still signed by whom the CONFIG before named.
            policy = config.epoch() == 0 ? of : policy;
            next = of;
        } else if (leaf instanceof BatchLeaf batch) {
            BatchStatement said = batch.header().statement();
            long originSeq = said.originSeqFirst() + said.eventCount() - 1;
            lanes.put(said.lane(), new OriginHead(said.lane(), said.batchSeq(), originSeq, batch.leafHash()));
        } else if (leaf instanceof SegmentLeaf segment) {
            checkSegment(leafIndex, segment);
        } else if (leaf instanceof BlockLeaf block) {
            checkBlock(leafIndex, block);
            policy = next;
        }
    }

    private void checkSegment(long leafIndex, SegmentLeaf segment) {
        TopicHead before = heads.get(segment.topicTag());
        long expected = before == null ? 1 : before.topicSeq() + 1;
        Hash previous = before == null ? SegmentLeaf.topicGenesis(segment.topicTag()) : before.segmentLeafHash();
        if (segment.topicSeqFirst() != expected || !segment.topicPrev().equals(previous)) {
            find(
                    "leaf " + leafIndex,
                    "does not follow its topic's segment before (topicSeq " + segment.topicSeqFirst() + ", expected "
                            + expected + ")");
        }
        if (store.segmentIndex(segment.topicTag(), segment.topicSeqFirst()) != leafIndex) {
            find("leaf " + leafIndex, "is not where the index of segments has it");
        }
        heads.put(
                segment.topicTag(),
                new TopicHead(segment.topicTag(), segment.topicSeqLast(), segment.leafHash(), leafIndex));
    }

    private void checkBlock(long leafIndex, BlockLeaf block) {
        if (block.leafIndex() != leafIndex || !block.previousBlock().equals(previousBlock)) {
            find("leaf " + leafIndex, "does not follow the BLOCK leaf before it");
        }
        previousBlock = block.leafHash();
        PublishedCheckpoint checkpoint = store.checkpointAt(tree.size());
        if (checkpoint != null) {
            checkCheckpoint(checkpoint);
        }
        byte[] body = store.block(block.height());
        if (body == null) {
            // A node that began with a snapshot never had it.
            if (block.height() >= store.bodiesFrom()) {
                find("block " + block.height(), "is missing");
            }
            return;
        }
        try {
            Block decoded = Block.decodeStored(body);
            if (decoded.header().height() != block.height() || decoded.header().timeMs() != block.blockTimeMs()) {
                find("block " + block.height(), "does not match its BLOCK leaf " + leafIndex);
            }
        } catch (LedgerFailure e) {
            find("block " + block.height(), "is unreadable: " + e.getMessage());
        }
    }

    /** The open tiles at the right edge grow with every leaf, so they are compared only when full or at the end. */
    private void checkTile(Tile computed, boolean atEnd) {
        if (!computed.isFull() && !atEnd) {
            return;
        }
        Tile stored = readTile(computed.id());
        String place = "tile " + computed.id().path(computed.width());
        if (stored == null || stored.width() < computed.width()) {
            find(place, "is missing or too short");
            return;
        }
        for (int i = 0; i < computed.width(); i++) {
            if (!stored.hash(i).equals(computed.hash(i))) {
                find(place, "hash " + i + " is " + stored.hash(i) + ", the leaves give " + computed.hash(i));
            }
        }
    }

    private void checkCheckpoint(PublishedCheckpoint checkpoint) {
        String place = "checkpoint " + checkpoint.treeSize();
        if (!checkpoint.root().equals(tree.root())) {
            find(place, "has root " + checkpoint.root() + ", the leaves give " + tree.root());
        }
        if (policy == null) {
            find(place, "cannot be verified without the genesis CONFIG");
            return;
        }
        try {
            SignedNote note = SignedNote.parse(checkpoint.note().toBytes());
            var signed = new CheckpointCheck(policy, check).verify(note).checkpoint();
            if (signed.treeSize() != checkpoint.treeSize() || !signed.root().equals(tree.root())) {
                find(place, "its note is about " + signed.treeSize() + " leaves with root " + signed.root());
            }
        } catch (LedgerFailure e) {
            find(place, String.valueOf(e.getMessage()));
        }
    }

    private void checkHeads() {
        for (TopicHead stored : readHeads()) {
            TopicHead computed = heads.remove(stored.topicTag());
            if (!stored.equals(computed)) {
                find("topic head " + stored.topicTag(), "does not match the topic's last segment");
            }
        }
        heads.keySet().forEach(tag -> find("topic head " + tag, "is missing"));
        for (OriginHead stored : readLanes()) {
            if (!stored.equals(lanes.remove(stored.lane()))) {
                find("lane " + stored.lane(), "has a head that is not its last batch");
            }
        }
        lanes.keySet().forEach(lane -> find("lane " + lane, "has no head"));
    }

    private List<OriginHead> readLanes() {
        try {
            return store.originHeads();
        } catch (LedgerFailure e) {
            find("lanes", "are unreadable: " + e.getMessage());
            return List.of();
        }
    }

    private List<TopicHead> readHeads() {
        try {
            return store.topicHeads();
        } catch (LedgerFailure e) {
            find("topic heads", "are unreadable: " + e.getMessage());
            return List.of();
        }
    }

    private void checkBeyond(long treeSize) {
        PublishedCheckpoint latest = store.latestCheckpoint();
        if (latest == null) {
            find("checkpoints", "there is none");
        } else if (latest.treeSize() > treeSize) {
            find("checkpoint " + latest.treeSize(), "reaches beyond the ledger's " + treeSize + " leaves");
        }
        ByteString state = store.state();
        if (state == null) {
            find("state", "is missing");
        }
    }

    /** The leaf's hash in the stored tiles, or null. */
    private @Nullable Hash storedHash(long leafIndex) {
        if (lastTile == null || lastTile.id().index() != leafIndex / Tile.WIDTH) {
            lastTile = readTile(new TileId(0, leafIndex / Tile.WIDTH));
        }
        Tile tile = lastTile;
        int at = (int) (leafIndex % Tile.WIDTH);
        return tile == null || tile.width() <= at ? null : tile.hash(at);
    }

    private @Nullable Tile readTile(TileId id) {
        try {
            return store.tile(id);
        } catch (LedgerFailure e) {
            return null;
        }
    }

    private static String tileOf(long leafIndex) {
        return new TileId(0, leafIndex / Tile.WIDTH).path(Tile.WIDTH);
    }

    private void find(String place, String problem) {
        if (findings.size() < MAX_FINDINGS) {
            findings.add(new Finding(place, problem));
        }
    }
}
