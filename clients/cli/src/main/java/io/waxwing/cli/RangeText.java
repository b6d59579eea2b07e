package io.waxwing.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.leaf.SegmentLeaf;
import io.waxwing.ledger.sign.JdkSignatureCheck;
import io.waxwing.ledger.verify.RangeProof;
import io.waxwing.ledger.verify.RangeVerifier;
import io.waxwing.ledger.verify.RangeVerifier.Verified;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Verifies a range proof against a trust file and tells the outcome. */
final class RangeText {
    private final Screen screen;

    RangeText(Screen screen) {
        this.screen = screen;
    }

    /** The exit code. {@code seen} is null if nothing is to be remembered. */
    int tell(byte[] file, byte[] trustFile, @Nullable SeenCheckpoints seen, OutputFormat format) {
        Verified verified;
        try {
            verified = new RangeVerifier(ByteString.of(trustFile), new JdkSignatureCheck())
                    .verify(RangeProof.decode(file));
        } catch (LedgerFailure broken) {
            return refused(broken, format);
        }
        String fork = seen == null
                ? null
                : seen.see(
                                verified.checkpoint().treeSize(),
                                verified.checkpoint().root())
                        .fork();
        if (format == OutputFormat.JSON) {
            screen.line(json(verified, fork).toString());
        } else {
            table(verified, fork);
        }
        return fork == null ? ExitCodes.OK : ExitCodes.VERIFICATION_FAILED;
    }

    private int refused(LedgerFailure broken, OutputFormat format) {
        if (format == OutputFormat.JSON) {
            ObjectNode json = Api.JSON.createObjectNode().put("verified", false);
            screen.line(
                    json.put("code", broken.code()).put("detail", broken.text()).toString());
        } else {
            screen.row("RESULT", screen.bad("NOT VERIFIED") + "   " + broken.getMessage());
        }
        return ExitCodes.VERIFICATION_FAILED;
    }

    private void table(Verified verified, @Nullable String fork) {
        List<SegmentLeaf> segments = verified.segments();
        long treeSize = verified.checkpoint().treeSize();
        screen.row("checkpoint", treeSize + " leaves, cosigned by " + String.join(", ", verified.cosigners()));
        screen.row("block", "height " + verified.height() + " ends it");
        screen.row("topic", "tag " + verified.head().topicTag().hex());
        screen.row(
                "segments",
                segments.size() + ", each names the one before it; ordered from "
                        + Instant.ofEpochMilli(segments.get(0).orderTimeMs()) + " to "
                        + Instant.ofEpochMilli(segments.get(segments.size() - 1).orderTimeMs()));
        if (fork != null) {
            screen.row("chain", "size " + treeSize + " was seen before with root " + fork);
            screen.row("RESULT", screen.bad("NOT VERIFIED") + "   the ledger was forked: keep both files");
            return;
        }
        screen.row(
                "RESULT",
                screen.good("VERIFIED") + "   topicSeq " + verified.firstTopicSeq() + " to "
                        + verified.head().topicSeq() + ": nothing dropped, reordered or replaced, and nothing after");
    }

    private static ObjectNode json(Verified verified, @Nullable String fork) {
        ObjectNode json = Api.JSON.createObjectNode();
        json.put("verified", fork == null);
        json.put("topicTag", verified.head().topicTag().hex());
        json.put("from", Long.toString(verified.firstTopicSeq()));
        json.put("to", Long.toString(verified.head().topicSeq()));
        json.put("treeSize", Long.toString(verified.checkpoint().treeSize()));
        json.put("root", verified.checkpoint().root().hex());
        verified.cosigners().forEach(json.putArray("cosigners")::add);
        verified.missing().forEach(json.putArray("missingCosigners")::add);
        return json;
    }
}
