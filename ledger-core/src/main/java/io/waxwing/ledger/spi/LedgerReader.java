package io.waxwing.ledger.spi;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.ConsistencyProof;
import io.waxwing.ledger.merkle.InclusionProof;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.merkle.TileId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What anybody may read of the ledger, from any thread; may read the disk. Leaves, tiles and proofs are given only as
 * far as the latest published checkpoint reaches, and only after being re-read and hash-checked; damage throws
 * {@link io.waxwing.ledger.failure.LedgerFailure} WXW-3110.
 */
public interface LedgerReader {
    /** H(genesis CONFIG leaf). */
    Hash ledgerId();

    /** The bytes of the genesis CONFIG leaf. */
    ByteString genesisConfig();

    /** The exact bytes of the genesis tlog-policy: the trust file. */
    ByteString trustPolicy();

    /** The CONFIG leaves with their proofs (layout: {@code verify.TrustChain}); empty before the first checkpoint. */
    ByteString trustChain();

    /** Height of the last final block. */
    long height();

    /** Tree size after the last final block; never smaller than the latest checkpoint's. */
    long treeSize();

    /** The largest; of size 0 and with an empty note before the first. */
    PublishedCheckpoint latestCheckpoint();

    /** The published checkpoint with exactly this size, or null. */
    @Nullable PublishedCheckpoint checkpointAt(long treeSize);

    /** The smallest published checkpoint of at least this size, or null if none reaches it yet. */
    @Nullable PublishedCheckpoint checkpointCovering(long treeSize);

    /** The bytes of a leaf, or null at and beyond the latest checkpoint's size. */
    byte @Nullable [] leaf(long leafIndex);

    /** The first {@code width} hashes of a tile, or null if the latest checkpoint does not cover them. */
    @Nullable Tile tile(TileId id, int width);

    /** An entry bundle, u16 length || leaf each, or null if the latest checkpoint does not cover it. */
    byte @Nullable [] entries(long bundleIndex, int width);

    /** The path of a leaf in the tree of that size, which must not exceed the latest checkpoint's. */
    InclusionProof inclusionProof(long leafIndex, long treeSize);

    ConsistencyProof consistencyProof(long oldSize, long newSize);

    /** The last segment of a topic as of the last final block, or null for a tag never seen. */
    @Nullable TopicHead topicHead(Hash topicTag);

    /** The heads of all topics after one and the same final block, the last or one shortly before. */
    List<TopicHead> topicHeads();

    /** The index of the SEGMENT leaf that holds this event of a topic, or -1 if none does yet. */
    long segmentIndex(Hash topicTag, long topicSeq);
}
