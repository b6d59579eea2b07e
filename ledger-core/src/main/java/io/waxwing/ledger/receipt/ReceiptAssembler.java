package io.waxwing.ledger.receipt;

import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.commit.PayloadCommitment.Disclosed;
import io.waxwing.ledger.commit.PayloadCommitment.Undisclosed;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.BatchLeaf;
import io.waxwing.ledger.leaf.BlockLeaf;
import io.waxwing.ledger.leaf.Leaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.merkle.InclusionProof;
import io.waxwing.ledger.note.Receipt;
import io.waxwing.ledger.note.ReceiptExtra;
import io.waxwing.ledger.note.ReceiptExtra.EventPosition;
import io.waxwing.ledger.note.ReceiptExtra.ProvenBatch;
import io.waxwing.ledger.note.ReceiptExtra.ProvenLeaf;
import io.waxwing.ledger.spi.LedgerReader;
import io.waxwing.ledger.spi.PublishedCheckpoint;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Computes receipts on demand; none is stored. Uses the smallest published checkpoint that covers the leaf. */
public final class ReceiptAssembler {
    /** The leaf is final, but no checkpoint that covers it is published yet; ask again shortly. */
    public static final String NOT_YET = "WXW-3130";
    /** What the caller says does not fit the leaves. */
    public static final String WRONG_PLACE = "WXW-3131";

    private final LedgerReader reader;

    public ReceiptAssembler(LedgerReader reader) {
        this.reader = reader;
    }

    /**
     * Which event: its SEGMENT leaf, its position in the segment, the payload commitments of all events of the segment
     * in order, and what of the event is shown and what is not.
     */
    public record EventPlace(
            long segmentLeafIndex,
            int position,
            List<Hash> segmentCommits,
            List<Disclosed> disclosed,
            List<Undisclosed> undisclosed) {}

    /**
     * The receipt of an event, whole: trust chain, BLOCK, position and BATCH included.
     *
     * @throws LedgerFailure WXW-3130 if no checkpoint covers it yet, WXW-3131 if the place is wrong, WXW-3110 if the
     *     store is damaged
     */
    public Receipt assemble(EventPlace place) {
        PublishedCheckpoint checkpoint = reader.checkpointCovering(place.segmentLeafIndex() + 1);
        if (checkpoint == null) {
            throw new LedgerFailure(NOT_YET, "no checkpoint covers leaf " + place.segmentLeafIndex() + " yet");
        }
        Surroundings found = new Surroundings(
                batchBefore(place.segmentLeafIndex()), blockOf(place.segmentLeafIndex(), checkpoint.treeSize()));
        return assemble(place, found, checkpoint, true);
    }

    /** Indices of the BATCH leaf before a segment and of the BLOCK leaf that ends its block. */
    public record Surroundings(long batchLeafIndex, long blockLeafIndex) {}

    /**
     * The same where the caller knows the leaves around the segment, against a checkpoint of its choice.
     *
     * @param checkpoint covers the BLOCK leaf
     * @param withChain put trust.chain inside
     * @throws LedgerFailure WXW-3131 if the place is wrong, WXW-3110 if the store is damaged
     */
    public Receipt assemble(EventPlace place, Surroundings around, PublishedCheckpoint checkpoint, boolean withChain) {
        long treeSize = checkpoint.treeSize();
        ReceiptExtra extra = new ReceiptExtra(
                leaf(place.segmentLeafIndex()),
                place.disclosed(),
                place.undisclosed(),
                withChain ? reader.trustChain() : null,
                proven(leaf(around.blockLeafIndex()), around.blockLeafIndex(), treeSize),
                position(place),
                batch(around.batchLeafIndex(), place.segmentLeafIndex(), treeSize));
        List<Hash> path =
                reader.inclusionProof(place.segmentLeafIndex(), treeSize).hashes();
        return new Receipt(extra, place.segmentLeafIndex(), path, checkpoint.note());
    }

    private EventPosition position(EventPlace place) {
        List<Hash> leafHashes = new ArrayList<>(place.segmentCommits().size());
        place.segmentCommits().forEach(commit -> leafHashes.add(Sha256.leafHash(commit)));
        InclusionProof proof = InclusionProof.of(leafHashes, place.position());
        return new EventPosition(place.position(), leafHashes.size(), proof.hashes());
    }

    /** From the checkpoint's last BLOCK back to the one that closes the segment's block. */
    private long blockOf(long segmentIndex, long treeSize) {
        long blockIndex = treeSize - 1;
        BlockLeaf block = LeafCodec.decodeBlock(leaf(blockIndex).toBytes());
        while (block.firstLeafIndex() > segmentIndex) {
            blockIndex = block.firstLeafIndex() - 1;
            block = LeafCodec.decodeBlock(leaf(blockIndex).toBytes());
        }
        return blockIndex;
    }

    private long batchBefore(long segmentIndex) {
        long batchIndex = segmentIndex - 1;
        while (asBatch(batchIndex) == null) {
            batchIndex--;
        }
        return batchIndex;
    }

    private ProvenBatch batch(long batchIndex, long segmentIndex, long treeSize) {
        BatchLeaf batch = asBatch(batchIndex);
        if (batch == null) {
            throw new LedgerFailure(WRONG_PLACE, "leaf " + batchIndex + " is not a BATCH");
        }
        List<Hash> parts = new ArrayList<>();
        int segments = batch.header().statement().segmentCount();
        for (int i = 0; i < segments; i++) {
            OriginPart part =
                    LeafCodec.decodeSegment(leaf(batchIndex + 1 + i).toBytes()).originPart();
            parts.add(Sha256.leafHash(part.encode()));
        }
        int position = Math.toIntExact(segmentIndex - batchIndex - 1);
        ProvenLeaf leaf = proven(ByteString.of(batch.encode()), batchIndex, treeSize);
        return new ProvenBatch(
                leaf, position, InclusionProof.of(parts, position).hashes());
    }

    private @Nullable BatchLeaf asBatch(long leafIndex) {
        Leaf leaf = LeafCodec.decode(leaf(leafIndex).toBytes());
        if (leaf instanceof SegmentLeaf) {
            return null;
        }
        if (leaf instanceof BatchLeaf batch) {
            return batch;
        }
        throw new LedgerFailure(WRONG_PLACE, "leaf " + leafIndex + " is a " + leaf.type() + ", not a batch's segment");
    }

    private ProvenLeaf proven(ByteString leaf, long leafIndex, long treeSize) {
        return new ProvenLeaf(
                leaf, leafIndex, reader.inclusionProof(leafIndex, treeSize).hashes());
    }

    private ByteString leaf(long leafIndex) {
        byte[] leaf = leafIndex < 0 ? null : reader.leaf(leafIndex);
        if (leaf == null) {
            throw new LedgerFailure(WRONG_PLACE, "there is no leaf " + leafIndex);
        }
        return ByteString.of(leaf);
    }
}
