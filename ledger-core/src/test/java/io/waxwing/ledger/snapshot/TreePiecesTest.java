package io.waxwing.ledger.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.merkle.CompactRange;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.merkle.TileBuffer;
import io.waxwing.ledger.merkle.TileId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TreePiecesTest {
    private final List<Hash> leaves = new ArrayList<>();
    private final Map<TileId, Tile> tiles = new HashMap<>();
    private final CompactRange tree = new CompactRange();
    private final TileBuffer buffer = new TileBuffer();

    private TreePieces grown(int size) {
        while (leaves.size() < size) {
            Hash hash = Sha256.digest(("leaf " + leaves.size()).getBytes(StandardCharsets.UTF_8));
            leaves.add(hash);
            tree.append(hash, buffer);
        }
        buffer.drain().forEach(tile -> tiles.put(tile.id(), tile));
        return new TreePieces(size, tree.peaks(), tree.root());
    }

    private void acceptTiles(TreePieces pieces) {
        for (TileId next = pieces.wanted(); next != null; next = pieces.wanted()) {
            assertThat(pieces.accept(tiles.get(next))).as("tile " + next).isTrue();
        }
    }

    private List<Hash> bundle(TreePieces pieces, long at) {
        int from = (int) at * Tile.WIDTH;
        return leaves.subList(from, from + pieces.widthOf(at));
    }

    private static Hash other(Hash hash) {
        return Sha256.digest(hash.toBytes());
    }

    @Test
    void everyPieceOfTheTreeIsTakenWhateverItsSize() {
        for (int size : new int[] {1, 2, 255, 256, 257, 511, 512, 3000, 65_536, 65_537, 66_000}) {
            TreePieces pieces = grown(size);
            acceptTiles(pieces);
            long leafCount = 0;
            for (long at = 0; at < pieces.bundles(); at++) {
                assertThat(pieces.isBundle(at, bundle(pieces, at))).isTrue();
                leafCount += pieces.widthOf(at);
            }
            assertThat(leafCount).isEqualTo(size);
        }
    }

    @Test
    void aLeafThatIsAnotherIsSeenWithItsBundle() {
        TreePieces pieces = grown(66_000);
        acceptTiles(pieces);
        for (long at : new long[] {0, 1, 255, 256, pieces.bundles() - 1}) {
            List<Hash> wrong = new ArrayList<>(bundle(pieces, at));
            wrong.set(wrong.size() - 1, other(wrong.get(wrong.size() - 1)));
            assertThat(pieces.isBundle(at, wrong)).isFalse();
            assertThat(pieces.isBundle(at, bundle(pieces, at).subList(1, pieces.widthOf(at))))
                    .isFalse();
            assertThat(pieces.isBundle(at, bundle(pieces, at == 0 ? 1 : 0))).isEqualTo(false);
            assertThat(pieces.isBundle(at, List.of())).isFalse();
        }
    }

    @Test
    void aTileThatIsAnotherIsNotTaken() {
        TreePieces pieces = grown(66_000);
        while (pieces.wanted() != null) {
            TileId next = pieces.wanted();
            Tile right = tiles.get(next);
            byte[] bytes = right.toBytes();
            bytes[bytes.length - 1] ^= 1;
            assertThat(pieces.accept(new Tile(next, bytes))).isFalse();
            if (right.width() > 1) {
                assertThat(pieces.accept(right.truncated(right.width() - 1))).isFalse();
            }
            TileId elsewhere = new TileId(next.level(), next.index() + 7);
            assertThat(pieces.accept(new Tile(elsewhere, right.toBytes()))).isFalse();
            assertThat(pieces.accept(right)).isTrue();
        }
    }

    @Test
    void peaksThatDoNotMakeTheRootAreRefused() {
        grown(300);
        assertThatThrownBy(() -> new TreePieces(300, tree.peaks(), other(tree.root())))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> new TreePieces(299, tree.peaks(), tree.root())).isInstanceOf(MalformedException.class);
    }
}
