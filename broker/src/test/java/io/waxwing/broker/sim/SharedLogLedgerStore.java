package io.waxwing.broker.sim;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.merkle.TileId;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import io.waxwing.testkit.fake.DiskFaults;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A ledger store whose forced writes also force the broker's columns, because both are in one database with one log.
 */
public final class SharedLogLedgerStore implements LedgerStore {
    private final LedgerStore store;
    private final MemoryColumns columns;

    public SharedLogLedgerStore(LedgerStore store, MemoryColumns columns) {
        this.store = store;
        this.columns = columns;
    }

    @Override
    public void writeBlocks(List<Body> bodies) {
        try {
            store.writeBlocks(bodies);
        } catch (DiskFaults.Crash end) {
            // Of one log the later part is never kept without the earlier one, wherever the process ends.
            if (end.isAfterEffect()) {
                columns.sync();
            }
            throw end;
        }
        columns.sync();
    }

    @Override
    public byte @Nullable [] block(long height) {
        return store.block(height);
    }

    @Override
    public byte @Nullable [] block(Hash blockId) {
        return store.block(blockId);
    }

    @Override
    public List<byte[]> blocksAbove(long height) {
        return store.blocksAbove(height);
    }

    @Override
    public long appliedHeight() {
        return store.appliedHeight();
    }

    @Override
    public void apply(AppliedWrite write) {
        store.apply(write);
    }

    @Override
    public List<Point> points() {
        return store.points();
    }

    @Override
    public long bodiesFrom() {
        return store.bodiesFrom();
    }

    @Override
    public void writeLeaves(long firstIndex, List<ByteString> leaves, List<Tile> tiles) {
        store.writeLeaves(firstIndex, leaves, tiles);
    }

    @Override
    public void adopt(Adoption adoption) {
        store.adopt(adoption);
    }

    @Override
    public long treeSizeAt(long height) {
        return store.treeSizeAt(height);
    }

    @Override
    public @Nullable ByteString finalization(long height) {
        return store.finalization(height);
    }

    @Override
    public @Nullable ByteString state() {
        return store.state();
    }

    @Override
    public byte @Nullable [] leaf(long leafIndex) {
        return store.leaf(leafIndex);
    }

    @Override
    public @Nullable Tile tile(TileId id) {
        return store.tile(id);
    }

    @Override
    public List<TopicHead> topicHeads() {
        return store.topicHeads();
    }

    @Override
    public @Nullable TopicHead topicHead(Hash topicTag) {
        return store.topicHead(topicTag);
    }

    @Override
    public long segmentIndex(Hash topicTag, long topicSeq) {
        return store.segmentIndex(topicTag, topicSeq);
    }

    @Override
    public List<OriginHead> originHeads() {
        return store.originHeads();
    }

    @Override
    public void writeCheckpoint(PublishedCheckpoint checkpoint) {
        store.writeCheckpoint(checkpoint);
    }

    @Override
    public @Nullable PublishedCheckpoint checkpointAt(long treeSize) {
        return store.checkpointAt(treeSize);
    }

    @Override
    public @Nullable PublishedCheckpoint checkpointCovering(long treeSize) {
        return store.checkpointCovering(treeSize);
    }

    @Override
    public @Nullable PublishedCheckpoint latestCheckpoint() {
        return store.latestCheckpoint();
    }
}
