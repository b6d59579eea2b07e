package io.waxwing.node.store;

import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.BlockLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.merkle.TileId;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * The ledger in columns of a RocksDB that the broker opens and closes. Keys are big-endian, so that iteration is in
 * order. Writes by the ledger thread; reads by any.
 */
public final class RocksLedgerStore implements LedgerStore, AutoCloseable {
    private static final String LEAVES = "ledger.leaves";
    private static final String TILES = "ledger.tiles";
    private static final String BLOCKS = "ledger.blocks";
    private static final String HEIGHTS = "ledger.heights";
    private static final String BLOCK_IDS = "ledger.blockids";
    private static final String TOPICS = "ledger.topics";
    private static final String ORIGINS = "ledger.origins";
    private static final String SEGMENTS = "ledger.segments";
    private static final String CHECKPOINTS = "ledger.checkpoints";
    private static final String STATE = "ledger.state";

    private final RocksDB db;
    private final Map<String, ColumnFamilyHandle> columns;
    private final FreeSpace space;
    private final SegmentIndex segments;
    private final StateRows states;
    private final BlockRows blocks;
    private final CheckpointRows checkpoints;
    private final WriteOptions forced = new WriteOptions().setSync(true);
    private final WriteOptions unforced = new WriteOptions();

    /** Works in an open database; {@code columns} has a handle for each of {@link #columnNames()}. */
    public RocksLedgerStore(RocksDB db, Map<String, ColumnFamilyHandle> columns) {
        this(db, columns, FreeSpace.of(Path.of(db.getName())));
    }

    /** The same with another idea of when the disk is full. */
    public RocksLedgerStore(RocksDB db, Map<String, ColumnFamilyHandle> columns, FreeSpace space) {
        this.space = space;
        this.db = db;
        this.columns = Map.copyOf(columns);
        columnNames().forEach(this::column);
        segments = new SegmentIndex(db, column(SEGMENTS));
        states = new StateRows(db, column(STATE));
        blocks = new BlockRows(db, column(BLOCKS), column(HEIGHTS), column(BLOCK_IDS));
        checkpoints = new CheckpointRows(db, column(CHECKPOINTS));
        try {
            segments.fill(column(LEAVES), forced);
        } catch (RocksDBException e) {
            throw RocksFailures.unreadable(e);
        }
    }

    /** The columns this store needs. */
    public static List<String> columnNames() {
        return List.of(LEAVES, TILES, BLOCKS, HEIGHTS, BLOCK_IDS, TOPICS, ORIGINS, SEGMENTS, CHECKPOINTS, STATE);
    }

    @Override
    public void writeBlocks(List<Body> bodies) {
        requireSpace();
        try (WriteBatch batch = new WriteBatch()) {
            for (Body body : bodies) {
                blocks.putBody(body, batch);
            }
            db.write(forced, batch);
        } catch (RocksDBException e) {
            throw RocksFailures.refused(e);
        }
    }

    @Override
    public byte @Nullable [] block(long height) {
        return read(() -> blocks.body(height));
    }

    @Override
    public byte @Nullable [] block(Hash blockId) {
        return read(() -> blocks.body(blockId));
    }

    @Override
    public List<byte[]> blocksAbove(long height) {
        return require(() -> blocks.bodiesAbove(height));
    }

    @Override
    public long appliedHeight() {
        return require(states::height);
    }

    @Override
    public void apply(AppliedWrite write) {
        requireSpace();
        try (WriteBatch batch = new WriteBatch()) {
            putLeaves(write.firstLeafIndex(), write.leaves(), write.tiles(), batch);
            putHeads(write.topicHeads(), write.originHeads(), batch);
            ByteString last = write.leaves().get(write.leaves().size() - 1);
            long height = LeafCodec.decodeBlock(last.toBytes()).height();
            long treeSize = write.firstLeafIndex() + write.leaves().size();
            blocks.putRow(height, new HeightRow(treeSize, write.blockId(), write.finalization()), batch);
            blocks.forgetOthers(height, write.blockId(), batch);
            states.put(height, write.state(), batch);
            db.write(unforced, batch);
        } catch (RocksDBException e) {
            throw RocksFailures.refused(e);
        }
    }

    private void putLeaves(long firstIndex, List<ByteString> leaves, List<Tile> tiles, WriteBatch batch)
            throws RocksDBException {
        long leafIndex = firstIndex;
        for (ByteString leaf : leaves) {
            batch.put(column(LEAVES), key(leafIndex), leaf.toBytes());
            segments.add(leaf, leafIndex, batch);
            leafIndex++;
        }
        for (Tile tile : tiles) {
            batch.put(column(TILES), tileKey(tile.id()), tile.toBytes());
        }
    }

    private void putHeads(List<TopicHead> topics, List<OriginHead> origins, WriteBatch batch) throws RocksDBException {
        for (TopicHead head : topics) {
            batch.put(column(TOPICS), head.topicTag().toBytes(), head.encode());
        }
        for (OriginHead head : origins) {
            batch.put(column(ORIGINS), laneKey(head.lane()), head.encode());
        }
    }

    @Override
    public void writeLeaves(long firstIndex, List<ByteString> leaves, List<Tile> tiles) {
        requireSpace();
        try (WriteBatch batch = new WriteBatch()) {
            putLeaves(firstIndex, leaves, tiles, batch);
            for (ByteString leaf : leaves) {
                if (LeafCodec.decode(leaf.toBytes()) instanceof BlockLeaf block) {
                    blocks.putRow(block.height(), HeightRow.ofLeaves(block.treeSizeAfter()), batch);
                }
            }
            db.write(unforced, batch);
        } catch (RocksDBException e) {
            throw RocksFailures.refused(e);
        }
    }

    @Override
    public void adopt(Adoption adoption) {
        requireSpace();
        try (WriteBatch batch = new WriteBatch()) {
            for (AdoptedBlock block : adoption.blocks()) {
                Body body = block.body();
                blocks.putBody(body, batch);
                blocks.putRow(
                        body.height(),
                        new HeightRow(block.treeSizeAfter(), body.blockId(), block.finalization()),
                        batch);
            }
            putHeads(adoption.topicHeads(), adoption.originHeads(), batch);
            long height = adoption.last().body().height();
            states.put(height, adoption.state(), batch);
            states.putBodiesFrom(height, batch);
            db.write(forced, batch);
        } catch (RocksDBException e) {
            throw RocksFailures.refused(e);
        }
    }

    @Override
    public List<Point> points() {
        return require(states::points);
    }

    @Override
    public long bodiesFrom() {
        return require(states::bodiesFrom);
    }

    /** Forgets the bodies of those blocks; of the ones below that height not all are here any more. Not forced. */
    void forgetBodies(List<Long> heights, long bodiesFrom) {
        try (WriteBatch batch = new WriteBatch()) {
            blocks.forget(heights, batch);
            states.putBodiesFrom(bodiesFrom, batch);
            db.write(unforced, batch);
        } catch (RocksDBException e) {
            throw RocksFailures.refused(e);
        }
    }

    @Override
    public long treeSizeAt(long height) {
        HeightRow row = row(height);
        return row == null ? -1 : row.treeSize();
    }

    @Override
    public @Nullable ByteString finalization(long height) {
        HeightRow row = row(height);
        return row == null || !row.isOfBlock() ? null : row.finalization();
    }

    private @Nullable HeightRow row(long height) {
        return read(() -> blocks.row(height));
    }

    @Override
    public @Nullable ByteString state() {
        return read(states::newest);
    }

    @Override
    public byte @Nullable [] leaf(long leafIndex) {
        return get(LEAVES, key(leafIndex));
    }

    @Override
    public @Nullable Tile tile(TileId id) {
        byte[] bytes = get(TILES, tileKey(id));
        return bytes == null ? null : new Tile(id, bytes);
    }

    @Override
    public List<TopicHead> topicHeads() {
        return all(TOPICS, TopicHead::decode);
    }

    @Override
    public @Nullable TopicHead topicHead(Hash topicTag) {
        byte[] head = get(TOPICS, topicTag.toBytes());
        return head == null ? null : TopicHead.decode(head);
    }

    @Override
    public long segmentIndex(Hash topicTag, long topicSeq) {
        return require(() -> segments.find(topicTag, topicSeq));
    }

    @Override
    public List<OriginHead> originHeads() {
        return all(ORIGINS, OriginHead::decode);
    }

    @Override
    public void writeCheckpoint(PublishedCheckpoint checkpoint) {
        requireSpace();
        try {
            checkpoints.put(checkpoint, unforced);
        } catch (RocksDBException e) {
            throw RocksFailures.refused(e);
        }
    }

    @Override
    public @Nullable PublishedCheckpoint checkpointAt(long treeSize) {
        return read(() -> checkpoints.at(treeSize));
    }

    @Override
    public @Nullable PublishedCheckpoint checkpointCovering(long treeSize) {
        return read(() -> checkpoints.covering(treeSize));
    }

    @Override
    public @Nullable PublishedCheckpoint latestCheckpoint() {
        return read(checkpoints::latest);
    }

    /** Database and columns stay open. */
    @Override
    public void close() {
        forced.close();
        unforced.close();
    }

    private <T> List<T> all(String name, Function<byte[], T> decode) {
        List<T> values = new ArrayList<>();
        try (RocksIterator rows = db.newIterator(column(name))) {
            for (rows.seekToFirst(); rows.isValid(); rows.next()) {
                values.add(decode.apply(rows.value()));
            }
            checkIterator(rows);
        }
        return values;
    }

    private byte @Nullable [] get(String name, byte[] key) {
        return read(() -> db.get(column(name), key));
    }

    /** A read of the database. */
    private interface Read<T> {
        @Nullable T run() throws RocksDBException;
    }

    private static <T> T require(Read<T> read) {
        return Objects.requireNonNull(read(read));
    }

    private static <T> @Nullable T read(Read<T> read) {
        try {
            return read.run();
        } catch (RocksDBException e) {
            throw RocksFailures.unreadable(e);
        }
    }

    private static void checkIterator(RocksIterator iterator) {
        try {
            iterator.status();
        } catch (RocksDBException e) {
            throw RocksFailures.unreadable(e);
        }
    }

    private ColumnFamilyHandle column(String name) {
        return Objects.requireNonNull(columns.get(name), name);
    }

    private void requireSpace() {
        String shortage = space.shortage();
        if (shortage != null) {
            throw new LedgerFailure(StoreCodes.STORE_WRITE, "the ledger is not written: " + shortage);
        }
    }

    private static byte[] key(long number) {
        return new ByteWriter(8).u63(number).toBytes();
    }

    private static byte[] tileKey(TileId id) {
        return new ByteWriter(9).u8(id.level()).u63(id.index()).toBytes();
    }

    private static byte[] laneKey(Lane lane) {
        ByteWriter out = new ByteWriter(Lane.ENCODED_BYTES);
        lane.writeTo(out);
        return out.toBytes();
    }
}
