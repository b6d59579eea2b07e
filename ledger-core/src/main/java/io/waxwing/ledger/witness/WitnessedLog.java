package io.waxwing.ledger.witness;

import io.waxwing.ledger.note.NoteKey;
import java.util.List;

/** A log that is cosigned: its origin line and the keys that may sign its checkpoints. */
public record WitnessedLog(String origin, List<NoteKey> keys) {
    public WitnessedLog {
        keys = List.copyOf(keys);
    }
}
