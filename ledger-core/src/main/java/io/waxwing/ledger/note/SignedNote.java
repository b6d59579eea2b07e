package io.waxwing.ledger.note;

import io.waxwing.ledger.failure.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A C2SP signed note: text ending in a newline, an empty line, then one or more signature lines. */
public record SignedNote(String text, List<NoteSignature> signatures) {
    /** More than any policy here needs; the specification asks for at least 16. */
    public static final int MAX_SIGNATURES = 64;
    /** Larger input is refused before it is decoded. */
    public static final int MAX_BYTES = 64 * 1024;

    public SignedNote {
        signatures = List.copyOf(signatures);
        if (!text.endsWith("\n")) {
            throw new MalformedException(MalformedException.NOTE, "a note's text ends in a newline");
        }
        if (signatures.isEmpty() || signatures.size() > MAX_SIGNATURES) {
            throw new MalformedException(
                    MalformedException.NOTE,
                    "a note has 1 to " + MAX_SIGNATURES + " signatures, got " + signatures.size());
        }
    }

    /** The exact bytes. */
    public byte[] encode() {
        StringBuilder note = new StringBuilder(text).append('\n');
        signatures.forEach(signature -> note.append(signature.line()).append('\n'));
        return note.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Throws {@link MalformedException} for anything that is not exactly one note. */
    public static SignedNote parse(byte[] bytes) {
        if (bytes.length > MAX_BYTES) {
            throw new MalformedException(MalformedException.NOTE, "a note of " + bytes.length + " bytes is too large");
        }
        String note = NoteText.decodeUtf8(bytes);
        int gap = note.lastIndexOf("\n\n");
        if (gap < 0 || !note.endsWith("\n")) {
            throw new MalformedException(MalformedException.NOTE, "a note has an empty line before its signatures");
        }
        List<NoteSignature> signatures = new ArrayList<>();
        int from = gap + 2;
        while (from < note.length()) {
            int to = note.indexOf('\n', from);
            signatures.add(NoteSignature.parse(note.substring(from, to)));
            from = to + 1;
        }
        return new SignedNote(note.substring(0, gap + 1), signatures);
    }
}
