package io.waxwing.anchor.outside.witness;

import io.waxwing.anchor.outside.AnchorFailure;
import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.Cosignature;
import io.waxwing.ledger.note.NoteKey;
import io.waxwing.ledger.note.NoteSignature;
import io.waxwing.ledger.note.SignedNote;
import io.waxwing.ledger.sign.SignatureCheck;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What is said to one witness about one checkpoint, and what its answers mean (c2sp.org/tlog-witness). Begins with the
 * size that the witness is thought to have; a 409 tells the right one, which is believed once. One thread.
 */
final class WitnessDialogue {
    private static final int MAX_SIZE_DIGITS = 19;

    private final NoteKey witness;
    private final SignatureCheck check;
    private final Checkpoint checkpoint;
    private long oldSize;
    private boolean corrected;

    WitnessDialogue(NoteKey witness, SignatureCheck check, Checkpoint checkpoint, long oldSize) {
        this.witness = witness;
        this.check = check;
        this.checkpoint = checkpoint;
        this.oldSize = Math.min(oldSize, checkpoint.treeSize());
    }

    /** From which size the consistency proof of the next request goes. */
    long oldSize() {
        return oldSize;
    }

    /**
     * The cosignature, verified; null if the same is to be asked again with another {@link #oldSize}.
     *
     * @throws AnchorFailure if nothing more can be had from this witness now
     */
    @Nullable NoteSignature onAnswer(int status, String contentType, byte[] body) throws AnchorFailure {
        if (status == 200) {
            return cosignature(body);
        }
        if (status == 409) {
            correct(contentType, body);
            return null;
        }
        if (status == 422) {
            throw new AnchorFailure(
                    AnchorFailure.OTHER_HISTORY,
                    "it does not find that size " + checkpoint.treeSize() + " extends size " + oldSize);
        }
        boolean isRefusal = status == 400 || status == 403 || status == 404;
        throw isRefusal
                ? new AnchorFailure(AnchorFailure.REFUSED, "it answers " + status + ": " + shortened(body))
                : new AnchorFailure(AnchorFailure.UNREACHABLE, "it answers " + status);
    }

    private void correct(String contentType, byte[] body) throws AnchorFailure {
        String text = new String(body, StandardCharsets.ISO_8859_1);
        if (!contentType.equals("text/x.tlog.size") || !text.matches("(0|[1-9][0-9]{0," + MAX_SIZE_DIGITS + "})\n")) {
            throw new AnchorFailure(AnchorFailure.WRONG_ANSWER, "its 409 does not tell a tree size");
        }
        long size;
        try {
            size = Long.parseLong(text.strip());
        } catch (NumberFormatException beyond) {
            throw new AnchorFailure(AnchorFailure.WRONG_ANSWER, "its 409 tells an impossible tree size");
        }
        if (size > checkpoint.treeSize()) {
            throw new AnchorFailure(
                    AnchorFailure.BEHIND,
                    "it has cosigned " + size + " leaves of this ledger, this node has " + checkpoint.treeSize());
        }
        if (size == oldSize) {
            throw new AnchorFailure(
                    AnchorFailure.OTHER_HISTORY, "it has cosigned another root of " + size + " leaves of this ledger");
        }
        if (corrected) {
            throw new AnchorFailure(AnchorFailure.WRONG_ANSWER, "it tells ever other tree sizes");
        }
        corrected = true;
        oldSize = size;
    }

    private NoteSignature cosignature(byte[] body) throws AnchorFailure {
        ByteArrayOutputStream note = new ByteArrayOutputStream();
        note.writeBytes((checkpoint.body() + "\n").getBytes(StandardCharsets.UTF_8));
        note.writeBytes(body);
        SignedNote parsed;
        try {
            parsed = SignedNote.parse(note.toByteArray());
        } catch (LedgerFailure e) {
            throw new AnchorFailure(AnchorFailure.WRONG_ANSWER, "it answers no signature lines: " + e.text());
        }
        for (NoteSignature line : parsed.signatures()) {
            // Lines of keys that we do not know are none of our business.
            if (parsed.text().equals(checkpoint.body()) && Cosignature.verify(line, witness, checkpoint, check)) {
                return line;
            }
        }
        throw new AnchorFailure(
                AnchorFailure.WRONG_ANSWER, "none of its lines is a valid cosignature of " + witness.name());
    }

    private static String shortened(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, 200), StandardCharsets.ISO_8859_1);
        return text.replaceAll("[^ -~]+", " ").strip();
    }
}
