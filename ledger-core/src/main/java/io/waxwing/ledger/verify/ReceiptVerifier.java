package io.waxwing.ledger.verify;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.leaf.LeafCodec;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.merkle.InclusionProof;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.Receipt;
import io.waxwing.ledger.note.ReceiptExtra.ProvenLeaf;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.verify.CheckStep.Name;
import io.waxwing.ledger.verify.CheckStep.Outcome;
import io.waxwing.ledger.verify.ReceiptReport.Facts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Verifies a receipt with the trust file alone, step by step in the order of ledger.md section 8, and stops at the
 * first broken link. Never throws for what is in the files. Any thread.
 */
public final class ReceiptVerifier {
    private final ByteString trustFile;
    private final @Nullable ByteString knownChain;
    private final SignatureCheck check;

    /** Trusts the exact bytes of a C2SP tlog-policy file. */
    public ReceiptVerifier(byte[] trustFile, SignatureCheck check) {
        this(trustFile, null, check);
    }

    /**
     * The same, with a trust chain that the verifier has from elsewhere. It counts in place of a receipt's own: a chain
     * inside a receipt could leave out the epochs after which its signers' keys were stolen.
     */
    public ReceiptVerifier(byte[] trustFile, @Nullable ByteString knownChain, SignatureCheck check) {
        this.trustFile = ByteString.of(trustFile);
        this.knownChain = knownChain;
        this.check = check;
    }

    /** Verifies a receipt; {@code payload} is given if it travels beside the receipt. */
    public ReceiptReport verify(byte[] receiptFile, byte @Nullable [] payload) {
        Run run = new Run(payload);
        Facts facts = null;
        try {
            facts = run.verify(receiptFile);
        } catch (LedgerFailure e) {
            run.steps.add(new CheckStep(run.current, Outcome.FAILED, messageOf(e)));
        }
        return new ReceiptReport(run.steps, facts);
    }

    private static String messageOf(LedgerFailure e) {
        return e.getMessage() == null ? e.code() : e.getMessage();
    }

    private final class Run {
        private final List<CheckStep> steps = new ArrayList<>();
        private final byte @Nullable [] payload;
        private Name current = Name.PARSE;

        Run(byte @Nullable [] payload) {
            this.payload = payload;
        }

        Facts verify(byte[] receiptFile) {
            TrustPolicy trust = TrustPolicy.parse(trustFile.toBytes());
            Receipt receipt = Receipt.parse(receiptFile);
            SegmentLeaf segment =
                    LeafCodec.decodeSegment(receipt.extra().segmentLeaf().toBytes());
            SignedNote note = SignedNote.parse(receipt.checkpointNote().toBytes());
            long treeSize = Checkpoint.parse(note.text()).treeSize();
            // A later version may add parts, but it keeps those of today: where one is missing, a tag was changed.
            require(
                    receipt.extra().unknownTags().isEmpty() || receipt.extra().isWhole(),
                    "the receipt has unknown parts " + receipt.extra().unknownTags() + " in place of known ones");
            ok("receipt of SEGMENT leaf " + receipt.leafIndex() + " under a checkpoint of " + treeSize + " leaves");

            current = Name.TRUST;
            TrustChain.Walked walked = walk(receipt);
            TrustChain.@Nullable Epoch epoch = walked == null ? null : walked.epochOf(treeSize);
            TrustPolicy policy = epoch == null ? trust : epoch.policy();

            current = Name.CHECKPOINT;
            CheckpointCheck.Verified signed = new CheckpointCheck(policy, check).verify(note);
            ok("log " + signed.checkpoint().origin() + " signed, "
                    + signed.cosigners().size() + " of " + policy.witnesses().size() + " cosigned "
                    + signed.cosigners());
            checkSegment(receipt, segment, signed);

            EventCheck.Shown shown = new EventCheck(check, payload).check(receipt.extra(), segment, this::step);
            new OriginCheck(check, this::isIncluded).check(receipt, segment, walked, this::step);
            return new Facts(
                    segment,
                    receipt.leafIndex(),
                    treeSize,
                    signed.checkpoint().root(),
                    walked == null ? null : walked.ledgerId(),
                    shown.position(),
                    shown.components(),
                    signed.cosigners(),
                    signed.missing());
        }

        private @Nullable Hash root;
        private long treeSize;

        private void checkSegment(Receipt receipt, SegmentLeaf segment, CheckpointCheck.Verified signed) {
            root = signed.checkpoint().root();
            treeSize = signed.checkpoint().treeSize();
            current = Name.INDEX;
            require(receipt.leafIndex() < treeSize, "leaf " + receipt.leafIndex() + " is beyond " + treeSize);
            ok("leaf " + receipt.leafIndex() + " of " + treeSize);
            current = Name.INCLUSION;
            ProvenLeaf leaf = new ProvenLeaf(ByteString.of(segment.encode()), receipt.leafIndex(), receipt.path());
            require(
                    isIncluded(leaf, segment.leafHash()),
                    "the SEGMENT leaf and its path do not lead to the signed root");
            ok(receipt.path().size() + " hashes -> checkpoint root "
                    + signed.checkpoint().root());
        }

        private boolean isIncluded(ProvenLeaf leaf, Hash leafHash) {
            return root != null
                    && leaf.leafIndex() < treeSize
                    && new InclusionProof(leaf.leafIndex(), treeSize, leaf.path()).verify(leafHash, root);
        }

        private TrustChain.@Nullable Walked walk(Receipt receipt) {
            ByteString chain = knownChain == null ? receipt.extra().trustChain() : knownChain;
            if (chain == null) {
                step(Name.TRUST, Outcome.OK, "by the trust file itself (the receipt has no trust chain)");
                return null;
            }
            TrustChain.Walked walked = TrustChain.decode(chain).walk(trustFile, check);
            ok("ledger " + walked.ledgerId() + ", " + walked.epochs().size() + " epoch(s) from the trust file");
            return walked;
        }

        private void ok(String detail) {
            step(current, Outcome.OK, detail);
        }

        /** Enters the step, and closes it with its outcome unless it only begins. */
        private void step(Name name, @Nullable Outcome outcome, String detail) {
            current = name;
            if (outcome != null) {
                steps.add(new CheckStep(name, outcome, detail));
            }
        }
    }

    /** Hears which step begins (outcome null) and how it ended. */
    @FunctionalInterface
    interface Steps {
        void step(Name name, @Nullable Outcome outcome, String detail);
    }

    static void require(boolean holds, String text) {
        if (!holds) {
            throw broken(text);
        }
    }

    static LedgerFailure broken(String text) {
        return new LedgerFailure("WXW-3022", text);
    }
}
