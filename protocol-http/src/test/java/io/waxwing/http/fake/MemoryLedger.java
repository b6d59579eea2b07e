package io.waxwing.http.fake;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.ConsistencyProof;
import io.waxwing.ledger.merkle.InclusionProof;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.merkle.TileId;
import io.waxwing.ledger.spi.LedgerReader;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A ledger of 300 leaves whose hashes are recognisable; what it serves is not verified here. */
public final class MemoryLedger implements LedgerReader {
    public static final long SIZE = 300;
    public static final String POLICY = "log ledger.example+00000000+AAAA\nquorum none\n";

    private volatile boolean damaged;

    /** From now on a read of a tile finds damage. */
    public void damage() {
        damaged = true;
    }

    @Override
    public Hash ledgerId() {
        return Hash.ZERO;
    }

    @Override
    public ByteString genesisConfig() {
        return ByteString.EMPTY;
    }

    @Override
    public ByteString trustPolicy() {
        return ByteString.utf8(POLICY);
    }

    @Override
    public ByteString trustChain() {
        return ByteString.of(new byte[] {1, 2, 3});
    }

    @Override
    public long height() {
        return 7;
    }

    @Override
    public long treeSize() {
        return SIZE;
    }

    @Override
    public PublishedCheckpoint latestCheckpoint() {
        return checkpoint(SIZE);
    }

    private static PublishedCheckpoint checkpoint(long size) {
        return new PublishedCheckpoint(
                size, Hash.ZERO, ByteString.utf8("ledger.example\n" + size + "\nroot\n\n— sig\n"));
    }

    @Override
    public @Nullable PublishedCheckpoint checkpointAt(long treeSize) {
        return treeSize == SIZE || treeSize == 100 ? checkpoint(treeSize) : null;
    }

    @Override
    public @Nullable PublishedCheckpoint checkpointCovering(long treeSize) {
        return treeSize <= 100 ? checkpoint(100) : treeSize <= SIZE ? checkpoint(SIZE) : null;
    }

    @Override
    public byte @Nullable [] leaf(long leafIndex) {
        return null;
    }

    @Override
    public @Nullable Tile tile(TileId id, int width) {
        if (damaged) {
            throw new io.waxwing.ledger.failure.LedgerFailure("WXW-3110", "tile 0/000 is damaged");
        }
        if (id.widthIn(SIZE) < width) {
            return null;
        }
        byte[] bytes = new byte[width * Hash.LENGTH];
        Arrays.fill(bytes, (byte) (id.level() * 16L + id.index()));
        return new Tile(id, bytes);
    }

    @Override
    public byte @Nullable [] entries(long bundleIndex, int width) {
        return new TileId(0, bundleIndex).widthIn(SIZE) < width
                ? null
                : ("bundle " + bundleIndex + " of " + width).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public InclusionProof inclusionProof(long leafIndex, long treeSize) {
        throw new UnsupportedOperationException("not read by the HTTP port");
    }

    @Override
    public ConsistencyProof consistencyProof(long oldSize, long newSize) {
        throw new UnsupportedOperationException("not read by the HTTP port");
    }

    @Override
    public @Nullable TopicHead topicHead(Hash topicTag) {
        return topicTag.equals(Hash.ZERO) ? new TopicHead(Hash.ZERO, 42, Hash.ZERO, 17) : null;
    }

    @Override
    public List<TopicHead> topicHeads() {
        return List.of();
    }

    @Override
    public long segmentIndex(Hash topicTag, long topicSeq) {
        return -1;
    }
}
