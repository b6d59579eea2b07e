package io.waxwing.node.snapshot;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.merkle.TileBuffer;
import io.waxwing.ledger.merkle.TileId;
import io.waxwing.ledger.snapshot.FinalityWalk;
import io.waxwing.ledger.snapshot.LeafFold;
import io.waxwing.ledger.snapshot.TreePieces;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.node.snapshot.SnapshotFrame.Leaves;
import io.waxwing.node.snapshot.SnapshotFrame.LeavesWanted;
import io.waxwing.node.snapshot.SnapshotFrame.TileHere;
import io.waxwing.node.snapshot.SnapshotFrame.TileWanted;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings all leaves of a tree whose root is known into the store, bundle by bundle, each compared before it is written.
 * Bundles that a life before has written are taken from there. One thread.
 */
final class TreeFetch {
    /** Bundles of the own disk that one step goes through. */
    private static final int STORED_AT_ONCE = 64;

    private final long treeSize;
    private final TreePieces pieces;
    private final LedgerStore store;
    private final LeafFold fold = new LeafFold();
    private final TileBuffer tiles = new TileBuffer();
    // Leaves of one node that do not make a whole bundle yet.
    private final List<ByteString> begun = new ArrayList<>();
    // Compared and counted, but not in the store yet.
    private final Deque<Bundle> unwritten = new ArrayDeque<>();
    private boolean storedEnds;

    TreeFetch(long treeSize, TreePieces pieces, LedgerStore store) {
        this.treeSize = treeSize;
        this.pieces = pieces;
        this.store = store;
    }

    private record Bundle(long first, List<ByteString> leaves, List<Tile> tiles) {}

    /**
     * Writes what was taken; to be called before anything else is asked for.
     *
     * @throws LedgerFailure WXW-3121 if the disk refuses: called again it goes on where it was, so that no bundle is
     *     left out
     */
    void write() {
        for (Bundle next = unwritten.peek(); next != null; next = unwritten.peek()) {
            store.writeLeaves(next.first(), next.leaves(), next.tiles());
            unwritten.remove();
        }
    }

    /** The next question, null if everything is here. */
    @Nullable SnapshotFrame wanted() {
        TileId tile = pieces.wanted();
        if (tile != null) {
            return new TileWanted(treeSize, tile);
        }
        return fold.size() == treeSize ? null : new LeavesWanted(treeSize, fold.size() + begun.size());
    }

    /** Takes what is on the disk already; true if that was anything. */
    boolean takeStored() {
        int taken = 0;
        while (pieces.wanted() == null && !storedEnds && taken < STORED_AT_ONCE && fold.size() < treeSize) {
            List<ByteString> bundle = stored();
            storedEnds = bundle.isEmpty() || !keep(bundle);
            taken++;
        }
        return taken > 0;
    }

    /** The next bundle as it is on the disk, empty if it is not whole. */
    private List<ByteString> stored() {
        List<ByteString> bundle = new ArrayList<>();
        int width = pieces.widthOf(fold.size() / Tile.WIDTH);
        for (int i = 0; i < width; i++) {
            byte[] leaf = store.leaf(fold.size() + i);
            if (leaf == null) {
                return List.of();
            }
            bundle.add(ByteString.of(leaf));
        }
        return bundle;
    }

    /** False if the node had nothing; throws {@link LedgerFailure} WXW-3157 for what is not of the tree. */
    boolean take(TileHere answer) {
        if (answer.hashes().size() == 0) {
            return false;
        }
        if (!pieces.accept(new Tile(answer.asked().id(), answer.hashes().toBytes()))) {
            throw new LedgerFailure(
                    FinalityWalk.UNPROVEN, "tile " + answer.asked().id() + " is not of the final tree");
        }
        return true;
    }

    /**
     * The same for leaves, also false if there were far fewer than an answer has room for: whoever gives one leaf at a
     * time would be slow in a way that no deadline sees.
     */
    boolean take(Leaves answer) {
        long room = Math.min(SnapshotFrame.MAX_LEAVES, treeSize - answer.asked().from());
        long bytes = answer.leaves().stream().mapToLong(ByteString::size).sum();
        begun.addAll(answer.leaves());
        int width = pieces.widthOf(fold.size() / Tile.WIDTH);
        while (fold.size() < treeSize && begun.size() >= width) {
            List<ByteString> bundle = List.copyOf(begun.subList(0, width));
            begun.subList(0, width).clear();
            if (!keep(bundle)) {
                begun.clear();
                throw new LedgerFailure(
                        FinalityWalk.UNPROVEN,
                        "leaves " + fold.size() + " to " + (fold.size() + width - 1) + " are not of the final tree");
            }
            width = pieces.widthOf(fold.size() / Tile.WIDTH);
        }
        return answer.leaves().size() >= room || bytes >= SnapshotFrame.MAX_BYTES / 2;
    }

    /** Another node is asked for the rest of a bundle: none is made of what two have sent. */
    void forgetBegun() {
        begun.clear();
    }

    private boolean keep(List<ByteString> bundle) {
        List<Hash> hashes =
                bundle.stream().map(leaf -> Sha256.leafHash(leaf.toBytes())).toList();
        long first = fold.size();
        if (!pieces.isBundle(first / Tile.WIDTH, hashes)) {
            return false;
        }
        for (int i = 0; i < bundle.size(); i++) {
            fold.add(bundle.get(i).toBytes(), hashes.get(i), tiles);
        }
        unwritten.add(new Bundle(first, List.copyOf(bundle), tiles.drain()));
        return true;
    }

    long treeSize() {
        return treeSize;
    }

    /** How many leaves were taken so far. */
    long size() {
        return fold.size();
    }

    /** What all leaves make. */
    LeafFold fold() {
        return fold;
    }
}
