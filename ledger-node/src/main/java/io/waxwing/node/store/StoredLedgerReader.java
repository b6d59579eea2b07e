package io.waxwing.node.store;

import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.ConfigLeaf;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.ConsistencyProof;
import io.waxwing.ledger.merkle.InclusionProof;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.merkle.TileId;
import io.waxwing.ledger.merkle.TreeHashes;
import io.waxwing.ledger.spi.LedgerReader;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.ledger.verify.TrustChain;
import io.waxwing.node.store.StoredConfigs.Placed;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the ledger from its store and believes nothing: what is served is hashed up to the root of the latest published
 * checkpoint first. The ledger thread says how far the ledger has come; everything else takes any thread.
 */
public final class StoredLedgerReader implements LedgerReader {
    private final LedgerStore store;
    private final ByteString genesisConfig;
    private final ByteString trustPolicy;
    private final Hash ledgerId;
    private final TreeHashes tree;
    private volatile @Nullable Progress progress;
    private volatile List<Placed> configs;
    private volatile @Nullable TrustChain trustChain;

    /** {@code configs} are those of all epochs so far, genesis first. */
    public StoredLedgerReader(LedgerStore store, List<Placed> configs) {
        this.store = store;
        this.configs = List.copyOf(configs);
        ConfigLeaf genesis = configs.get(0).config();
        this.genesisConfig = ByteString.of(genesis.encode());
        this.trustPolicy = genesis.policy();
        this.ledgerId = genesis.configHash();
        this.tree = TreeHashes.overTiles(this::storedTile);
    }

    private record Progress(long height, long treeSize, PublishedCheckpoint checkpoint) {}

    /** Called on the ledger thread after each block or checkpoint is stored. */
    public void advance(long height, long treeSize, PublishedCheckpoint latest) {
        progress = new Progress(height, treeSize, latest);
    }

    /** The next epoch: the block carries its CONFIG. Called on the ledger thread. */
    public void begin(ConfigLeaf config, Applied block) {
        List<Placed> more = new ArrayList<>(configs);
        more.add(new Placed(config, block.height(), block.firstLeafIndex(), block.treeSize()));
        configs = List.copyOf(more);
    }

    private Progress progress() {
        return Objects.requireNonNull(progress, "the ledger has not started");
    }

    @Override
    public Hash ledgerId() {
        return ledgerId;
    }

    @Override
    public ByteString genesisConfig() {
        return genesisConfig;
    }

    @Override
    public ByteString trustPolicy() {
        return trustPolicy;
    }

    /** Up to the last epoch whose beginning is cosigned. */
    @Override
    public ByteString trustChain() {
        List<Placed> epochs = configs;
        TrustChain known = trustChain;
        if (known == null || known.entries().size() < epochs.size()) {
            known = longer(known, epochs);
            trustChain = known;
        }
        return known == null ? ByteString.EMPTY : known.encode();
    }

    private @Nullable TrustChain longer(@Nullable TrustChain known, List<Placed> epochs) {
        List<TrustChain.Entry> entries = new ArrayList<>(known == null ? List.of() : known.entries());
        for (int epoch = entries.size(); epoch < epochs.size(); epoch++) {
            Placed placed = epochs.get(epoch);
            PublishedCheckpoint proof =
                    epoch == 0 ? store.checkpointCovering(1) : store.checkpointAt(placed.treeSizeAfter());
            long end = epoch == 0 && epochs.size() > 1 ? epochs.get(1).treeSizeAfter() : Long.MAX_VALUE;
            if (proof == null || proof.treeSize() > latestCheckpoint().treeSize() || proof.treeSize() > end) {
                break;
            }
            List<Hash> path =
                    inclusionProof(placed.leafIndex(), proof.treeSize()).hashes();
            ByteString leaf = ByteString.of(placed.config().encode());
            entries.add(new TrustChain.Entry(leaf, placed.leafIndex(), path, proof.note()));
        }
        return entries.isEmpty() ? null : new TrustChain(entries);
    }

    @Override
    public long height() {
        return progress().height();
    }

    @Override
    public long treeSize() {
        return progress().treeSize();
    }

    @Override
    public PublishedCheckpoint latestCheckpoint() {
        return progress().checkpoint();
    }

    @Override
    public @Nullable PublishedCheckpoint checkpointAt(long treeSize) {
        return treeSize > latestCheckpoint().treeSize() ? null : store.checkpointAt(treeSize);
    }

    @Override
    public @Nullable PublishedCheckpoint checkpointCovering(long treeSize) {
        return treeSize > latestCheckpoint().treeSize() ? null : store.checkpointCovering(treeSize);
    }

    @Override
    public byte @Nullable [] leaf(long leafIndex) {
        PublishedCheckpoint checkpoint = latestCheckpoint();
        if (leafIndex < 0 || leafIndex >= checkpoint.treeSize()) {
            return null;
        }
        byte[] leaf = storedLeaf(leafIndex);
        InclusionProof proof = tree.inclusion(leafIndex, checkpoint.treeSize());
        if (!proof.verify(Sha256.leafHash(leaf), checkpoint.root())) {
            throw damaged("leaf " + leafIndex + " or a tile above it does not lead to the checkpoint's root");
        }
        return leaf;
    }

    @Override
    public @Nullable Tile tile(TileId id, int width) {
        if (width < 1 || width > id.widthIn(latestCheckpoint().treeSize())) {
            return null;
        }
        return verifiedTile(id).truncated(width);
    }

    @Override
    public byte @Nullable [] entries(long bundleIndex, int width) {
        Tile hashes = bundleIndex < 0 ? null : tile(new TileId(0, bundleIndex), width);
        if (hashes == null) {
            return null;
        }
        ByteArrayOutputStream bundle = new ByteArrayOutputStream();
        for (int i = 0; i < width; i++) {
            long leafIndex = bundleIndex * Tile.WIDTH + i;
            byte[] leaf = storedLeaf(leafIndex);
            if (!Sha256.leafHash(leaf).equals(hashes.hash(i))) {
                throw damaged("leaf " + leafIndex + " does not have the hash in its tile");
            }
            bundle.write(leaf.length >>> 8);
            bundle.write(leaf.length);
            bundle.writeBytes(leaf);
        }
        return bundle.toByteArray();
    }

    @Override
    public InclusionProof inclusionProof(long leafIndex, long treeSize) {
        requirePublished(treeSize);
        InclusionProof proof = tree.inclusion(leafIndex, treeSize);
        PublishedCheckpoint checkpoint = store.checkpointAt(treeSize);
        Hash leafHash = storedTile(new TileId(0, leafIndex / Tile.WIDTH), (int) (leafIndex % Tile.WIDTH) + 1)
                .hash((int) (leafIndex % Tile.WIDTH));
        if (checkpoint != null && !proof.verify(leafHash, checkpoint.root())) {
            throw damaged("the tiles above leaf " + leafIndex + " do not lead to the root of size " + treeSize);
        }
        return proof;
    }

    @Override
    public ConsistencyProof consistencyProof(long oldSize, long newSize) {
        requirePublished(newSize);
        ConsistencyProof proof = tree.consistency(oldSize, newSize);
        PublishedCheckpoint before = store.checkpointAt(oldSize);
        PublishedCheckpoint after = store.checkpointAt(newSize);
        if (before != null && after != null && !proof.verify(before.root(), after.root())) {
            throw damaged("the tiles between sizes " + oldSize + " and " + newSize + " do not lead to the roots");
        }
        return proof;
    }

    @Override
    public @Nullable TopicHead topicHead(Hash topicTag) {
        return store.topicHead(topicTag);
    }

    @Override
    public List<TopicHead> topicHeads() {
        return store.topicHeads();
    }

    @Override
    public long segmentIndex(Hash topicTag, long topicSeq) {
        return store.segmentIndex(topicTag, topicSeq);
    }

    private void requirePublished(long treeSize) {
        if (treeSize > latestCheckpoint().treeSize()) {
            throw new LedgerFailure(
                    "WXW-3130",
                    "tree size " + treeSize + " is not published yet, "
                            + latestCheckpoint().treeSize() + " is");
        }
    }

    /** A full tile is compared with the tile above it, and so on; the open tiles at the right edge with the root. */
    private Tile verifiedTile(TileId id) {
        PublishedCheckpoint checkpoint = latestCheckpoint();
        TileId at = id;
        int width = at.widthIn(checkpoint.treeSize());
        Tile first = storedTile(at, width).truncated(width);
        Tile tile = first;
        while (tile.isFull()) {
            TileId above = new TileId(at.level() + 1, at.index() / Tile.WIDTH);
            int aboveWidth = above.widthIn(checkpoint.treeSize());
            Tile parent = storedTile(above, aboveWidth).truncated(aboveWidth);
            if (!tile.root().equals(parent.hash((int) (at.index() % Tile.WIDTH)))) {
                throw damaged("tile " + at.path(Tile.WIDTH) + " does not have the hash in the tile above it");
            }
            at = above;
            tile = parent;
        }
        if (!tree.root(checkpoint.treeSize()).equals(checkpoint.root())) {
            throw damaged("the open tiles at the right edge do not lead to the checkpoint's root");
        }
        return first;
    }

    private Tile storedTile(TileId id, int minWidth) {
        Tile tile = store.tile(id);
        if (tile == null || tile.width() < minWidth) {
            throw damaged("tile " + id.path(minWidth) + " is missing");
        }
        return tile;
    }

    private byte[] storedLeaf(long leafIndex) {
        byte[] leaf = store.leaf(leafIndex);
        if (leaf == null) {
            throw damaged("leaf " + leafIndex + " is missing");
        }
        return leaf;
    }

    private static LedgerFailure damaged(String text) {
        return new LedgerFailure(StoreCodes.DAMAGED, text);
    }
}
