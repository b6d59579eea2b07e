package io.waxwing.ledger.merkle;

import static org.assertj.core.api.Assertions.assertThat;

import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The fast trees against the definition of RFC 6962, word for word and slow. */
class TreeModelTest {
    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final Map<TileId, Tile> stored = new HashMap<>();

    private static Hash naiveRoot(List<Hash> leaves) {
        if (leaves.isEmpty()) {
            return Sha256.digest();
        }
        if (leaves.size() == 1) {
            return leaves.get(0);
        }
        int split = Integer.highestOneBit(leaves.size() - 1);
        return Sha256.nodeHash(naiveRoot(leaves.subList(0, split)), naiveRoot(leaves.subList(split, leaves.size())));
    }

    private static List<Hash> naivePath(int m, List<Hash> leaves) {
        if (leaves.size() == 1) {
            return List.of();
        }
        int split = Integer.highestOneBit(leaves.size() - 1);
        boolean left = m < split;
        List<Hash> path = new ArrayList<>(
                left
                        ? naivePath(m, leaves.subList(0, split))
                        : naivePath(m - split, leaves.subList(split, leaves.size())));
        path.add(naiveRoot(left ? leaves.subList(split, leaves.size()) : leaves.subList(0, split)));
        return path;
    }

    private Hash randomHash() {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        return Hash.of(bytes);
    }

    private Tile tile(TileId id, int minWidth) {
        Tile tile = Objects.requireNonNull(stored.get(id), () -> "no tile " + id + ", -Dseed=" + seed);
        assertThat(tile.width()).as("-Dseed=" + seed).isGreaterThanOrEqualTo(minWidth);
        return tile;
    }

    @Test
    void tilesGiveTheRootsAndProofsOfEverySizeCovered() {
        List<Hash> leaves = new ArrayList<>();
        CompactRange range = new CompactRange();
        TileBuffer buffer = new TileBuffer();
        TreeHashes tree = TreeHashes.overTiles(this::tile);
        int total = 1500 + random.nextInt(300);
        while (leaves.size() < total) {
            int block = 1 + random.nextInt(40);
            for (int i = 0; i < block; i++) {
                leaves.add(randomHash());
                range.append(leaves.get(leaves.size() - 1), buffer);
            }
            buffer.drain().forEach(changed -> stored.put(changed.id(), changed));
            if (random.nextInt(8) == 0) {
                // As after a restart.
                buffer = new TileBuffer(range.size(), this::tile);
                range = CompactRange.load(range.size(), tree::node);
            }
            checkAt(leaves, tree, range);
        }
    }

    private void checkAt(List<Hash> leaves, TreeHashes tree, CompactRange range) {
        int size = leaves.size();
        assertThat(range.root()).as("-Dseed=" + seed).isEqualTo(naiveRoot(leaves));
        int older = 1 + random.nextInt(size);
        List<Hash> before = leaves.subList(0, older);
        Hash oldRoot = naiveRoot(before);
        assertThat(tree.root(older)).as("-Dseed=" + seed).isEqualTo(oldRoot);
        int leafIndex = random.nextInt(older);
        InclusionProof inclusion = tree.inclusion(leafIndex, older);
        assertThat(inclusion.hashes()).as("-Dseed=" + seed).isEqualTo(naivePath(leafIndex, before));
        assertThat(inclusion.hashes()).hasSize(inclusion.expectedLength());
        assertThat(inclusion.verify(leaves.get(leafIndex), oldRoot)).isTrue();
        ConsistencyProof consistency = tree.consistency(older, size);
        assertThat(consistency.verify(oldRoot, range.root()))
                .as("-Dseed=" + seed)
                .isTrue();
        if (older < size) {
            assertThat(consistency.verify(range.root(), oldRoot)).isFalse();
        }
    }

    @Test
    void aSortedTreeIsTheRootOverItsRecordsInOrder() {
        SortedTree<Integer> tree = new SortedTree<>();
        TreeMap<Integer, byte[]> model = new TreeMap<>();
        assertThat(tree.root()).isEqualTo(MerkleRoot.EMPTY);
        for (int i = 0; i < 400; i++) {
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                int key = random.nextInt(150);
                byte[] record = {(byte) key, (byte) random.nextInt(), (byte) random.nextInt()};
                tree.put(key, record);
                model.put(key, record);
            }
            assertThat(tree.root()).as("-Dseed=" + seed).isEqualTo(MerkleRoot.ofEntries(List.copyOf(model.values())));
            int key = random.nextInt(150);
            InclusionProof proof = tree.proof(key);
            byte[] record = model.get(key);
            if (record == null) {
                assertThat(proof).isNull();
            } else {
                assertThat(Objects.requireNonNull(proof).verify(Sha256.leafHash(record), tree.root()))
                        .as("-Dseed=" + seed)
                        .isTrue();
            }
        }
    }

    @Test
    void tilePathsAreThoseOfTheSpecification() {
        assertThat(new TileId(0, 1234067).path(256)).isEqualTo("0/x001/x234/067");
        assertThat(new TileId(1, 0).path(17)).isEqualTo("1/000.p/17");
        assertThat(TileId.entriesPath(1000, 256)).isEqualTo("entries/x001/000");
        long size = 70_000;
        assertThat(new TileId(0, 272).widthIn(size)).isEqualTo(256);
        assertThat(new TileId(0, 273).widthIn(size)).isEqualTo(112);
        assertThat(new TileId(1, 0).widthIn(size)).isEqualTo(256);
        assertThat(new TileId(1, 1).widthIn(size)).isEqualTo(17);
        assertThat(new TileId(2, 0).widthIn(size)).isEqualTo(1);
        assertThat(new TileId(3, 0).widthIn(size)).isZero();
    }
}
