package io.waxwing.ledger.note;

import io.waxwing.ledger.codec.ByteReader;
import io.waxwing.ledger.codec.ByteWriter;
import io.waxwing.ledger.failure.MalformedException;
import io.waxwing.ledger.hash.ByteString;

/** One signature line: em dash, space, key name, space, base64(u32 key id || signature). */
public record NoteSignature(String name, int keyId, ByteString signature) {
    private static final String DASH = "\u2014 ";

    public NoteSignature {
        NoteText.checkName(name);
    }

    /** True if name and key id are the key's. */
    public boolean isBy(NoteKey key) {
        return keyId == key.keyId() && name.equals(key.name());
    }

    /** The line without its newline. */
    public String line() {
        ByteWriter out = new ByteWriter(4 + signature.size());
        out.u32(keyId & 0xffff_ffffL).string(signature);
        return DASH + name + " " + NoteText.base64(out.toBytes());
    }

    static NoteSignature parse(String line) {
        int space = line.indexOf(' ', DASH.length());
        if (!line.startsWith(DASH) || space < 0) {
            throw new MalformedException(MalformedException.NOTE, "not a signature line: " + line);
        }
        ByteReader in = new ByteReader(NoteText.decodeBase64(line.substring(space + 1)), MalformedException.NOTE);
        int keyId = (int) in.u32();
        return new NoteSignature(line.substring(DASH.length(), space), keyId, in.string(in.remaining()));
    }
}
