package io.waxwing.node.store;

import io.waxwing.ledger.batch.BatchReference;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.dispute.ErasureOrder;
import io.waxwing.ledger.dispute.Excuse;
import io.waxwing.ledger.dispute.ProvenBatch;
import io.waxwing.ledger.execute.Applied;
import io.waxwing.ledger.execute.Applied.AppliedBatch;
import io.waxwing.ledger.execute.Applied.AppliedErasure;
import io.waxwing.ledger.execute.Applied.AppliedGrant;
import io.waxwing.ledger.execute.Applied.AppliedSegment;
import io.waxwing.ledger.execute.Applied.AppliedVerdict;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.BatchLeaf;
import io.waxwing.ledger.leaf.BlockLeaf;
import io.waxwing.ledger.leaf.EraseLeaf;
import io.waxwing.ledger.leaf.GrantLeaf;
import io.waxwing.ledger.leaf.Leaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.leaf.VerdictLeaf;
import io.waxwing.ledger.merkle.TileId;
import io.waxwing.ledger.merkle.TreeHashes;
import io.waxwing.ledger.spi.LedgerStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads again what a block did, from its leaves. What was rejected left no leaf and is not told again. Any thread. */
public final class AppliedReader {
    private final LedgerStore store;
    private final TreeHashes tree;

    public AppliedReader(LedgerStore store) {
        this.store = store;
        this.tree = TreeHashes.overTiles((TileId id, int minWidth) -> {
            var tile = store.tile(id);
            if (tile == null || tile.width() < minWidth) {
                throw new LedgerFailure(StoreCodes.DAMAGED, "tile " + id.path(minWidth) + " is missing");
            }
            return tile;
        });
    }

    /** Throws {@link LedgerFailure} WXW-3110 if the block or one of its leaves is not there. */
    public Applied at(long height) {
        long treeSize = store.treeSizeAt(height);
        if (treeSize < 1) {
            throw new LedgerFailure(StoreCodes.DAMAGED, "block " + height + " is not applied");
        }
        BlockLeaf block = LeafCodec.decodeBlock(leaf(treeSize - 1));
        List<AppliedBatch> batches = new ArrayList<>();
        List<AppliedVerdict> verdicts = new ArrayList<>();
        List<AppliedErasure> erasures = new ArrayList<>();
        List<AppliedGrant> grants = new ArrayList<>();
        long at = block.firstLeafIndex();
        while (at < treeSize - 1) {
            Leaf leaf = LeafCodec.decode(leaf(at));
            if (leaf instanceof BatchLeaf batch) {
                AppliedBatch applied = batchAt(at, batch);
                batches.add(applied);
                at += 1 + applied.segments().size();
            } else {
                if (leaf instanceof VerdictLeaf verdict) {
                    verdicts.add(new AppliedVerdict(verdict, at));
                } else if (leaf instanceof EraseLeaf erasure) {
                    erasures.add(new AppliedErasure(erasure, at));
                } else if (leaf instanceof GrantLeaf grant) {
                    grants.add(new AppliedGrant(grant, at));
                }
                at++;
            }
        }
        return new Applied(
                height,
                block.blockTimeMs(),
                block.epoch(),
                block.firstLeafIndex(),
                treeSize,
                tree.root(treeSize),
                batches,
                List.of(),
                verdicts,
                erasures,
                grants);
    }

    /** The root of the tree when it had that many leaves. */
    public Hash rootAt(long treeSize) {
        return tree.root(treeSize);
    }

    /** A batch that is final, with the proof of it in the tree of that size. */
    public ProvenBatch prove(long batchLeafIndex, long treeSize) {
        return new ProvenBatch(
                batchLeafIndex,
                treeSize,
                LeafCodec.decodeBatch(leaf(batchLeafIndex)),
                LeafCodec.decodeSegment(leaf(batchLeafIndex + 1)),
                tree.inclusion(batchLeafIndex, treeSize).hashes(),
                tree.inclusion(batchLeafIndex + 1, treeSize).hashes());
    }

    /** The order of that leaf, with its event proven in the tree of that size. */
    ErasureOrder prove(EraseLeaf leaf, long treeSize) {
        long index = leaf.targetLeafIndex();
        return new ErasureOrder(
                leaf,
                segmentAt(index),
                treeSize,
                tree.inclusion(index, treeSize).hashes());
    }

    /** Null if the leaf at that index is no ERASE leaf. */
    Excuse.@Nullable Proof erased(long leafIndex, long treeSize) {
        return LeafCodec.decode(leaf(leafIndex)) instanceof EraseLeaf leaf
                ? new Excuse.Proof(
                        leafIndex,
                        treeSize,
                        leaf,
                        tree.inclusion(leafIndex, treeSize).hashes())
                : null;
    }

    SegmentLeaf segmentAt(long leafIndex) {
        return LeafCodec.decodeSegment(leaf(leafIndex));
    }

    private AppliedBatch batchAt(long batchLeafIndex, BatchLeaf batch) {
        List<AppliedSegment> segments = new ArrayList<>();
        List<OriginPart> parts = new ArrayList<>();
        for (int i = 0; i < batch.header().statement().segmentCount(); i++) {
            long leafIndex = batchLeafIndex + 1 + i;
            SegmentLeaf segment = LeafCodec.decodeSegment(leaf(leafIndex));
            segments.add(new AppliedSegment(segment, leafIndex, segment.leafHash()));
            parts.add(segment.originPart());
        }
        BatchReference reference = new BatchReference(batch.header(), parts, batch.certificate());
        return new AppliedBatch(reference, batchLeafIndex, segments);
    }

    private byte[] leaf(long leafIndex) {
        byte[] leaf = store.leaf(leafIndex);
        if (leaf == null) {
            throw new LedgerFailure(StoreCodes.DAMAGED, "leaf " + leafIndex + " is missing");
        }
        return leaf;
    }
}
