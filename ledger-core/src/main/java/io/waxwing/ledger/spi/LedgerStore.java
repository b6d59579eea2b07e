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
     * Stores the block body at its height (replacing one that never became final) and returns when it is on the disk.
     */
    void writeBlock(long height, byte[] block);

    byte @Nullable [] block(long height);

    /** The greatest height of which a body is stored, -1 for none. */
    long lastBlockHeight();

    /** The tree size after the applied block of that height, -1 if none was. */
    long treeSizeAt(long height);

    /** The finalization certificate of an applied block, or null. */
    @Nullable ByteString finalization(long height);

    /** Stores what an applied block made. Not forced: it can be computed again from the block bodies. */
    void apply(AppliedWrite write);

    /** The state record of the last applied block, or null if none was. */
    @Nullable ByteString state();

    byte @Nullable [] leaf(long leafIndex);

    /** As much of the tile as is stored. */
    @Nullable Tile tile(TileId id);

    List<TopicHead> topicHeads();

    @Nullable TopicHead topicHead(Hash topicTag);

    List<OriginHead> originHeads();

    /** Stores a published checkpoint. Not forced. */
    void writeCheckpoint(PublishedCheckpoint checkpoint);

    @Nullable PublishedCheckpoint checkpointAt(long treeSize);

    /** The smallest of at least that size. */
    @Nullable PublishedCheckpoint checkpointCovering(long treeSize);

    @Nullable PublishedCheckpoint latestCheckpoint();

    /**
     * Everything one block adds or replaces. Tiles hold all their hashes up to the new tree size; the last leaf is the
     * BLOCK leaf; {@code finalization} is the encoded certificate, empty for genesis.
     */
    record AppliedWrite(
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
