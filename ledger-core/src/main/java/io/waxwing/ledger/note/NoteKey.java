package io.waxwing.ledger.note;

import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;
import io.waxwing.ledger.hash.Sha256;
import java.nio.charset.StandardCharsets;

/**
 * A named verifier key (C2SP signed-note): {@code <name>+<hash>+<base64(type || key)>}. Two types are in use here: log
 * lines and cosignatures, both Ed25519 with 32-byte keys.
 */
public record NoteKey(String name, int type, ByteString publicKey) {
    /** Ed25519 over the note text. */
    public static final int LOG = 0x01;
    /** Timestamped Ed25519 cosignature/v1. */
    public static final int COSIGNATURE = 0x04;

    private static final int KEY_BYTES = 32;

    public NoteKey {
        NoteText.checkName(name);
        if (type != LOG && type != COSIGNATURE) {
            throw new MalformedException(MalformedException.NOTE, "signature type " + type + " is not supported");
        }
        publicKey.requireSize(KEY_BYTES, "an Ed25519 public key");
    }

    /** The first four bytes of H(name || 0x0A || type || key). */
    public int keyId() {
        byte[] name = this.name.getBytes(StandardCharsets.UTF_8);
        byte[] hash = Sha256.digest(name, new byte[] {'\n', (byte) type}, publicKey.toBytes())
                .toBytes();
        return (hash[0] & 0xff) << 24 | (hash[1] & 0xff) << 16 | (hash[2] & 0xff) << 8 | (hash[3] & 0xff);
    }

    /** The text form. */
    public String vkey() {
        byte[] typed = new byte[1 + KEY_BYTES];
        typed[0] = (byte) type;
        publicKey.copyTo(typed, 1);
        return name + "+" + String.format("%08x", keyId()) + "+" + NoteText.base64(typed);
    }

    /** Throws {@link MalformedException} unless the text is a vkey of a known type whose hash fits. */
    public static NoteKey parse(String vkey) {
        int first = vkey.indexOf('+');
        int second = vkey.indexOf('+', first + 1);
        if (first <= 0 || second < 0) {
            throw new MalformedException(MalformedException.NOTE, "not a verifier key: " + vkey);
        }
        byte[] typed = NoteText.decodeBase64(vkey.substring(second + 1));
        if (typed.length != 1 + KEY_BYTES) {
            throw new MalformedException(MalformedException.NOTE, "a verifier key of this length is not supported");
        }
        NoteKey key = new NoteKey(vkey.substring(0, first), typed[0] & 0xff, ByteString.of(typed, 1, typed.length));
        if (!String.format("%08x", key.keyId()).equals(vkey.substring(first + 1, second))) {
            throw new MalformedException(MalformedException.NOTE, "the hash in verifier key " + vkey + " is wrong");
        }
        return key;
    }
}
