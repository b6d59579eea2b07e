package io.waxwing.ledger.verify;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.Cosignature;
import io.waxwing.ledger.note.NoteSignature;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.sign.SignatureCheck;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Checks a signed checkpoint against a trust policy. A bad signature by a known key spoils the whole note. */
public final class CheckpointCheck {
    private final TrustPolicy policy;
    private final SignatureCheck check;

    public CheckpointCheck(TrustPolicy policy, SignatureCheck check) {
        this.policy = policy;
        this.check = check;
    }

    /** A checkpoint that satisfies the policy, who cosigned, and who of the policy did not. */
    public record Verified(Checkpoint checkpoint, List<String> cosigners, List<String> missing) {}

    /**
     * The checkpoint, if the note satisfies the policy.
     *
     * @throws LedgerFailure WXW-3020 saying what is wrong; WXW-3003 if the note's text is no checkpoint
     */
    public Verified verify(SignedNote note) {
        Checkpoint checkpoint = Checkpoint.parse(note.text());
        boolean logSigned = false;
        Set<String> cosigners = new TreeSet<>();
        for (NoteSignature line : note.signatures()) {
            logSigned |= isLogLine(line, checkpoint);
            for (TrustPolicy.Witness witness : policy.witnesses()) {
                if (line.isBy(witness.key())) {
                    require(
                            Cosignature.verify(line, witness.key(), checkpoint, check),
                            "the cosignature of " + line.name() + " is wrong");
                    cosigners.add(witness.name());
                }
            }
        }
        require(logSigned, "no log of the trust policy named " + checkpoint.origin() + " signed it");
        require(
                policy.isQuorum(cosigners),
                cosigners.size() + " of " + policy.witnesses().size() + " witnesses cosigned " + cosigners
                        + ", quorum '" + policy.quorum() + "' is not reached");
        Set<String> missing = new HashSet<>(policy.witnessNames());
        missing.removeAll(cosigners);
        return new Verified(
                checkpoint, List.copyOf(cosigners), missing.stream().sorted().toList());
    }

    /**
     * True if one of the logs signed this line. Log keys of one ledger share a name, and a member could search for a
     * key whose short id is another's: so a line is wrong only if none of the keys it may be by has signed it.
     */
    private boolean isLogLine(NoteSignature line, Checkpoint checkpoint) {
        boolean named = false;
        for (TrustPolicy.Log log : policy.logs()) {
            if (line.isBy(log.key()) && log.key().name().equals(checkpoint.origin())) {
                named = true;
                if (checkpoint.verifyLogLine(line, log.key(), check)) {
                    return true;
                }
            }
        }
        require(!named, "the log's signature is wrong");
        return false;
    }

    private static void require(boolean holds, String text) {
        if (!holds) {
            throw new LedgerFailure("WXW-3020", text);
        }
    }
}
