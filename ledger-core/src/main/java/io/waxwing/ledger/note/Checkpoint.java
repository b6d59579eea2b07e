package io.waxwing.ledger.note;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.sign.Signer;
import java.nio.charset.StandardCharsets;

/**
 * A tree head: origin line, tree size, root (C2SP tlog-checkpoint). Extension lines are refused: auditors do not see
 * them under every cosignature.
 */
public record Checkpoint(String origin, long treeSize, Hash root) {
    public Checkpoint {
        if (origin.isEmpty() || origin.indexOf('\n') >= 0 || treeSize < 0) {
            throw new MalformedException(
                    MalformedException.NOTE, "no checkpoint has origin '" + origin + "' and size " + treeSize);
        }
    }

    /** The three lines, each ended by a newline. */
    public String body() {
        return origin + "\n" + treeSize + "\n" + root.base64() + "\n";
    }

    public static Checkpoint parse(String body) {
        String[] lines = body.split("\n", -1);
        if (lines.length != 4 || !lines[3].isEmpty()) {
            throw new MalformedException(MalformedException.NOTE, "a checkpoint has exactly three lines");
        }
        byte[] root = NoteText.decodeBase64(lines[2]);
        return new Checkpoint(lines[0], NoteText.decimal(lines[1], "the tree size"), Hash.of(root));
    }

    /** The log's own line (type 0x01), whose key is named exactly as the origin. */
    public NoteSignature logLine(NoteKey logKey, Signer signer) {
        byte[] signature = signer.sign(body().getBytes(StandardCharsets.UTF_8));
        return new NoteSignature(logKey.name(), logKey.keyId(), ByteString.of(signature));
    }

    /** True if the line is a valid log line of that key over this checkpoint. */
    public boolean verifyLogLine(NoteSignature line, NoteKey logKey, SignatureCheck check) {
        return logKey.type() == NoteKey.LOG
                && line.isBy(logKey)
                && line.signature().size() == 64
                && check.verify(logKey.publicKey(), body().getBytes(StandardCharsets.UTF_8), line.signature());
    }
}
