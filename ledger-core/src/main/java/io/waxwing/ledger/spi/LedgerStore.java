package io.waxwing.ledger.spi;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.merkle.TileId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the ledger is kept. Written by the ledger thread only, read by any. Every write is atomic; writes fail with
 * {@link io.waxwing.ledger.failure.LedgerFailure} WXW-3121 and may be tried again.
 */
public interface LedgerStore {
    /**
     * Stores bodies of blocks that may become final, several of one height perhaps; returns when they are on the disk.
     */
    void writeBlocks(List<Body> bodies);

    /** The body of the applied block of that height, or null. */
    byte @Nullable [] block(long height);

    /** The body of the applied block with that id, or null. */
    byte @Nullable [] block(Hash blockId);

    /** The bodies of all blocks above that height, by rising height. */
    List<byte[]> blocksAbove(long height);

    /** Height of the last applied block, -1 for none. */
    long appliedHeight();

    /** The tree size after the applied block of that height, -1 if its leaves are not here. */
    long treeSizeAt(long height);

    /** The finalization certificate of an applied block, or null. */
    @Nullable ByteString finalization(long height);

    /**
     * Stores what an applied block made, and forgets bodies of its height that did not become final. Not forced: it can
     * be computed again from the block bodies.
     */
    void apply(AppliedWrite write);

    /** The state record of the last applied block, or null if none was. */
    @Nullable ByteString state();

    /** The last {@value #POINTS_KEPT} state records of heights that {@link #POINT_BLOCKS} divides, by rising height. */
    List<Point> points();

    /** From this height on all bodies of applied blocks are here; of those below only some. 0 if none was left out. */
    long bodiesFrom();

    /**
     * Stores leaves of a tree that is known to be final, before the blocks that made them are applied. Not forced: what
     * is missing is fetched again. {@code tiles} as in {@link AppliedWrite}.
     */
    void writeLeaves(long firstIndex, List<ByteString> leaves, List<Tile> tiles);

    /**
     * Makes a state whose leaves were all written the last applied one of an empty store; returns when it is on the
     * disk.
     */
    void adopt(Adoption adoption);

    byte @Nullable [] leaf(long leafIndex);

    /** As much of the tile as is stored. */
    @Nullable Tile tile(TileId id);

    List<TopicHead> topicHeads();

    @Nullable TopicHead topicHead(Hash topicTag);

    /** The index of the SEGMENT leaf that holds this event of a topic, or -1 if none is stored. */
    long segmentIndex(Hash topicTag, long topicSeq);

    List<OriginHead> originHeads();

    /** Stores a published checkpoint. Not forced. */
    void writeCheckpoint(PublishedCheckpoint checkpoint);

    @Nullable PublishedCheckpoint checkpointAt(long treeSize);

    /** The smallest of at least that size. */
    @Nullable PublishedCheckpoint checkpointCovering(long treeSize);

    @Nullable PublishedCheckpoint latestCheckpoint();

    /** Every so many blocks the state record is kept for others to begin with: the same heights on all nodes. */
    long POINT_BLOCKS = 256;

    /** So many of those are kept, since nodes are at different heights. */
    int POINTS_KEPT = 4;

    /** The state record after the block of that height, as {@link #state()} gave it then. */
    record Point(long height, ByteString state) {}

    /**
     * What a store begins with behind the leaves.
     *
     * @param blocks the bodies that are needed whatever is left out: the first block, those that end epochs, and as the
     *     last one the block after which the state is
     */
    record Adoption(
            List<AdoptedBlock> blocks, List<TopicHead> topicHeads, List<OriginHead> originHeads, ByteString state) {
        public Adoption {
            blocks = List.copyOf(blocks);
            topicHeads = List.copyOf(topicHeads);
            originHeads = List.copyOf(originHeads);
        }

        public AdoptedBlock last() {
            return blocks.get(blocks.size() - 1);
        }
    }

    /** An applied block with the tree size after it and its encoded certificate, empty for genesis. */
    record AdoptedBlock(Body body, long treeSizeAfter, ByteString finalization) {}

    /** The encoded block under its height and id. */
    record Body(long height, Hash blockId, ByteString block) {}

    /**
     * Everything one block adds or replaces. Tiles hold all their hashes up to the new tree size; the last leaf is the
     * BLOCK leaf; {@code finalization} is the encoded certificate, empty for genesis.
     */
    record AppliedWrite(
            Hash blockId,
            long firstLeafIndex,
            List<ByteString> leaves,
            List<Tile> tiles,
            List<TopicHead> topicHeads,
            List<OriginHead> originHeads,
            ByteString state,
            ByteString finalization) {
        public AppliedWrite {
            leaves = List.copyOf(leaves);
            tiles = List.copyOf(tiles);
            topicHeads = List.copyOf(topicHeads);
            originHeads = List.copyOf(originHeads);
        }
    }
}
