package io.waxwing.ledger.note;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.sign.SignatureCheck;
import io.waxwing.ledger.sign.Signer;
import java.nio.charset.StandardCharsets;

/**
 * C2SP tlog-cosignature, type 0x04: u64 POSIX time || Ed25519 over "cosignature/v1\ntime <dec>\n" || checkpoint body.
 */
public final class Cosignature {
    private static final int ENCODED_BYTES = 72;

    private Cosignature() {}

    /** The message under a cosignature. */
    public static byte[] signedMessage(Checkpoint checkpoint, long timeSeconds) {
        String message = "cosignature/v1\ntime " + timeSeconds + "\n" + checkpoint.body();
        return message.getBytes(StandardCharsets.UTF_8);
    }

    /** Cosigns. The caller has asked {@code CosigningRule} and forced its record before. */
    public static NoteSignature sign(NoteKey key, Signer signer, Checkpoint checkpoint, long timeSeconds) {
        byte[] signature = signer.sign(signedMessage(checkpoint, timeSeconds));
        ByteWriter out = new ByteWriter(ENCODED_BYTES).u63(timeSeconds).bytes(signature);
        return new NoteSignature(key.name(), key.keyId(), ByteString.of(out.toBytes()));
    }

    /** True if the line is this key's valid cosignature of the checkpoint. */
    public static boolean verify(NoteSignature line, NoteKey key, Checkpoint checkpoint, SignatureCheck check) {
        if (key.type() != NoteKey.COSIGNATURE
                || !line.isBy(key)
                || line.signature().size() != ENCODED_BYTES) {
            return false;
        }
        ByteReader in = new ByteReader(line.signature().toBytes(), MalformedException.NOTE);
        long timeSeconds = in.raw64();
        return timeSeconds >= 0 && check.verify(key.publicKey(), signedMessage(checkpoint, timeSeconds), in.string(64));
    }

    /** The time a cosignature line claims, in seconds since 1970. */
    public static long timeSeconds(NoteSignature line) {
        return new ByteReader(line.signature().toBytes(), MalformedException.NOTE).u63("cosignature time");
    }
}
