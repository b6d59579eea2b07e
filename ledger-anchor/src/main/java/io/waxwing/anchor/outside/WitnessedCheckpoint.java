package io.waxwing.anchor.outside;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.note.NoteSignature;
import io.waxwing.ledger.note.SignedNote;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** A published checkpoint with the cosignatures of outside witnesses behind its own lines. */
public final class WitnessedCheckpoint {
    private WitnessedCheckpoint() {}

    /**
     * The note with the cosignatures among these records appended; those it has already stay as they are.
     *
     * @param note a signed checkpoint of that size, perhaps with cosignatures of witnesses
     * @return empty if there is no cosignature to append
     * @throws LedgerFailure WXW-3003 if a note cannot have so many lines
     */
    public static ByteString of(ByteString note, long treeSize, List<AnchorRecord> records) {
        SignedNote signed = SignedNote.parse(note.toBytes());
        List<NoteSignature> lines = new ArrayList<>(signed.signatures());
        for (AnchorRecord record : records) {
            NoteSignature line = record.cosignature();
            if (line != null && record.treeSize() == treeSize && lines.stream().noneMatch(isOf(line))) {
                lines.add(line);
            }
        }
        boolean added = lines.size() > signed.signatures().size();
        return added ? ByteString.of(new SignedNote(signed.text(), lines).encode()) : ByteString.EMPTY;
    }

    private static Predicate<NoteSignature> isOf(NoteSignature line) {
        return other -> other.name().equals(line.name()) && other.keyId() == line.keyId();
    }
}
