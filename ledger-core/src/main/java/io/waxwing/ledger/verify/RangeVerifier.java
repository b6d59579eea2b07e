package io.waxwing.ledger.verify;

import static io.waxwing.ledger.verify.ReceiptVerifier.require;

import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.BlockLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.leaf.TopicHead;
import io.waxwing.ledger.merkle.InclusionProof;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.sign.SignatureCheck;
import java.util.ArrayList;
import java.util.List;

/**
 * Verifies that a run of a topic's segments is whole: they chain by topicPrev and gapless topicSeq up to the topic's
 * head, and the head is under headsRoot of the BLOCK leaf that ends a quorum checkpoint. Nothing was dropped, reordered
 * or replaced, and nothing after them existed at that size.
 */
public final class RangeVerifier {
    private final ByteString trustFile;
    private final SignatureCheck check;

    public RangeVerifier(ByteString trustFile, SignatureCheck check) {
        this.trustFile = trustFile;
        this.check = check;
    }

    /** What a proof has shown: the segments are all there were up to the head when the tree had that size. */
    public record Verified(
            Checkpoint checkpoint,
            List<String> cosigners,
            List<String> missing,
            long height,
            TopicHead head,
            List<SegmentLeaf> segments) {
        public long firstTopicSeq() {
            return segments.get(0).topicSeqFirst();
        }
    }

    /**
     * The segments, if they are whole.
     *
     * @throws io.waxwing.ledger.failure.LedgerFailure naming what does not fit (WXW-3020 to WXW-3022 or a format's
     *     code)
     */
    public Verified verify(RangeProof proof) {
        SignedNote note = SignedNote.parse(proof.checkpointNote().toBytes());
        TrustPolicy policy = policyOf(proof, Checkpoint.parse(note.text()).treeSize());
        CheckpointCheck.Verified signed = new CheckpointCheck(policy, check).verify(note);
        Checkpoint checkpoint = signed.checkpoint();
        require(checkpoint.treeSize() > 0, "the checkpoint is of an empty ledger");
        BlockLeaf block = LeafCodec.decodeBlock(proof.blockLeaf().toBytes());
        InclusionProof blockProof =
                new InclusionProof(checkpoint.treeSize() - 1, checkpoint.treeSize(), proof.blockPath());
        require(blockProof.verify(block.leafHash(), checkpoint.root()), "the BLOCK leaf does not end the checkpoint");
        require(
                proof.headProof().treeSize() == block.headsCount()
                        && proof.headProof().verify(Sha256.leafHash(proof.head().encode()), block.headsRoot()),
                "the topic's head is not under headsRoot");
        return new Verified(
                checkpoint, signed.cosigners(), signed.missing(), block.height(), proof.head(), chain(proof));
    }

    /** That of the epoch in whose range the size lies: beyond its handover the keys of an epoch are worth nothing. */
    private TrustPolicy policyOf(RangeProof proof, long treeSize) {
        return proof.trustChain().size() == 0
                ? TrustPolicy.parse(trustFile.toBytes())
                : TrustChain.decode(proof.trustChain())
                        .walk(trustFile, check)
                        .epochOf(treeSize)
                        .policy();
    }

    private static List<SegmentLeaf> chain(RangeProof proof) {
        require(!proof.segments().isEmpty(), "no segments were given");
        List<SegmentLeaf> segments = new ArrayList<>();
        Hash lastHash = Hash.ZERO;
        for (ByteString bytes : proof.segments()) {
            SegmentLeaf segment = LeafCodec.decodeSegment(bytes.toBytes());
            require(segment.topicTag().equals(proof.head().topicTag()), "a segment is of another topic");
            if (segments.isEmpty()) {
                require(
                        segment.topicSeqFirst() != 1
                                || segment.topicPrev().equals(SegmentLeaf.topicGenesis(segment.topicTag())),
                        "the topic's first segment does not begin it");
            } else {
                SegmentLeaf before = segments.get(segments.size() - 1);
                require(segment.topicPrev().equals(lastHash), "a segment does not name the one before it");
                require(segment.topicSeqFirst() == before.topicSeqLast() + 1, "topicSeq has a gap");
            }
            segments.add(segment);
            lastHash = segment.leafHash();
        }
        require(lastHash.equals(proof.head().segmentLeafHash()), "the last segment is not the topic's head");
        require(
                segments.get(segments.size() - 1).topicSeqLast() == proof.head().topicSeq(),
                "the head's topicSeq is not the last segment's");
        return segments;
    }
}
