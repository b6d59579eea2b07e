package io.waxwing.ledger.witness;

import io.waxwing.ledger.merkle.ConsistencyProof;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.Cosignature;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.NoteSignature;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.sign.Signer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The rule of a witness: of each log it cosigns sizes that never shrink, with one root for each, and each extends the
 * one before. {@link #judge} changes nothing; what it accepts binds the key once its record is forced. Call
 * {@link #recorded} then, and {@link #cosign} after that. Not for several threads: judging and recording are one step.
 */
public final class Witness {
    private final NoteKey key;
    private final Signer signer;
    private final SignatureCheck check;
    private final Map<String, WitnessedLog> logs = new HashMap<>();
    private final Map<String, TreeHead> heads;

    /** Continues from {@code recorded}, by origin; origins that are not witnessed any more stay recorded. */
    public Witness(
            NoteKey key, Signer signer, List<WitnessedLog> logs, Map<String, TreeHead> recorded, SignatureCheck check) {
        this.key = key;
        this.signer = signer;
        this.check = check;
        this.heads = new HashMap<>(recorded);
        logs.forEach(log -> this.logs.put(log.origin(), log));
    }

    /** What becomes of a request. */
    public sealed interface Verdict {
        /** Force this head, then sign. {@code isNew} is false for the very head that was recorded last. */
        record Accepted(Checkpoint checkpoint, boolean isNew) implements Verdict {
            public TreeHead head() {
                return new TreeHead(checkpoint.treeSize(), checkpoint.root());
            }
        }

        /** Not to be signed. {@code knownSize} is that cosigned last. */
        record Refused(int status, String code, String why, long knownSize) implements Verdict {}
    }

    /** The checks in the order of the specification. */
    public Verdict judge(AddCheckpoint request) {
        Checkpoint checkpoint = request.checkpoint();
        WitnessedLog log = logs.get(checkpoint.origin());
        if (log == null) {
            return new Verdict.Refused(
                    404, WitnessCodes.UNKNOWN_LOG, "no log '" + checkpoint.origin() + "' is witnessed here", 0);
        }
        TreeHead last = head(log.origin());
        if (!isSigned(request, log)) {
            return refused(403, WitnessCodes.NOT_SIGNED, "none of the log's keys signed the checkpoint", last);
        }
        if (request.oldSize() > checkpoint.treeSize()) {
            return refused(
                    400,
                    WitnessCodes.SIZES,
                    "the old size " + request.oldSize() + " is beyond the checkpoint's " + checkpoint.treeSize(),
                    last);
        }
        if (request.oldSize() != last.treeSize()) {
            return refused(
                    409,
                    WitnessCodes.CONFLICT,
                    "the old size is " + request.oldSize() + ", cosigned last was " + last.treeSize(),
                    last);
        }
        if (checkpoint.treeSize() == last.treeSize() && !checkpoint.root().equals(last.root())) {
            return refused(
                    409,
                    WitnessCodes.CONFLICT,
                    "size " + last.treeSize() + " has root " + last.root().base64() + ", offered is "
                            + checkpoint.root().base64(),
                    last);
        }
        ConsistencyProof proof = new ConsistencyProof(last.treeSize(), checkpoint.treeSize(), request.proof());
        if (!proof.verify(last.root(), checkpoint.root())) {
            return refused(
                    422,
                    WitnessCodes.INCONSISTENT,
                    "size " + checkpoint.treeSize() + " is not proven to extend size " + last.treeSize(),
                    last);
        }
        boolean isNew = checkpoint.treeSize() > last.treeSize() || !heads.containsKey(log.origin());
        return new Verdict.Accepted(checkpoint, isNew);
    }

    private boolean isSigned(AddCheckpoint request, WitnessedLog log) {
        for (NoteSignature line : request.note().signatures()) {
            for (NoteKey logKey : log.keys()) {
                if (request.checkpoint().verifyLogLine(line, logKey, check)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static Verdict refused(int status, String code, String why, TreeHead last) {
        return new Verdict.Refused(status, code, why, last.treeSize());
    }

    /** What was cosigned last of that log. */
    public TreeHead head(String origin) {
        return Objects.requireNonNullElse(heads.get(origin), TreeHead.NONE);
    }

    /** All that is to be kept once this is accepted, by origin. */
    public Map<String, TreeHead> headsWith(Verdict.Accepted accepted) {
        Map<String, TreeHead> all = new HashMap<>(heads);
        all.put(accepted.checkpoint().origin(), accepted.head());
        return all;
    }

    /** The record has been forced. Throws {@link IllegalStateException} for a head that must not be recorded. */
    public void recorded(Verdict.Accepted accepted) {
        TreeHead last = head(accepted.checkpoint().origin());
        boolean same = accepted.head().equals(last);
        if (!same && accepted.checkpoint().treeSize() <= last.treeSize()) {
            throw new IllegalStateException("recorded " + accepted.head() + " after " + last);
        }
        heads.put(accepted.checkpoint().origin(), accepted.head());
    }

    /**
     * Cosigns what was recorded last of its log; throws {@link IllegalStateException} for anything else.
     *
     * @param timeSeconds since 1970
     */
    public NoteSignature cosign(Verdict.Accepted accepted, long timeSeconds) {
        if (!accepted.head().equals(heads.get(accepted.checkpoint().origin()))) {
            throw new IllegalStateException(accepted.head() + " is not recorded");
        }
        return Cosignature.sign(key, signer, accepted.checkpoint(), timeSeconds);
    }

    public NoteKey key() {
        return key;
    }
}
