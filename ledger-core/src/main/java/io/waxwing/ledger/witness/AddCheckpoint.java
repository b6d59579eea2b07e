package io.waxwing.ledger.witness;

import io.waxwing.ledger.failure.LedgerFailure;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.Hash;
import io.waxwing.ledger.note.Checkpoint;
import io.waxwing.ledger.note.SignedNote;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The body of an add-checkpoint request (c2sp.org/tlog-witness): "old SP size" line, at most {@value #MAX_HASHES}
 * base64 lines of a consistency proof, an empty line, a signed checkpoint. Checkpoints with extension lines are
 * refused.
 */
public record AddCheckpoint(long oldSize, List<Hash> proof, SignedNote note, Checkpoint checkpoint) {
    public static final int MAX_HASHES = 63;
    /** Larger bodies are refused unread. */
    public static final int MAX_BYTES = SignedNote.MAX_BYTES + 4096;

    private static final Pattern OLD = Pattern.compile("old (0|[1-9][0-9]{0,18})");
    private static final Pattern HASH = Pattern.compile("[A-Za-z0-9+/]{43}=");

    public AddCheckpoint {
        proof = List.copyOf(proof);
    }

    /** Over a note whose text is a checkpoint. */
    public static AddCheckpoint of(long oldSize, List<Hash> proof, SignedNote note) {
        return new AddCheckpoint(oldSize, proof, note, Checkpoint.parse(note.text()));
    }

    public byte[] encode() {
        StringBuilder lines = new StringBuilder("old ").append(oldSize).append('\n');
        proof.forEach(hash -> lines.append(hash.base64()).append('\n'));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(lines.append('\n').toString().getBytes(StandardCharsets.US_ASCII));
        body.writeBytes(note.encode());
        return body.toByteArray();
    }

    /** Throws {@link LedgerFailure} WXW-3200 for anything that is not exactly one request. */
    public static AddCheckpoint parse(byte[] body) {
        if (body.length > MAX_BYTES) {
            throw wrong("a request has at most " + MAX_BYTES + " bytes, got " + body.length);
        }
        List<String> head = new ArrayList<>();
        int at = 0;
        while (true) {
            int end = at;
            while (end < body.length && body[end] != '\n') {
                end++;
            }
            if (end == body.length) {
                throw wrong("no empty line stands before the checkpoint");
            }
            if (end == at) {
                break;
            }
            head.add(new String(body, at, end - at, StandardCharsets.ISO_8859_1));
            if (head.size() > 1 + MAX_HASHES) {
                throw wrong("a consistency proof has at most " + MAX_HASHES + " lines");
            }
            at = end + 1;
        }
        byte[] note = Arrays.copyOfRange(body, at + 1, body.length);
        try {
            return of(oldSize(head), proof(head), SignedNote.parse(note));
        } catch (MalformedException e) {
            throw new LedgerFailure(WitnessCodes.REQUEST, e.text(), e);
        }
    }

    private static long oldSize(List<String> head) {
        Matcher old = OLD.matcher(head.isEmpty() ? "" : head.get(0));
        if (!old.matches()) {
            throw wrong("the first line is 'old' and a tree size");
        }
        try {
            return Long.parseLong(old.group(1));
        } catch (NumberFormatException beyond) {
            throw wrong("the old size is beyond 2^63 - 1");
        }
    }

    private static List<Hash> proof(List<String> head) {
        List<Hash> proof = new ArrayList<>();
        for (String line : head.subList(1, head.size())) {
            if (!HASH.matcher(line).matches()) {
                throw wrong("a line of the consistency proof is not the base64 of 32 bytes");
            }
            Hash hash = Hash.of(Base64.getDecoder().decode(line));
            if (!hash.base64().equals(line)) {
                throw wrong("a line of the consistency proof is not canonical base64");
            }
            proof.add(hash);
        }
        return proof;
    }

    private static LedgerFailure wrong(String text) {
        return new LedgerFailure(WitnessCodes.REQUEST, text);
    }
}
