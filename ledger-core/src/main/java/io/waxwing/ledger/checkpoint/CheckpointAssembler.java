package io.waxwing.ledger.checkpoint;

import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.Cosignature;
import io.waxwing.ledger.note.NoteSignature;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.note.TrustPolicy;
import io.waxwing.ledger.note.TrustPolicy.Witness;
import io.waxwing.ledger.sign.SignatureCheck;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Collects the lines of one checkpoint. Every line is verified before use, so no member can spoil a note; the note
 * carries one log line first, then no more cosignatures than the quorum needs. Not for several threads.
 */
public final class CheckpointAssembler {
    private final Checkpoint checkpoint;
    private final TrustPolicy policy;
    private final SignatureCheck check;
    private final Map<String, NoteSignature> cosignatures = new LinkedHashMap<>();
    private @Nullable NoteSignature logLine;

    public CheckpointAssembler(Checkpoint checkpoint, TrustPolicy policy, SignatureCheck check) {
        this.checkpoint = checkpoint;
        this.policy = policy;
        this.check = check;
    }

    /** Takes a line; false if it is nobody's valid signature over this checkpoint, or not needed any more. */
    public boolean add(NoteSignature line) {
        for (TrustPolicy.Log log : policy.logs()) {
            if (logLine == null
                    && log.key().name().equals(checkpoint.origin())
                    && checkpoint.verifyLogLine(line, log.key(), check)) {
                logLine = line;
                return true;
            }
        }
        for (Witness witness : policy.witnesses()) {
            if (!policy.isQuorum(cosignatures.keySet())
                    && !cosignatures.containsKey(witness.name())
                    && Cosignature.verify(line, witness.key(), checkpoint, check)) {
                cosignatures.put(witness.name(), line);
                return true;
            }
        }
        return false;
    }

    /** The note, or null while the log line or the quorum is missing. */
    public @Nullable SignedNote assembled() {
        Set<String> cosigners = new HashSet<>(cosignatures.keySet());
        if (logLine == null || !policy.isQuorum(cosigners)) {
            return null;
        }
        List<NoteSignature> lines = new ArrayList<>();
        lines.add(logLine);
        lines.addAll(cosignatures.values());
        return new SignedNote(checkpoint.body(), lines);
    }
}
