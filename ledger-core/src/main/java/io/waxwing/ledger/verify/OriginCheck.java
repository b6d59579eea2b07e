package io.waxwing.ledger.verify;

import static io.waxwing.ledger.verify.ReceiptVerifier.require;

import io.waxwing.ledger.batch.AvailabilityCertificate;
import io.waxwing.ledger.batch.BatchHeader;
import io.waxwing.ledger.batch.OriginPart;
import io.waxwing.ledger.control.Registry;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.hash.Sha256;
import io.waxwing.ledger.leaf.BatchLeaf;
import io.waxwing.ledger.leaf.BlockLeaf;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.merkle.InclusionProof;
import io.waxwing.ledger.note.Receipt;
import io.waxwing.ledger.note.ReceiptExtra.ProvenBatch;
import io.waxwing.ledger.note.ReceiptExtra.ProvenLeaf;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.verify.CheckStep.Name;
import io.waxwing.ledger.verify.CheckStep.Outcome;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** The steps ORIGIN and BLOCK of a receipt: who made the batch, who held it, and in which block it was ordered. */
final class OriginCheck {
    private final SignatureCheck check;
    private final BiPredicate<ProvenLeaf, Hash> isIncluded;

    OriginCheck(SignatureCheck check, BiPredicate<ProvenLeaf, Hash> isIncluded) {
        this.check = check;
        this.isIncluded = isIncluded;
    }

    void check(Receipt receipt, SegmentLeaf segment, TrustChain.@Nullable Walked walked, ReceiptVerifier.Steps steps) {
        ProvenBatch batch = receipt.extra().batch();
        if (batch == null) {
            steps.step(Name.ORIGIN, Outcome.ABSENT, "the receipt has no BATCH leaf");
        } else {
            steps.step(Name.ORIGIN, null, "");
            steps.step(Name.ORIGIN, Outcome.OK, checkBatch(batch, receipt, segment, walked));
        }
        ProvenLeaf block = receipt.extra().block();
        if (block == null) {
            steps.step(Name.BLOCK, Outcome.ABSENT, "the receipt has no BLOCK leaf");
        } else {
            steps.step(Name.BLOCK, null, "");
            checkBlock(block, receipt.leafIndex(), segment);
            steps.step(
                    Name.BLOCK,
                    Outcome.OK,
                    "height " + segment.height() + ", ordered at " + segment.orderTimeMs() + " ms since 1970");
        }
    }

    private String checkBatch(
            ProvenBatch proven, Receipt receipt, SegmentLeaf segment, TrustChain.@Nullable Walked walked) {
        BatchLeaf leaf = LeafCodec.decodeBatch(proven.leaf().leaf().toBytes());
        require(isIncluded.test(proven.leaf(), leaf.leafHash()), "the BATCH leaf is not under the signed root");
        require(
                proven.leaf().leafIndex() + 1 + proven.segmentPosition() == receipt.leafIndex(),
                "the SEGMENT leaf does not stand at its place after the BATCH leaf");
        BatchHeader header = leaf.header();
        OriginPart part = segment.originPart();
        int segments = header.statement().segmentCount();
        require(proven.segmentPosition() < segments, "the batch has only " + segments + " segments");
        require(part.originId() == header.lane().originId(), "segment and batch name different origins");
        InclusionProof inBatch = new InclusionProof(proven.segmentPosition(), segments, proven.segmentPath());
        require(
                inBatch.verify(
                        Sha256.leafHash(part.encode()), header.statement().segmentsRoot()),
                "the segment is not under the batch's segmentsRoot");
        String where = "batch " + header.batchSeq() + " of lane " + header.lane();
        if (walked == null) {
            return where + " (signatures not checked: the receipt has no trust chain with the keys)";
        }
        // The keys of the epoch that ordered the batch, which may be older than that of the receipt's checkpoint.
        return where + " "
                + checkSignatures(leaf, walked.epochOfLeaf(proven.leaf().leafIndex()));
    }

    private String checkSignatures(BatchLeaf leaf, TrustChain.Epoch epoch) {
        Hash ledgerId = epoch.ledgerId();
        Registry registry = epoch.registry();
        BatchHeader header = leaf.header();
        Registry.Origin origin = registry.origin(header.lane().originId());
        if (origin == null || !header.verify(origin.key(), ledgerId, check)) {
            throw ReceiptVerifier.broken(
                    "the signature of origin " + header.lane().originId() + " is wrong");
        }
        byte[] message = AvailabilityCertificate.signedMessage(ledgerId, header.batchId());
        int next = 0;
        for (int originId = 0; originId < Long.SIZE; originId++) {
            if (leaf.certificate().isHolder(originId)) {
                ByteString signature = leaf.certificate().signatures().get(next);
                Registry.Origin holder = registry.origin(originId);
                require(
                        holder != null && check.verify(holder.key(), message, signature),
                        "the signature of holder " + originId + " is wrong");
                next++;
            }
        }
        Registry.Institution institution = registry.institution(origin.institutionId());
        return "signed by " + (institution == null ? "?" : institution.name()) + ", held by " + (next + 1);
    }

    private void checkBlock(ProvenLeaf proven, long segmentIndex, SegmentLeaf segment) {
        BlockLeaf block = LeafCodec.decodeBlock(proven.leaf().toBytes());
        require(isIncluded.test(proven, block.leafHash()), "the BLOCK leaf is not under the signed root");
        require(block.leafIndex() == proven.leafIndex(), "the BLOCK leaf does not stand at the end of its block");
        require(
                block.firstLeafIndex() <= segmentIndex && segmentIndex < block.leafIndex(),
                "the SEGMENT leaf is not inside the block");
        require(
                block.height() == segment.height() && block.blockTimeMs() == segment.orderTimeMs(),
                "segment and block disagree about height or time");
    }
}
