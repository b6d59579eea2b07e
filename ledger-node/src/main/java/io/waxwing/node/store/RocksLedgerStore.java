package io.waxwing.node.store;

import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.merkle.TileId;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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
    private static final byte[] STATE_KEY = {'s'};

    private final RocksDB db;
    private final Map<String, ColumnFamilyHandle> columns;
    private final FreeSpace space;
    private final SegmentIndex segments;
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
        try {
            segments.fill(column(LEAVES), forced);
        } catch (RocksDBException e) {
            throw unreadable(e);
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
                batch.put(
                        column(BLOCKS),
                        blockKey(body.height(), body.blockId()),
                        body.block().toBytes());
            }
            db.write(forced, batch);
        } catch (RocksDBException e) {
            throw refused(e);
        }
    }

    @Override
    public byte @Nullable [] block(long height) {
        byte[] step = get(HEIGHTS, key(height));
        return step == null ? null : get(BLOCKS, blockKey(height, Hash.of(step, Long.BYTES)));
    }

    @Override
    public byte @Nullable [] block(Hash blockId) {
        byte[] height = get(BLOCK_IDS, blockId.toBytes());
        return height == null ? null : get(BLOCKS, blockKey(number(height), blockId));
    }

    @Override
    public List<byte[]> blocksAbove(long height) {
        List<byte[]> found = new ArrayList<>();
        try (RocksIterator blocks = db.newIterator(column(BLOCKS))) {
            for (blocks.seek(key(height + 1)); blocks.isValid(); blocks.next()) {
                found.add(blocks.value());
            }
            checkIterator(blocks);
        }
        return found;
    }

    @Override
    public long appliedHeight() {
        try (RocksIterator heights = db.newIterator(column(HEIGHTS))) {
            heights.seekToLast();
            checkIterator(heights);
            return heights.isValid() ? number(heights.key()) : -1;
        }
    }

    @Override
    public void apply(AppliedWrite write) {
        requireSpace();
        try (WriteBatch batch = new WriteBatch()) {
            long leafIndex = write.firstLeafIndex();
            for (ByteString leaf : write.leaves()) {
                batch.put(column(LEAVES), key(leafIndex), leaf.toBytes());
                segments.add(leaf, leafIndex, batch);
                leafIndex++;
            }
            for (Tile tile : write.tiles()) {
                batch.put(column(TILES), tileKey(tile.id()), tile.toBytes());
            }
            for (TopicHead head : write.topicHeads()) {
                batch.put(column(TOPICS), head.topicTag().toBytes(), head.encode());
            }
            for (OriginHead head : write.originHeads()) {
                batch.put(column(ORIGINS), laneKey(head.lane()), head.encode());
            }
            ByteString last = write.leaves().get(write.leaves().size() - 1);
            long height = LeafCodec.decodeBlock(last.toBytes()).height();
            byte[] step = new ByteWriter(512)
                    .u63(leafIndex)
                    .hash(write.blockId())
                    .string(write.finalization())
                    .toBytes();
            batch.put(column(HEIGHTS), key(height), step);
            batch.put(column(BLOCK_IDS), write.blockId().toBytes(), key(height));
            forgetOthers(height, write.blockId(), batch);
            batch.put(column(STATE), STATE_KEY, write.state().toBytes());
            db.write(unforced, batch);
        } catch (RocksDBException e) {
            throw refused(e);
        }
    }

    private void forgetOthers(long height, Hash blockId, WriteBatch batch) throws RocksDBException {
        try (RocksIterator blocks = db.newIterator(column(BLOCKS))) {
            byte[] applied = blockKey(height, blockId);
            for (blocks.seek(key(height)); blocks.isValid() && number(blocks.key()) == height; blocks.next()) {
                if (!Arrays.equals(blocks.key(), applied)) {
                    batch.delete(column(BLOCKS), blocks.key());
                }
            }
            checkIterator(blocks);
        }
    }

    @Override
    public long treeSizeAt(long height) {
        byte[] step = get(HEIGHTS, key(height));
        return step == null ? -1 : new ByteReader(step, MalformedException.BLOCK).u63("tree size");
    }

    @Override
    public @Nullable ByteString finalization(long height) {
        byte[] step = get(HEIGHTS, key(height));
        return step == null ? null : ByteString.of(step, Long.BYTES + Hash.LENGTH, step.length);
    }

    @Override
    public @Nullable ByteString state() {
        byte[] state = get(STATE, STATE_KEY);
        return state == null ? null : ByteString.of(state);
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
        try {
            return segments.find(topicTag, topicSeq);
        } catch (RocksDBException e) {
            throw unreadable(e);
        }
    }

    @Override
    public List<OriginHead> originHeads() {
        return all(ORIGINS, OriginHead::decode);
    }

    @Override
    public void writeCheckpoint(PublishedCheckpoint checkpoint) {
        requireSpace();
        byte[] value = new ByteWriter(512)
                .hash(checkpoint.root())
                .string(checkpoint.note())
                .toBytes();
        try {
            db.put(column(CHECKPOINTS), unforced, key(checkpoint.treeSize()), value);
        } catch (RocksDBException e) {
            throw refused(e);
        }
    }

    @Override
    public @Nullable PublishedCheckpoint checkpointAt(long treeSize) {
        byte[] value = get(CHECKPOINTS, key(treeSize));
        return value == null ? null : checkpoint(treeSize, value);
    }

    @Override
    public @Nullable PublishedCheckpoint checkpointCovering(long treeSize) {
        try (RocksIterator checkpoints = db.newIterator(column(CHECKPOINTS))) {
            checkpoints.seek(key(treeSize));
            return current(checkpoints);
        }
    }

    @Override
    public @Nullable PublishedCheckpoint latestCheckpoint() {
        try (RocksIterator checkpoints = db.newIterator(column(CHECKPOINTS))) {
            checkpoints.seekToLast();
            return current(checkpoints);
        }
    }

    /** Closes what this store made; database and columns stay open. */
    @Override
    public void close() {
        forced.close();
        unforced.close();
    }

    private static @Nullable PublishedCheckpoint current(RocksIterator checkpoints) {
        checkIterator(checkpoints);
        return checkpoints.isValid() ? checkpoint(number(checkpoints.key()), checkpoints.value()) : null;
    }

    private static PublishedCheckpoint checkpoint(long treeSize, byte[] value) {
        return new PublishedCheckpoint(treeSize, Hash.of(value, 0), ByteString.of(value, Hash.LENGTH, value.length));
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
        try {
            return db.get(column(name), key);
        } catch (RocksDBException e) {
            throw unreadable(e);
        }
    }

    private static void checkIterator(RocksIterator iterator) {
        try {
            iterator.status();
        } catch (RocksDBException e) {
            throw unreadable(e);
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

    private static LedgerFailure refused(RocksDBException e) {
        return new LedgerFailure(StoreCodes.STORE_WRITE, "the ledger cannot be written: " + e.getMessage(), e);
    }

    private static LedgerFailure unreadable(RocksDBException e) {
        return new LedgerFailure(StoreCodes.DAMAGED, "the ledger cannot be read: " + e.getMessage(), e);
    }

    private static byte[] key(long number) {
        return new ByteWriter(8).u63(number).toBytes();
    }

    private static byte[] blockKey(long height, Hash blockId) {
        return new ByteWriter(Long.BYTES + Hash.LENGTH)
                .u63(height)
                .hash(blockId)
                .toBytes();
    }

    private static byte[] tileKey(TileId id) {
        return new ByteWriter(9).u8(id.level()).u63(id.index()).toBytes();
    }

    private static byte[] laneKey(Lane lane) {
        ByteWriter out = new ByteWriter(Lane.ENCODED_BYTES);
        lane.writeTo(out);
        return out.toBytes();
    }

    private static long number(byte[] key) {
        return new ByteReader(key, MalformedException.BLOCK).u63("a key");
    }
}
