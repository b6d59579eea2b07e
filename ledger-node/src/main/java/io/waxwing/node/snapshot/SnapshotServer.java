package io.waxwing.node.snapshot;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.merkle.Tile;
import io.waxwing.ledger.simplex.Block;
import io.waxwing.ledger.simplex.BlockHeader;
import io.waxwing.ledger.simplex.Ending;
import io.waxwing.ledger.spi.LedgerStore;
import io.waxwing.node.snapshot.SnapshotFrame.End;
import io.waxwing.node.snapshot.SnapshotFrame.EndWanted;
import io.waxwing.node.snapshot.SnapshotFrame.Leaves;
import io.waxwing.node.snapshot.SnapshotFrame.LeavesWanted;
import io.waxwing.node.snapshot.SnapshotFrame.Mark;
import io.waxwing.node.snapshot.SnapshotFrame.Point;
import io.waxwing.node.snapshot.SnapshotFrame.PointWanted;
import io.waxwing.node.snapshot.SnapshotFrame.Points;
import io.waxwing.node.snapshot.SnapshotFrame.PointsWanted;
import io.waxwing.node.snapshot.SnapshotFrame.TileHere;
import io.waxwing.node.snapshot.SnapshotFrame.TileWanted;
import io.waxwing.node.start.LedgerIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** Answers questions about snapshots from the store, each within the size of a frame. Any thread. */
public final class SnapshotServer {
    /** Headers above a point: the next certificate is a block away, or at the end of a range that was fetched. */
    private static final int MAX_ABOVE = 1024;

    private final LedgerStore store;
    private final LongFunction<@Nullable LedgerIdentity> epochs;

    /** {@code epochs} gives who this node was in an epoch, null for one that it does not know. */
    public SnapshotServer(LedgerStore store, LongFunction<@Nullable LedgerIdentity> epochs) {
        this.store = store;
        this.epochs = epochs;
    }

    /** True if the frame is one for snapshots. */
    public static boolean isOne(byte[] frame) {
        return SnapshotFrame.isOne(frame);
    }

    /**
     * The answer to a question, null for an answer that this node has not asked for. Throws
     * {@link io.waxwing.ledger.failure.MalformedException} for neither.
     */
    public byte @Nullable [] answer(byte[] frame) {
        SnapshotFrame question = SnapshotFrame.decode(frame);
        SnapshotFrame answer = null;
        if (question instanceof PointsWanted) {
            answer = points();
        } else if (question instanceof EndWanted wanted) {
            answer = end(wanted.epoch());
        } else if (question instanceof PointWanted wanted) {
            answer = point(wanted.height());
        } else if (question instanceof TileWanted wanted) {
            answer = tile(wanted);
        } else if (question instanceof LeavesWanted wanted) {
            answer = leaves(wanted);
        }
        return answer == null ? null : answer.encode();
    }

    private Points points() {
        return new Points(store.points().stream()
                .map(point ->
                        new Mark(point.height(), Sha256.digest(point.state().toBytes())))
                .toList());
    }

    private End end(long epoch) {
        LedgerIdentity next = epochs.apply(epoch + 1);
        long height = next == null ? -1 : next.config().firstHeight() - 1;
        ByteString block = block(height);
        ByteString why = store.finalization(height);
        return why == null || block.size() + why.size() > SnapshotFrame.MAX_BYTES
                ? new End(epoch, ByteString.EMPTY, ByteString.EMPTY)
                : new End(epoch, block, why);
    }

    private ByteString block(long height) {
        byte[] stored = store.block(height);
        return stored == null
                ? ByteString.EMPTY
                : ByteString.of(Block.decodeStored(stored).withoutJustify().encode());
    }

    private Point point(long height) {
        ByteString why = whyFinal(height);
        ByteString block = block(height);
        for (LedgerStore.Point point : store.points()) {
            if (point.height() == height && why != null && block.size() > 0) {
                return new Point(height, point.state(), block, why);
            }
        }
        return new Point(height, ByteString.EMPTY, ByteString.EMPTY, ByteString.EMPTY);
    }

    /** The headers from the child of that block up to a certified one, with its certificate; null if there is none. */
    private @Nullable ByteString whyFinal(long height) {
        List<BlockHeader> above = new ArrayList<>();
        for (long at = height + 1; above.size() < MAX_ABOVE; at++) {
            byte[] stored = store.block(at);
            ByteString certificate = store.finalization(at);
            Block block = stored == null ? null : Block.decodeStored(stored);
            LedgerIdentity epoch =
                    block == null ? null : epochs.apply(block.header().epoch());
            if (block == null || certificate == null || epoch == null) {
                return null;
            }
            above.add(block.header());
            Ending ending =
                    Ending.decode(certificate, epoch.registry().validators().size());
            boolean here = ending.finalization().blockId().equals(block.blockId());
            if (here || block.endsEpoch()) {
                above.addAll(ending.above());
                return new Ending(ending.finalization(), above).encode();
            }
        }
        return null;
    }

    private TileHere tile(TileWanted wanted) {
        int width = wanted.id().widthIn(wanted.treeSize());
        Tile tile = width == 0 ? null : store.tile(wanted.id());
        boolean here = tile != null && tile.width() >= width && wanted.treeSize() <= treeSize();
        return new TileHere(
                wanted,
                here && tile != null ? ByteString.of(tile.truncated(width).toBytes()) : ByteString.EMPTY);
    }

    private long treeSize() {
        return store.treeSizeAt(store.appliedHeight());
    }

    private Leaves leaves(LeavesWanted wanted) {
        List<ByteString> leaves = new ArrayList<>();
        long end = Math.min(wanted.treeSize(), treeSize());
        int bytes = 0;
        for (long at = wanted.from(); at < end && leaves.size() < SnapshotFrame.MAX_LEAVES; at++) {
            byte[] leaf = store.leaf(at);
            bytes += leaf == null ? 0 : leaf.length + Integer.BYTES;
            if (leaf == null || bytes > SnapshotFrame.MAX_BYTES) {
                break;
            }
            leaves.add(ByteString.of(leaf));
        }
        return new Leaves(wanted, leaves);
    }
}
