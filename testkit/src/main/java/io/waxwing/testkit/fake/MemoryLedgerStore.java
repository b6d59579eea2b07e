package io.waxwing.testkit.fake;

import io.waxwing.ledger.batch.Lane;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.BlockLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.OriginHead;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.merkle.TileId;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A ledger store with one write-ahead log, like RocksDB: a forced write makes everything before it durable, a crash
 * keeps any beginning of what was not forced. One thread.
 */
public final class MemoryLedgerStore implements LedgerStore {
    private final DiskFaults faults;
    private final List<Consumer<Tables>> durable;
    private final List<Consumer<Tables>> unforced = new ArrayList<>();
    private final Tables tables = new Tables();

    public MemoryLedgerStore(DiskFaults faults) {
        this(faults, List.of());
    }

    private MemoryLedgerStore(DiskFaults faults, List<Consumer<Tables>> writes) {
        this.faults = faults;
        this.durable = new ArrayList<>(writes);
        writes.forEach(write -> write.accept(tables));
    }

    private static final class Tables {
        private final TreeMap<Long, TreeMap<Hash, ByteString>> blocks = new TreeMap<>();
        private final TreeMap<Long, Hash> blockIds = new TreeMap<>();
        private final Map<Long, Long> treeSizes = new HashMap<>();
        private final Map<Long, ByteString> finalizations = new HashMap<>();
        private final Map<Long, ByteString> leaves = new HashMap<>();
        private final Map<TileId, Tile> tiles = new HashMap<>();
        private final Map<Hash, TopicHead> topics = new TreeMap<>();
        // By last topicSeq.
        private final Map<Hash, TreeMap<Long, Long>> segments = new HashMap<>();
        private final Map<Lane, OriginHead> origins = new TreeMap<>();
        private final TreeMap<Long, PublishedCheckpoint> checkpoints = new TreeMap<>();
        private @Nullable ByteString state;
        private final TreeMap<Long, ByteString> points = new TreeMap<>();
        private long appliedHeight = -1;
        private long bodiesFrom;

        private void put(long firstIndex, List<ByteString> added, List<Tile> changed) {
            long leafIndex = firstIndex;
            for (ByteString leaf : added) {
                leaves.put(leafIndex, leaf);
                index(leaf, leafIndex);
                leafIndex++;
                if (LeafCodec.decode(leaf.toBytes()) instanceof BlockLeaf block) {
                    treeSizes.put(block.height(), leafIndex);
                }
            }
            changed.forEach(tile -> tiles.put(tile.id(), tile));
        }

        private void adopt(Adoption adoption) {
            adoption.blocks().forEach(block -> {
                long height = block.body().height();
                blocks.computeIfAbsent(height, unused -> new TreeMap<>())
                        .put(block.body().blockId(), block.body().block());
                blockIds.put(height, block.body().blockId());
                finalizations.put(height, block.finalization());
            });
            adoption.topicHeads().forEach(head -> topics.put(head.topicTag(), head));
            adoption.originHeads().forEach(head -> origins.put(head.lane(), head));
            state = adoption.state();
            appliedHeight = adoption.last().body().height();
            bodiesFrom = appliedHeight;
        }

        private void index(ByteString leaf, long leafIndex) {
            if (LeafCodec.decode(leaf.toBytes()) instanceof SegmentLeaf segment) {
                segments.computeIfAbsent(segment.topicTag(), unused -> new TreeMap<>())
                        .put(segment.topicSeqLast(), leafIndex);
            }
        }
    }

    /** How many writes a crash now could lose. */
    public int unforcedWrites() {
        return unforced.size();
    }

    /** What a restart after a crash finds if the disk kept that many of the writes not forced. */
    public MemoryLedgerStore afterCrash(int keptUnforced) {
        List<Consumer<Tables>> writes = new ArrayList<>(durable);
        writes.addAll(unforced.subList(0, Math.min(keptUnforced, unforced.size())));
        return new MemoryLedgerStore(faults, writes);
    }

    private void write(String what, boolean forced, Consumer<Tables> write) {
        if (faults.refuses()) {
            throw new LedgerFailure("WXW-3121", "the ledger cannot be written: no space left (simulated)");
        }
        faults.step(what, () -> {
            write.accept(tables);
            unforced.add(write);
            if (forced) {
                durable.addAll(unforced);
                unforced.clear();
            }
        });
    }

    @Override
    public void writeBlocks(List<Body> bodies) {
        List<Body> copy = List.copyOf(bodies);
        write(
                "blocks",
                true,
                to -> copy.forEach(body -> to.blocks
                        .computeIfAbsent(body.height(), unused -> new TreeMap<>())
                        .put(body.blockId(), body.block())));
    }

    @Override
    public byte @Nullable [] block(long height) {
        Hash blockId = tables.blockIds.get(height);
        Map<Hash, ByteString> bodies = tables.blocks.get(height);
        ByteString body = blockId == null || bodies == null ? null : bodies.get(blockId);
        return body == null ? null : body.toBytes();
    }

    @Override
    public byte @Nullable [] block(Hash blockId) {
        for (var entry : tables.blockIds.entrySet()) {
            if (entry.getValue().equals(blockId)) {
                return block(entry.getKey());
            }
        }
        return null;
    }

    @Override
    public List<byte[]> blocksAbove(long height) {
        return tables.blocks.tailMap(height, false).values().stream()
                .flatMap(bodies -> bodies.values().stream())
                .map(ByteString::toBytes)
                .toList();
    }

    @Override
    public long appliedHeight() {
        return tables.appliedHeight;
    }

    @Override
    public void apply(AppliedWrite write) {
        write("apply", false, to -> {
            to.put(write.firstLeafIndex(), write.leaves(), write.tiles());
            byte[] last = write.leaves().get(write.leaves().size() - 1).toBytes();
            long height = LeafCodec.decodeBlock(last).height();
            to.blockIds.put(height, write.blockId());
            to.blocks.getOrDefault(height, new TreeMap<>()).keySet().removeIf(id -> !id.equals(write.blockId()));
            to.finalizations.put(height, write.finalization());
            write.topicHeads().forEach(head -> to.topics.put(head.topicTag(), head));
            write.originHeads().forEach(head -> to.origins.put(head.lane(), head));
            to.state = write.state();
            to.appliedHeight = height;
            if (height > 0 && height % POINT_BLOCKS == 0) {
                to.points.put(height, write.state());
                to.points.remove(height - POINTS_KEPT * POINT_BLOCKS);
            }
        });
    }

    @Override
    public List<Point> points() {
        return tables.points.entrySet().stream()
                .map(point -> new Point(point.getKey(), point.getValue()))
                .toList();
    }

    @Override
    public long bodiesFrom() {
        return tables.bodiesFrom;
    }

    @Override
    public void writeLeaves(long firstIndex, List<ByteString> leaves, List<Tile> tiles) {
        List<ByteString> copy = List.copyOf(leaves);
        List<Tile> changed = List.copyOf(tiles);
        write("leaves", false, to -> to.put(firstIndex, copy, changed));
    }

    @Override
    public void adopt(Adoption adoption) {
        write("snapshot", true, to -> to.adopt(adoption));
    }

    @Override
    public long treeSizeAt(long height) {
        return tables.treeSizes.getOrDefault(height, -1L);
    }

    @Override
    public @Nullable ByteString finalization(long height) {
        return tables.finalizations.get(height);
    }

    @Override
    public @Nullable ByteString state() {
        return tables.state;
    }

    @Override
    public byte @Nullable [] leaf(long leafIndex) {
        ByteString leaf = tables.leaves.get(leafIndex);
        return leaf == null ? null : leaf.toBytes();
    }

    @Override
    public @Nullable Tile tile(TileId id) {
        return tables.tiles.get(id);
    }

    @Override
    public List<TopicHead> topicHeads() {
        return List.copyOf(tables.topics.values());
    }

    @Override
    public @Nullable TopicHead topicHead(Hash topicTag) {
        return tables.topics.get(topicTag);
    }

    @Override
    public long segmentIndex(Hash topicTag, long topicSeq) {
        return tables.segments.getOrDefault(topicTag, new TreeMap<>()).tailMap(topicSeq).values().stream()
                .findFirst()
                .orElse(-1L);
    }

    @Override
    public List<OriginHead> originHeads() {
        return List.copyOf(tables.origins.values());
    }

    @Override
    public void writeCheckpoint(PublishedCheckpoint checkpoint) {
        write("checkpoint", false, to -> to.checkpoints.put(checkpoint.treeSize(), checkpoint));
    }

    @Override
    public @Nullable PublishedCheckpoint checkpointAt(long treeSize) {
        return tables.checkpoints.get(treeSize);
    }

    @Override
    public @Nullable PublishedCheckpoint checkpointCovering(long treeSize) {
        var entry = tables.checkpoints.ceilingEntry(treeSize);
        return entry == null ? null : entry.getValue();
    }

    @Override
    public @Nullable PublishedCheckpoint latestCheckpoint() {
        return tables.checkpoints.isEmpty()
                ? null
                : tables.checkpoints.lastEntry().getValue();
    }
}
