package io.waxwing.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.waxwing.bus.event.Attributes;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.note.Receipt;
import io.waxwing.ledger.verify.CheckStep;
import io.waxwing.ledger.verify.ReceiptReport.Facts;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes a {@link Verification} for a human, step by step, or as JSON. */
final class VerificationText {
    private static final int DETAIL_WIDTH = 78;

    private final Screen screen;
    private final boolean explain;

    VerificationText(Screen screen, boolean explain) {
        this.screen = screen;
        this.explain = explain;
    }

    void write(Verification verification, byte[] receiptFile) {
        eventLine(verification);
        for (CheckStep step : verification.report().steps()) {
            String detail = step.detail();
            screen.row(
                    step.name().word(),
                    detail + " ".repeat(Math.max(1, DETAIL_WIDTH - detail.length())) + outcome(step.outcome()));
            if (explain) {
                screen.row("", "  " + meaning(step.name()));
                if (step.name() == CheckStep.Name.INCLUSION) {
                    path(receiptFile);
                }
            }
        }
        chainLine(verification);
        result(verification);
    }

    private void eventLine(Verification verification) {
        Attributes attributes = verification.attributes();
        if (verification.eventId() != null) {
            screen.row(
                    "event",
                    (attributes == null
                                    ? ""
                                    : attributes.get(Attributes.ID) + "  " + attributes.get(Attributes.TYPE) + "  "
                                            + attributes.get(Attributes.SOURCE) + "  ")
                            + "topic " + verification.topic() + "  eventId " + verification.eventId());
        }
    }

    private String outcome(CheckStep.Outcome outcome) {
        return switch (outcome) {
            case OK -> screen.good("ok");
            case FAILED -> screen.bad("FAILED");
            case ABSENT -> screen.pending("not present");
        };
    }

    private void path(byte[] receiptFile) {
        try {
            List<Hash> path = Receipt.parse(receiptFile).path();
            for (int i = 0; i < path.size(); i++) {
                screen.row("", "    sibling " + (i + 1) + "  " + path.get(i));
            }
        } catch (LedgerFailure unreadable) {
            screen.row("", "    " + unreadable.getMessage());
        }
    }

    private void chainLine(Verification verification) {
        SeenCheckpoints.Standing standing = verification.standing();
        Facts facts = verification.report().facts();
        if (standing == null || facts == null) {
            return;
        }
        if (standing.fork() != null) {
            screen.row(
                    "chain",
                    "size " + facts.treeSize() + " was seen before with root " + standing.fork() + "  "
                            + screen.bad("FAILED"));
        } else if (standing.largestBefore() == 0) {
            screen.row(
                    "chain",
                    "first checkpoint seen under this trust file: size " + facts.treeSize() + "   "
                            + screen.good("ok"));
        } else {
            screen.row(
                    "chain",
                    "largest checkpoint seen before: size " + standing.largestBefore() + "; no other root of size "
                            + facts.treeSize() + " was ever seen   " + screen.good("ok"));
        }
        if (explain) {
            screen.row("", "  Two roots for one size would prove that the ledger was forked or rolled back.");
        }
    }

    private void result(Verification verification) {
        Facts facts = verification.report().facts();
        if (verification.holds() && facts != null) {
            String missing = facts.missingCosigners().isEmpty()
                    ? ""
                    : "   not present: cosignature of " + String.join(", ", facts.missingCosigners());
            screen.row(
                    "RESULT",
                    screen.good("VERIFIED") + "   ordered "
                            + Instant.ofEpochMilli(facts.segment().orderTimeMs()) + missing);
            return;
        }
        CheckStep broken = verification.report().firstFailure();
        String link = broken == null ? "chain" : broken.name().word();
        screen.row("RESULT", screen.bad("NOT VERIFIED") + "   first broken link: " + link);
        screen.row("", culprit(broken == null ? null : broken.name()));
    }

    static String culprit(CheckStep.@Nullable Name broken) {
        if (broken == null) {
            return "A quorum of members has signed two histories: keep both receipts, together they are the evidence.";
        }
        return switch (broken) {
            case PARSE -> "The receipt or the trust file was changed or cut: by whoever stored or handed it over.";
            case TRUST -> "The trust chain does not begin in your trust file: another ledger, or a changed file.";
            case CHECKPOINT -> "The checkpoint lacks valid signatures: a changed file, or too few members signed.";
            case INDEX, INCLUSION ->
                "The segment is not under the signed root: the leaf or its path was changed"
                        + " after signing, or the node that served it invented it.";
            case EVENT ->
                "The event is not in the segment: its content or path was changed, or the origin's node"
                        + " delivered something it did not commit to.";
            case CONTENT -> "What is shown is not what the publisher signed.";
            case ORIGIN -> "The origin's batch or its signatures do not fit: a changed file, or the origin's node.";
            case BLOCK -> "The block does not close this segment: a changed file, or the node that served it.";
        };
    }

    private static String meaning(CheckStep.Name name) {
        return switch (name) {
            case PARSE -> "The file has the form of a receipt and the trust file that of a policy.";
            case TRUST -> "From your trust file, each change of the members was approved by those before.";
            case CHECKPOINT -> "The members that you trust signed this tree size and root.";
            case INDEX -> "The leaf lies inside the tree that they signed.";
            case INCLUSION -> "Hashed with these siblings, the leaf gives exactly the signed root.";
            case EVENT -> "The event's commitment leads to the root inside the segment's leaf.";
            case CONTENT -> "The parts that are shown give that commitment; nothing else would.";
            case ORIGIN -> "The institution that sent the event signed it together with its neighbours.";
            case BLOCK -> "The block that ordered it says when, and what came before.";
        };
    }

    /** The same as one JSON object. */
    static ObjectNode json(Verification verification) {
        ObjectNode json = Api.JSON.createObjectNode();
        json.put("verified", verification.holds());
        if (verification.eventId() != null) {
            json.put("eventId", verification.eventId().toString());
        }
        if (verification.topic() != null) {
            json.put("topic", verification.topic());
        }
        Facts facts = verification.report().facts();
        if (facts != null) {
            json.put(
                    "orderTime",
                    Instant.ofEpochMilli(facts.segment().orderTimeMs()).toString());
            json.put("treeSize", Long.toString(facts.treeSize()));
            json.put("root", facts.root().hex());
            facts.missingCosigners().forEach(json.putArray("missingCosigners")::add);
        }
        ArrayNode steps = json.putArray("steps");
        for (CheckStep step : verification.report().steps()) {
            steps.addObject()
                    .put("name", step.name().word())
                    .put("outcome", step.outcome().name().toLowerCase(Locale.ROOT))
                    .put("detail", step.detail());
        }
        if (!verification.holds()) {
            CheckStep broken = verification.report().firstFailure();
            json.put("brokenLink", broken == null ? "chain" : broken.name().word());
        }
        return json;
    }
}
